import { get, post, put, remove } from './api.js';
import { ask, choose, doing, field, h, table, toast } from './dom.js';
import { t } from './i18n.js';
import { may } from './me.js';
import { tag } from './format.js';

const DAYS = [1, 2, 3, 4, 5, 6, 7];
const VEHICLES = ['on-foot', 'bicycle', 'tricycle', 'truck', 'sweeper', 'sprinkler'];
/** The classes of orders, each a skill that it asks for. */
const SKILLS = ['refuse', 'toilet', 'sweeping', 'sprinkling', 'root-cause'];
const etag = (thing) => `"${thing.version}"`;

/** A select of things with id and name; the first choice is none of them. */
function choice(things, chosen, none) {
  const select = h('select', {}, h('option', { value: '' }, none), things.map((thing) => h('option', { value: thing.id }, thing.name)));
  select.value = chosen ?? '';
  return select;
}

/** What of a member a change keeps. */
const whole = (member, change) => ({
  name: member.name, phone: member.phone, team: member.team, skills: member.skills, sites: member.sites, vehicle: member.vehicle, capacity: member.capacity, available: member.available, ...change,
});

/** Shows a link that signs a phone in, to be copied or sent. */
async function link(member) {
  const made = await post(`/crews/${member.id}/link`);
  const text = h('input', { readonly: true, value: made.url, 'aria-label': t('phoneLink') });
  const box = h('dialog', { class: 'stack' },
    h('h2', {}, `${t('phoneLink')} · ${member.name}`), h('p', { class: 'soft' }, t('phoneLinkHint')), text,
    h('div', { class: 'row' },
      h('button', { type: 'button', onclick: async () => { await navigator.clipboard?.writeText(made.url); toast(t('copied')); } }, t('copy')),
      h('button', { type: 'button', class: 'second', onclick: () => { box.close(); box.remove(); } }, t('close'))));
  document.body.append(box);
  box.showModal();
  text.select();
}

/** A skill with its paper: red once that is over, amber in its last thirty days. */
function skill({ name, until }) {
  if (!until) return h('span', { class: 'tag' }, t(name));
  const days = (Date.parse(until) - Date.now()) / 86_400_000 + 1;
  return h('span', { class: `tag num ${days < 0 ? 'red' : days < 30 ? 'amber' : ''}` }, `${t(name)} · ${t(days < 0 ? 'paperOver' : 'paperUntil')} ${until}`);
}

function members(list, teams, sites, again) {
  const change = (member, what) => doing(async () => {
    await put(`/crews/${member.id}`, whole(member, what), etag(member));
    toast(t('saved'));
    await again();
  });
  return table(['crewName', 'state', 'team', 'phone', 'skills', 'sites-of', 'vehicle', 'capacity', ''], list.map((member) => ({
    'data-member': member.name,
    cells: [
      h('strong', {}, member.name),
      tag(!member.available ? 'away' : member.onShift ? 'onShift' : 'offShift', !member.available ? 'red' : member.onShift ? 'green' : ''),
      teams.find((team) => team.id === member.team)?.name ?? h('span', { class: 'soft' }, t('noTeam')),
      member.phone ? h('a', { class: 'num', href: `tel:${member.phone}` }, member.phone) : h('span', { class: 'soft none' }, '–'),
      h('span', { class: 'row' }, member.skills.map(skill)),
      member.sites.length === 0 ? h('span', { class: 'soft' }, t('everywhere')) : member.sites.map((id) => sites.find((one) => one.id === id)?.name ?? '').join('、'),
      t(member.vehicle), h('span', { class: 'num' }, member.capacity),
      may('crews:write') && h('div', { class: 'row' },
        h('button', { type: 'button', class: 'second', 'data-act': 'edit', onclick: () => edit(member, teams, sites, again) }, t('edit')),
        h('button', { type: 'button', class: 'second', onclick: doing(() => link(member)) }, t('phoneLink')),
        h('button', { type: 'button', class: 'second', onclick: change(member, { available: !member.available }) }, t(member.available ? 'setAway' : 'setBack')),
        h('button', { type: 'button', class: 'danger', onclick: doing(async () => {
          if (!confirm(t('sureMember'))) return;
          await remove(`/crews/${member.id}`);
          await again();
        }) }, t('remove')))],
  })));
}

