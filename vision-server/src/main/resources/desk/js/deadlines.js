import { get, put, remove } from './api.js';
import { ask, choose, doing, field, h, toast } from './dom.js';
import { t } from './i18n.js';
import { may } from './me.js';
import { limit, tag, units, UNITS } from './format.js';

const STEPS = ['accept', 'arrive', 'finish', 'verify'];
const STAGES = ['accept', 'arrive', 'finish'];
const TELL = ['crew', 'lead', 'supervisor'];

const limits = (rule) => h('dl', { class: 'facts' }, STEPS.map((step) => [h('dt', {}, t(`limit-${step}`)), h('dd', { 'data-limit': step }, limit(rule[step]))]));

/** Who is told when, one line a stage. */
function ladder(rule) {
  const lines = STAGES.map((stage) => [stage, rule.ladder.filter((rung) => rung.stage === stage).toSorted((a, b) => a.percent - b.percent)]).filter(([, rungs]) => rungs.length > 0);
  if (lines.length === 0) return h('p', { class: 'soft small' }, t('noLadder'));
  return h('dl', { class: 'facts ladder' }, lines.map(([stage, rungs]) => [
    h('dt', {}, t(`limit-${stage}`)), h('dd', { class: 'row' }, rungs.map((rung) => h('span', { class: 'tag' }, `${rung.percent} % → ${t(`tell-${rung.tell}`)}`)))]));
}

const shown = (rule) => h('div', { class: 'rule' }, limits(rule), h('div', {}, h('h3', { class: 'small soft' }, t('ladder')), ladder(rule)));

/** A limit to be changed. */
function limitFields(step, was, calendars) {
  const [count, unit] = units(was.seconds);
  const number = h('input', { type: 'number', name: `${step}-count`, required: true, min: 1, step: 1, value: count, 'aria-label': t(`limit-${step}`) });
  const of = choose(Object.entries(UNITS).map(([value, word]) => [value, t(word)]), String(unit), { name: `${step}-unit`, 'aria-label': t('unit') });
  const calendar = choose(calendars.map((one) => [one.name, t(one.name)]), was.calendar, { name: `${step}-calendar`, 'aria-label': t('calendar') });
  return { row: h('div', { class: 'limit' }, h('span', {}, t(`limit-${step}`)), number, of, calendar), read: () => ({ seconds: Number(number.value) * Number(of.value), calendar: calendar.value }) };
}

/** The rungs to be changed. */
function rungFields(was) {
  const list = h('div', { class: 'list' });
  const row = (rung) => {
    const stage = choose(STAGES.map((one) => [one, t(`limit-${one}`)]), rung.stage, { name: 'stage', 'aria-label': t('step') });
    const percent = h('input', { type: 'number', name: 'percent', min: 1, max: 100, required: true, value: rung.percent, 'aria-label': '%' });
    const tell = choose(TELL.map((one) => [one, t(`tell-${one}`)]), rung.tell, { name: 'tell', 'aria-label': t('tells') });
    const line = h('div', { class: 'rung' }, stage, percent, h('span', { class: 'soft' }, '% →'), tell, h('button', { type: 'button', class: 'quiet', title: t('remove'), 'aria-label': t('remove'), onclick: () => line.remove() }, '×'));
    line.read = () => ({ stage: stage.value, percent: Number(percent.value), tell: tell.value });
    return line;
  };
  was.forEach((rung) => list.append(row(rung)));
  return {
    box: h('fieldset', {}, h('legend', {}, t('ladder')), list, h('button', { type: 'button', class: 'second', onclick: () => list.append(row({ stage: 'finish', percent: 100, tell: 'supervisor' })) }, t('addRung'))),
    read: () => [...list.children].map((line) => line.read()),
  };
}

/** Asks how a rule is to be, beginning with how it is. */
function edit(title, rule, calendars, more, save) {
  const steps = STEPS.map((step) => [step, limitFields(step, rule[step], calendars)]);
  const rungs = rungFields(rule.ladder);
  ask(title, [h('p', { class: 'soft small' }, t('ruleHint')), more, h('div', { class: 'list' }, steps.map(([, one]) => one.row)), rungs.box], t('save'),
    () => save({ ...Object.fromEntries(steps.map(([step, one]) => [step, one.read()])), ladder: rungs.read() }));
}

