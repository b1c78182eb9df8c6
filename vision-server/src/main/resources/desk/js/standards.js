import { get, post, put, remove } from './api.js';
import { ask, choose, doing, field, h, table, toast } from './dom.js';
import { t } from './i18n.js';
import { may } from './me.js';
import { number, parts, saves, worded } from './assess.js';

const METHODS = ['incident', 'arrive', 'finish', 'rework', 'check'];
const INCIDENTS = ['overflow', 'litter', 'visitors', 'cleaning-overdue', 'pm25', 'pm10', 'tsp'];
const CLASSES = ['refuse', 'toilet', 'sweeping', 'sprinkling', 'root-cause'];
const RHYTHMS = ['day', 'week', 'month', 'quarter', 'year'];
/** What clauses of a method can be about. */
const ABOUT = { incident: INCIDENTS, arrive: CLASSES, finish: CLASSES, rework: CLASSES, check: [...CLASSES, ...INCIDENTS] };

/** What tells that a clause is broken, in words. */
function how(clause) {
  const parts = [t(`by-${clause.method}`)];
  if (clause.withinMinutes) parts.push(t('overMinutes')(clause.withinMinutes));
  if (clause.every) parts.push(t(`each-${clause.every}`));
  return h('span', {}, h('span', { class: 'tag' }, parts.join(' · ')), h('span', { class: 'small soft' }, ` ${clause.kinds.map((kind) => t(kind)).join('、')}`));
}

/** A clause to be written; a new one if `was` is null. */
function clauseForm(was) {
  const one = was ?? { code: '', what: '', whatEn: '', limit: '', limitEn: '', method: 'check', kinds: [], withinMinutes: null, every: null, points: 1, most: null, guidance: '', guidanceEn: '' };
  const input = (name, props) => h('input', { name, value: one[name] ?? '', autocomplete: 'off', ...props });
  const area = (name) => h('textarea', { name, rows: 2, maxlength: 2000, value: one[name] ?? '' });
  const inputs = {
    code: input('code', { required: true, maxlength: 40, pattern: '[A-Za-z0-9][A-Za-z0-9._\\-]*' }), what: input('what', { required: true, maxlength: 2000 }), whatEn: input('whatEn', { maxlength: 2000 }),
    limit: input('limit', { maxlength: 2000 }), limitEn: input('limitEn', { maxlength: 2000 }), guidance: area('guidance'), guidanceEn: area('guidanceEn'),
    points: input('points', { type: 'number', min: 0, max: 100, step: 0.5, required: true }), most: input('most', { type: 'number', min: 0, max: 100, step: 0.5 }), withinMinutes: input('withinMinutes', { type: 'number', min: 1, max: 999999 }),
  };
  const method = choose(METHODS.map((value) => [value, t(`by-${value}`)]), one.method, { name: 'method' });
  const every = choose([['', t('notChecked')], ...RHYTHMS.map((value) => [value, t(`each-${value}`)])], one.every ?? '', { name: 'every' });
  const about = h('div', { class: 'row' });
  const within = field('withinMinutes', inputs.withinMinutes);
  const rhythm = field('howOften', every);
  let chosen = new Set(one.kinds);
  const fitting = () => {
    if (about.children.length > 0) chosen = new Set([...about.querySelectorAll('input:checked')].map((box) => box.value));
    about.replaceChildren(...ABOUT[method.value].map((kind) => h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'kinds', value: kind, checked: chosen.has(kind) }), t(kind))));
    within.hidden = !['incident', 'arrive', 'finish'].includes(method.value);
    inputs.withinMinutes.required = ['arrive', 'finish'].includes(method.value);
    rhythm.hidden = method.value !== 'check';
  };
  method.addEventListener('change', fitting);
  fitting();
  const amount = (one) => (one.value === '' ? null : Number(one.value));
  return {
    content: [h('div', { class: 'two' }, field('clauseCode', inputs.code), field('checkedBy', method)), h('div', { class: 'two' }, field('clauseWhat', inputs.what), field('inEnglish', inputs.whatEn)),
      h('div', { class: 'two' }, field('clauseLimit', inputs.limit), field('inEnglish', inputs.limitEn)), h('fieldset', {}, h('legend', {}, t('clauseAbout')), about), h('div', { class: 'two' }, within, rhythm),
      h('div', { class: 'two' }, field('pointsEach', inputs.points), field('pointsMost', inputs.most)), h('div', { class: 'two' }, field('guidance', inputs.guidance, 'guidanceHint'), field('inEnglish', inputs.guidanceEn))],
    written: () => ({
      ...Object.fromEntries(['code', 'what', 'whatEn', 'limit', 'limitEn', 'guidance', 'guidanceEn'].map((name) => [name, inputs[name].value.trim()])),
      method: method.value, kinds: [...about.querySelectorAll('input:checked')].map((box) => box.value),
      withinMinutes: within.hidden ? null : amount(inputs.withinMinutes), every: rhythm.hidden || every.value === '' ? null : every.value,
      points: Number(inputs.points.value), most: amount(inputs.most),
    }),
  };
}