/** The skills to be changed: the class of orders, and until when a paper for it holds. */
function skillFields(was) {
  const list = h('div', { class: 'list' });
  const row = (one) => {
    const name = choose([...new Set([...SKILLS, one.name])].map((value) => [value, t(value)]), one.name, { name: 'skill', 'aria-label': t('skills') });
    const until = h('input', { type: 'date', name: 'until', value: one.until ?? '', 'aria-label': t('paperUntil') });
    const line = h('div', { class: 'skill' }, name, h('span', { class: 'soft small' }, t('paperUntil')), until, h('button', { type: 'button', class: 'quiet', title: t('remove'), 'aria-label': t('remove'), onclick: () => line.remove() }, '×'));
    line.read = () => ({ name: name.value, until: until.value || null });
    return line;
  };
  was.forEach((one) => list.append(row(one)));
  const free = () => SKILLS.find((name) => ![...list.children].some((line) => line.read().name === name)) ?? SKILLS[0];
  return {
    box: h('fieldset', {}, h('legend', {}, t('skills')), h('p', { class: 'small soft' }, t('paperHint')), list,
      h('button', { type: 'button', class: 'second', 'data-act': 'add-skill', onclick: () => list.append(row({ name: free(), until: null })) }, t('addSkill'))),
    read: () => [...list.children].map((line) => line.read()),
  };
}

/** Asks how a member is to be, beginning with how they are; without one it makes one. */
function edit(member, teams, sites, again) {
  const was = member ?? { name: '', phone: '', team: '', skills: [{ name: 'refuse', until: null }], sites: [], vehicle: 'on-foot', capacity: 2, available: true };
  const name = h('input', { name: 'name', required: true, maxlength: 100, value: was.name, autocomplete: 'off' });
  const phone = h('input', { name: 'phone', type: 'tel', maxlength: 40, value: was.phone, autocomplete: 'off' });
  const team = choice(teams, was.team, t('noTeam'));
  const vehicle = choose(VEHICLES.map((kind) => [kind, t(kind)]), was.vehicle, { name: 'vehicle' });
  const capacity = h('input', { name: 'capacity', type: 'number', min: 1, max: 50, required: true, value: was.capacity });
  const skills = skillFields(was.skills);
  const places = h('div', { class: 'ticks' }, sites.map((one) => h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'sites', value: one.id, checked: was.sites.includes(one.id) }), one.name)));
  ask(member ? `${t('edit')} · ${member.name}` : t('newMember'), [
    h('div', { class: 'two' }, field('crewName', name), field('phone', phone)),
    h('div', { class: 'two' }, field('team', team), field('vehicle', vehicle)),
    field('capacity', capacity), skills.box,
    sites.length > 0 && h('fieldset', {}, h('legend', {}, t('sites-of')), h('p', { class: 'small soft' }, t('everywhereIfNone')), places),
  ], t('save'), async () => {
    const wanted = {
      name: name.value.trim(), phone: phone.value.trim(), team: team.value || null, vehicle: vehicle.value, capacity: Number(capacity.value), available: was.available,
      skills: skills.read(), sites: [...places.querySelectorAll('input:checked')].map((one) => one.value),
    };
    if (member) await put(`/crews/${member.id}`, wanted, etag(member));
    else await post('/crews', wanted);
    toast(t(member ? 'saved' : 'added'));
    await again();
  });
}

const wholeDay = (shift) => shift.starts === shift.ends && shift.starts.startsWith('00:00');

