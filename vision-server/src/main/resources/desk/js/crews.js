import { get, post, put, remove } from './api.js';
import { doing, field, h, toast } from './dom.js';
import { t } from './i18n.js';
import { may } from './me.js';
import { tag } from './format.js';

const DAYS = [1, 2, 3, 4, 5, 6, 7];
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

function members(list, teams, again) {
  const change = (member, what) => doing(async () => {
    await put(`/crews/${member.id}`, whole(member, what), etag(member));
    toast(t('saved'));
    await again();
  });
  return h('div', { class: 'scroll' }, h('table', {},
    h('thead', {}, h('tr', {}, ['crewName', 'state', 'team', 'phone', 'skills', 'vehicle', 'capacity', ''].map((key) => h('th', {}, key && t(key))))),
    h('tbody', {}, list.map((member) => h('tr', { 'data-member': member.name },
      h('td', {}, member.name),
      h('td', {}, tag(!member.available ? 'away' : member.onShift ? 'onShift' : 'offShift', !member.available ? 'red' : member.onShift ? 'green' : '')),
      h('td', {}, teams.find((team) => team.id === member.team)?.name ?? t('noTeam')),
      h('td', { class: 'num' }, member.phone),
      h('td', {}, member.skills.map((skill) => (skill.until ? `${t(skill.name)} → ${skill.until}` : t(skill.name))).join('、')),
      h('td', {}, t(member.vehicle)),
      h('td', { class: 'num' }, member.capacity),
      h('td', {}, may('crews:write') && h('div', { class: 'row end' },
        h('button', { type: 'button', onclick: doing(() => link(member)) }, t('phoneLink')),
        h('button', { type: 'button', class: 'second', onclick: change(member, { available: !member.available }) }, t(member.available ? 'setAway' : 'setBack')),
        h('button', { type: 'button', class: 'danger', onclick: doing(async () => {
          if (!confirm(t('sureMember'))) return;
          await remove(`/crews/${member.id}`);
          await again();
        }) }, t('remove')))))))));
}

function newMember(teams, again) {
  const name = h('input', { required: true, maxlength: 100 });
  const phone = h('input', { type: 'tel', maxlength: 40 });
  const team = choice(teams, '', t('noTeam'));
  const vehicle = h('select', {}, ['on-foot', 'bicycle', 'tricycle', 'truck'].map((kind) => h('option', { value: kind }, t(kind))));
  const capacity = h('input', { type: 'number', min: 1, max: 50, value: 2 });
  return h('form', { class: 'card form', onsubmit: doing(async () => {
    await post('/crews', { name: name.value.trim(), phone: phone.value.trim(), team: team.value || null, vehicle: vehicle.value, capacity: Number(capacity.value) });
    toast(t('added'));
    await again();
  }) },
  h('h2', {}, t('newMember')),
  field('crewName', name), field('phone', phone), field('team', team), field('vehicle', vehicle), field('capacity', capacity),
  h('button', { type: 'submit' }, t('add')));
}

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
      h('strong', { class: 'num' }, `${shift.starts}–${shift.ends}`),
      shift.ends <= shift.starts && h('span', { class: 'tag blue' }, t('overnight')),
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
  const [list, teams, shifts] = await Promise.all(['/crews', '/teams', '/shifts'].map(async (path) => (await get(path)).items));
  const teamName = h('input', { required: true, maxlength: 100 });
  page.replaceChildren(h('div', { class: 'stack' },
    h('div', { class: 'head' }, h('h2', {}, t('crews')), h('span', { class: 'soft' }, t('onDuty')(list.filter((one) => one.available && one.onShift).length, list.length))),
    list.length === 0 ? h('p', { class: 'empty' }, t('noCrews')) : members(list, teams, again),
    h('div', { class: 'split' },
      h('div', { class: 'stack' }, teams.map((team) => teamCard(team, shifts.filter((shift) => shift.team === team.id), list, again)),
        may('crews:write') && h('form', { class: 'card form', onsubmit: doing(async () => { await post('/teams', { name: teamName.value.trim() }); toast(t('added')); await again(); }) },
          h('h2', {}, t('newTeam')), field('team', teamName), h('button', { type: 'submit' }, t('add')))),
      may('crews:write') && newMember(teams, again))));
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