/** Of a clause what is written. */
const text = ({ id, standard, space, heldFrom, ...rest }) => rest;

/** Writes the clauses of a standard anew, if it is still as it was shown. */
async function rewrite(standard, change) {
  await put(`/standards/${standard.code}`, { space: standard.space, name: standard.name, nameEn: standard.nameEn, clauses: change(standard.clauses.map(text)) }, `"${standard.version}"`);
  toast(t('saved'));
}

function editClause(standard, was, again) {
  const { content, written } = clauseForm(was);
  ask(`${standard.code} ${was?.code ?? ''}`, content, t('save'), async () => {
    const now = written();
    await rewrite(standard, (clauses) => (was ? clauses.map((one) => (one.code === was.code ? now : one)) : [...clauses, now]));
    await again();
  });
}

/** A standard to be made, or its name to be changed. */
function editStandard(spaces, was, again) {
  const code = h('input', { name: 'code', required: true, maxlength: 40, pattern: '[A-Za-z0-9][A-Za-z0-9._\\-]*', value: was?.code ?? '', disabled: Boolean(was) });
  const name = h('input', { name: 'name', required: true, maxlength: 200, value: was?.name ?? '' });
  const nameEn = h('input', { name: 'nameEn', maxlength: 200, value: was?.nameEn ?? '' });
  const space = choose(spaces.map((one) => [one.code, worded(one, 'name')]), was?.space ?? spaces[0]?.code, { name: 'space' });
  ask(was ? was.code : t('newStandard'), [h('div', { class: 'two' }, field('standardCode', code), field('kindOfSpace', space)), h('div', { class: 'two' }, field('standardName', name), field('inEnglish', nameEn))], t('save'), async () => {
    await put(`/standards/${code.value}`, { space: space.value, name: name.value.trim(), nameEn: nameEn.value.trim(), clauses: (was?.clauses ?? []).map(text) }, `"${was?.version ?? 0}"`);
    await again();
  });
}

function newSpace(again) {
  const code = h('input', { name: 'code', required: true, maxlength: 40, pattern: '[a-z0-9][a-z0-9\\-]*' });
  const name = h('input', { name: 'name', required: true, maxlength: 100 });
  const nameEn = h('input', { name: 'nameEn', maxlength: 100 });
  ask(t('newSpace'), [field('standardCode', code, 'spaceCodeHint'), h('div', { class: 'two' }, field('standardName', name), field('inEnglish', nameEn))], t('save'), async () => {
    await put(`/spaces/${code.value}`, { name: name.value.trim(), nameEn: nameEn.value.trim() }, '"0"');
    await again();
  });
}