function teamCard(team, shifts, list, again) {
  const starts = h('input', { type: 'time', required: true, value: '06:00' });
  const ends = h('input', { type: 'time', required: true, value: '14:00' });
  const days = DAYS.map((day) => h('input', { type: 'checkbox', value: day, checked: true, 'aria-label': t(`day${day}`) }));
  return h('section', { class: 'card stack', 'data-team': team.name },
    h('div', { class: 'head' }, h('h2', {}, team.name), h('span', { class: 'soft' }, t('members')(list.filter((one) => one.team === team.id).length)),
      may('crews:write') && h('div', { class: 'end' }, h('button', { type: 'button', class: 'danger', onclick: doing(async () => { await remove(`/teams/${team.id}`); await again(); }) }, t('remove')))),
    field('lead', (() => {
      const select = choice(list.filter((one) => one.team === team.id), team.lead, t('noLead'));
      select.disabled = !may('crews:write');
      select.addEventListener('change', doing(async () => { await put(`/teams/${team.id}`, { name: team.name, lead: select.value || null }, etag(team)); toast(t('saved')); await again(); }));
      return select;
    })()),
    shifts.length === 0 ? h('p', { class: 'soft' }, t('noShifts')) : h('ul', { class: 'plain' }, shifts.map((shift) => h('li', { class: 'row' },
      h('strong', { class: 'num' }, wholeDay(shift) ? t('wholeDay') : `${shift.starts}–${shift.ends}`),
      wholeDay(shift) ? null : shift.ends <= shift.starts && h('span', { class: 'tag blue' }, t('overnight')),
      h('span', { class: 'soft' }, shift.days.length === 7 ? t('everyDay') : shift.days.map((day) => t(`day${day}`)).join(' ')),
      may('crews:write') && h('button', { type: 'button', class: 'quiet', onclick: doing(async () => { await remove(`/shifts/${shift.id}`); await again(); }) }, t('remove'))))),
    may('crews:write') && h('form', { class: 'row', onsubmit: doing(async () => {
      await post('/shifts', { team: team.id, name: `${starts.value}-${ends.value}`, days: days.filter((day) => day.checked).map((day) => Number(day.value)), starts: starts.value, ends: ends.value });
      toast(t('added'));
      await again();
    }) },
    field('starts', starts), field('ends', ends),
    h('fieldset', { class: 'row days' }, days.map((day) => h('label', { class: 'check' }, day, t(`day${day.value}`)))),
    h('button', { type: 'submit', class: 'second' }, t('addShift'))));
}

/** Members, teams and shifts. */
export async function crews(page) {
  const again = () => crews(page);
  const [list, teams, shifts, sites] = await Promise.all(['/crews', '/teams', '/shifts', '/sites'].map(async (path) => (await get(path)).items));
  const teamName = h('input', { required: true, maxlength: 100 });
  page.replaceChildren(h('div', { class: 'stack' },
    h('div', { class: 'head' }, h('h2', {}, t('crews')), h('span', { class: 'soft' }, t('onDuty')(list.filter((one) => one.available && one.onShift).length, list.length)),
      may('crews:write') && h('div', { class: 'end' }, h('button', { type: 'button', 'data-act': 'new', onclick: () => edit(null, teams, sites, again) }, t('newMember')))),
    list.length === 0 ? h('p', { class: 'empty' }, t('noCrews')) : members(list, teams, sites, again),
    h('div', { class: 'classes' },
      teams.map((team) => teamCard(team, shifts.filter((shift) => shift.team === team.id), list, again)),
      may('crews:write') && h('form', { class: 'card form', onsubmit: doing(async () => { await post('/teams', { name: teamName.value.trim() }); toast(t('added')); await again(); }) },
        h('h2', {}, t('newTeam')), field('team', teamName), h('button', { type: 'submit' }, t('add'))))));
}

/** Why this one was sent, and why not the others. */
export function assignments(order) {
  if (order.assignments.length === 0) return null;
  return h('section', { class: 'card stack' }, h('h2', {}, t('assignments')),
    order.assignments.map((made) => h('details', { open: made === order.assignments.at(-1) },
      h('summary', {}, made.candidates.find((one) => one.member === made.chosen)?.name ?? t('nobody'), order.round > 1 && ` · ${t('round')} ${made.round}`),
      h('ul', { class: 'plain' }, made.candidates.map((one) => h('li', { class: 'row' },
        h('span', {}, one.name), tag(one.why, one.why === 'chosen' ? 'green' : ''),
        h('span', { class: 'soft small num' },
          [one.waySeconds === null ? t('wayUnknown') : t('way')(Math.max(1, Math.round(one.waySeconds / 60))), t('atHand')(one.open, one.capacity)].join(' · '))))))));
}

/** What crews took of their work. */
export function photos(order) {
  if (order.photos.length === 0) return null;
  return h('section', { class: 'card stack' }, h('h2', {}, t('photos')),
    h('div', { class: 'photos' }, order.photos.map((photo) => h('figure', {},
      h('a', { href: `/api/v1/photos/${photo.id}`, target: '_blank' }, h('img', { src: `/api/v1/photos/${photo.id}`, alt: t('photos'), loading: 'lazy' })),
      h('figcaption', { class: 'row small' }, photo.actorName,
        photo.meters !== null && h('span', { class: 'soft' }, t('metersAway')(Math.round(photo.meters))),
        photo.findings.length === 0 ? tag('fits', 'green') : photo.findings.map((finding) => tag(finding, 'red')))))));
}