function ofClass({ class: name, rule: otherwise }, all, sites, again) {
  const mine = all.rules.filter((one) => one.class === name);
  const written = mine.find((one) => one.site === null);
  const rule = written?.rule ?? otherwise;
  const places = mine.filter((one) => one.site !== null);
  const free = sites.filter((site) => !places.some((one) => one.site === site.id));
  const siteName = (id) => sites.find((site) => site.id === id)?.name ?? '';
  const keep = (path, version) => async (wanted) => {
    await put(path(), wanted, `"${version}"`);
    toast(t('saved'));
    await again();
  };
  const add = () => {
    const site = choose(free.map((one) => [one.id, one.name]), free[0].id, { name: 'site', required: true });
    edit(`${t(name)} · ${t('addOverride')}`, rule, all.calendars, field('site', site), keep(() => `/deadlines/${name}/sites/${site.value}`, 0));
  };
  return h('section', { class: 'card', 'data-class': name },
    h('div', { class: 'head' }, h('h2', {}, t(name)), written ? null : tag('byDefault'),
      may('sites:write') && h('div', { class: 'end' }, h('button', { type: 'button', class: 'second', 'data-act': 'edit', onclick: () => edit(t(name), rule, all.calendars, null, keep(() => `/deadlines/${name}`, written?.version ?? 0)) }, t('edit')))),
    shown(rule),
    h('div', { class: 'head sub' }, h('h3', {}, t('overrides')),
      may('sites:write') && free.length > 0 && h('div', { class: 'end' }, h('button', { type: 'button', class: 'second', 'data-act': 'add', onclick: add }, t('addOverride')))),
    places.length === 0 ? h('p', { class: 'soft small' }, t('noOverrides')) : h('div', { class: 'list' }, places.map((one) => h('div', { class: 'override', 'data-site': siteName(one.site) },
      h('div', { class: 'head' }, h('strong', {}, siteName(one.site)), may('sites:write') && h('div', { class: 'end' },
        h('button', { type: 'button', class: 'second', 'data-act': 'edit', onclick: () => edit(`${t(name)} · ${siteName(one.site)}`, one.rule, all.calendars, null, keep(() => `/deadlines/${name}/sites/${one.site}`, one.version)) }, t('edit')),
        h('button', { type: 'button', class: 'danger', onclick: doing(async () => {
          if (!confirm(t('sureOverride'))) return;
          await remove(`/deadlines/${name}/sites/${one.site}`);
          toast(t('removed'));
          await again();
        }) }, t('remove')))),
      shown(one.rule)))));
}

/** A year whose holidays are known. */
const year = (one) => h('section', { class: 'card', 'data-year': one.year },
  h('div', { class: 'head' }, h('h3', { class: 'num' }, one.year), one.provisional ? tag('provisional', 'amber') : tag('announced', 'green'), h('span', { class: 'soft small' }, one.origin === 'shipped' ? t('shipped') : one.origin)),
  one.provisional && h('p', { class: 'notice warn small' }, t('provisionalHint')(one.year)),
  h('p', { class: 'small soft' }, one.source),
  h('ul', { class: 'holidays' }, one.holidays.map((holiday) => h('li', {}, h('span', {}, holiday.name), ' ', h('span', { class: 'num soft small' }, holiday.from === holiday.to ? holiday.from.slice(5) : `${holiday.from.slice(5)} – ${holiday.to.slice(5)}`)))),
  one.workingDays.length > 0 && h('p', { class: 'small' }, `${t('workedWeekends')} `, h('span', { class: 'num soft' }, one.workingDays.map((day) => day.slice(5)).join('、'))));

const hours = (calendar) => [t(calendar.days === 'every' ? 'everyDay' : 'workingDays'), calendar.hours.map((one) => (one.from === '00:00' && one.to === '00:00' ? t('wholeDay') : `${one.from}–${one.to === '00:00' ? '24:00' : one.to}`)).join('、')].join(' · ');

export async function deadlines(page) {
  const [all, { items: sites }] = await Promise.all([get('/deadlines'), get('/sites')]);
  const again = () => deadlines(page);
  page.replaceChildren(h('div', { class: 'stack' },
    h('div', { class: 'head' }, h('h2', {}, t('deadlines')), h('span', { class: 'soft' }, t('deadlinesHint'))),
    h('div', { class: 'classes' }, all.defaults.map((one) => ofClass(one, all, sites, again))),
    h('section', { class: 'card' }, h('h2', {}, t('calendars')), h('dl', { class: 'facts' }, all.calendars.map((one) => [h('dt', {}, t(one.name)), h('dd', { class: 'num' }, hours(one))]))),
    h('h2', {}, t('holidays')),
    h('div', { class: 'classes' }, all.years.map(year))));
}