/** Takes a table: it is tried as soon as it is chosen, and what it would do is said. */
function importTable(again) {
  const file = h('input', { type: 'file', name: 'file', required: true, accept: '.xlsx,.csv' });
  const answer = h('div', { 'aria-live': 'polite' });
  const base64 = () => new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result.split(',')[1] ?? ''));
    reader.addEventListener('error', () => reject(reader.error));
    reader.readAsDataURL(file.files[0]);
  });
  const told = (done) => t('importTold')(done.standards, done.clauses, done.begun, done.ended);
  const send = async (dryRun) => post('/standard-imports', { file: await base64(), dryRun });
  file.addEventListener('change', async () => {
    answer.replaceChildren();
    if (file.files.length === 0) return;
    try {
      answer.replaceChildren(h('p', { class: 'notice good' }, `${t('importTried')} ${told(await send(true))}`));
    } catch (problem) {
      answer.replaceChildren(h('div', { class: 'notice bad' }, h('p', {}, problem.message), h('ul', { class: 'small' }, (problem.body?.errors ?? []).slice(0, 20).map((one) => h('li', {}, `${one.pointer}: ${one.detail}`)))));
    }
  });
  ask(t('importTable'), [h('p', { class: 'soft small' }, t('importHint')), field('tableFile', file), answer], t('importIt'), async () => {
    toast(told(await send(false)));
    await again();
  });
}

function shown(standard, spaces, mine, again) {
  const rows = standard.clauses.map((clause) => [
    h('strong', { class: 'num' }, clause.code),
    h('span', {}, worded(clause, 'what'), h('p', { class: 'small soft' }, worded(clause, 'limit'))),
    how(clause),
    h('span', { class: 'num' }, number(clause.points), clause.most !== null && h('span', { class: 'soft small' }, ` / ${number(clause.most)}`)),
    h('span', { class: 'small' }, worded(clause, 'guidance')),
    mine && h('span', { class: 'row' }, h('button', { class: 'second', type: 'button', 'data-act': 'edit', onclick: () => editClause(standard, clause, again) }, t('edit')),
      h('button', { class: 'danger', type: 'button', 'data-act': 'remove', onclick: doing(async () => {
        if (!confirm(`${standard.code} ${clause.code}: ${t('sureClause')}`)) return;
        await rewrite(standard, (clauses) => clauses.filter((one) => one.code !== clause.code));
        await again();
      }) }, t('remove'))),
  ]);
  return h('section', { class: 'card stack', 'data-standard': standard.code },
    h('div', { class: 'head' }, h('h3', {}, `${standard.code} ${worded(standard, 'name')}`), h('span', { class: 'soft small' }, `${worded(spaces.find((one) => one.code === standard.space) ?? { name: standard.space }, 'name')} · ${t('clauseCount')(standard.clauses.length)}`),
      mine && h('div', { class: 'end row' }, h('button', { class: 'second', type: 'button', 'data-act': 'add-clause', onclick: () => editClause(standard, null, again) }, t('newClause')),
        h('button', { class: 'second', type: 'button', 'data-act': 'rename', onclick: () => editStandard(spaces, standard, again) }, t('edit')),
        h('button', { class: 'danger', type: 'button', 'data-act': 'remove-standard', onclick: doing(async () => {
          if (!confirm(`${standard.code}: ${t('sureStandard')}`)) return;
          await remove(`/standards/${standard.code}`);
          await again();
        }) }, t('remove')))),
    rows.length === 0 ? h('p', { class: 'empty' }, t('noClauses')) : table(['clauseCode', 'clauseWhat', 'checkedBy', 'points', 'guidance', ''], rows));
}

export async function standards(page) {
  const mine = may('standards:write');
  const [{ items: spaces }, { items: list }] = await Promise.all([get('/spaces'), get('/standards')]);
  const again = () => standards(page);
  page.replaceChildren(h('div', { class: 'stack' }, parts('standards'),
    h('div', { class: 'head' }, h('h2', {}, t('standards')), h('div', { class: 'end row' }, saves('/standards'),
      mine && h('button', { class: 'second', type: 'button', 'data-act': 'import', onclick: () => importTable(again) }, t('importTable')),
      mine && h('button', { class: 'second', type: 'button', 'data-act': 'new-space', onclick: () => newSpace(again) }, t('newSpace')),
      mine && h('button', { type: 'button', 'data-act': 'new-standard', onclick: () => editStandard(spaces, null, again) }, t('newStandard')))),
    h('p', { class: 'soft small' }, t('standardsHint')),
    list.length === 0 ? h('p', { class: 'empty' }, t('noStandards')) : list.map((one) => shown(one, spaces, mine, again))));
}
