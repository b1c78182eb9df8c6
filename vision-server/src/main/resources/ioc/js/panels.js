import { get, query } from '../../desk/js/api.js';
import { dialog, h } from '../../desk/js/dom.js';
import { locale } from '../../desk/js/i18n.js';
import { decide, mayDecide, openOrder } from './decide.js';
import { t } from './words.js';

const percent = (figures) => {
  const arrived = figures.arrivedInTime + figures.arrivedLate;
  return arrived === 0 ? null : Math.round((100 * figures.arrivedInTime) / arrived);
};
/** How long something has lasted; seconds would only flicker on a wall. */
const since = (from, now) => {
  const minutes = Math.floor((Date.parse(now) - Date.parse(from)) / 60_000);
  if (minutes < 1) return t('justNow');
  return minutes < 60 ? `${minutes} ${t('minutes')}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')} ${t('hours')}`;
};
const clockTime = (at) => new Date(at).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai' });
const place = (one) => one.siteName;

/** A list over the wall, with what says that there is nothing in it. */
function listed(title, lines, before = null) {
  const close = dialog(title, h('div', { class: 'stack' }, before,
    lines.length === 0 ? h('p', { class: 'none' }, t('nothing')) : h('ul', { class: 'list behind' }, lines),
    h('div', { class: 'row' }, h('button', { type: 'button', class: 'second end', onclick: () => close() }, t('close')))));
}

/** The orders behind a number, and from each the way to it. */
export async function behind(state, what, filter = {}, of = '') {
  const list = await get(`/wall/orders${query({ what, at: state.at?.toISOString() })}${Object.entries(filter).map(([key, value]) => `&${key}=${encodeURIComponent(value)}`).join('')}`);
  const words = { filed: 'filedToday', 'arrived-in-time': 'inTime', 'arrived-late': 'lateArrivals', closed: 'closedToday', 'self-cleared': 'selfClearedToday', open: 'openNow', late: 'lateNow' };
  const ofHour = { filed: 'filedOne', closed: 'closedOne' }; // which need not be today's
  listed(t('behind')(t((filter.hour && ofHour[what]) || words[what]), of), list.items.map((one) => h('li', {},
    h('button', { type: 'button', class: 'number', onclick: () => openOrder(one.id, state) }, one.number),
    h('span', { class: 'name' }, one.siteName), one.class !== 'refuse' && h('span', { class: 'soft' }, t(one.class)),
    h('span', { class: 'end soft' }, one.team, h('span', { class: 'num' }, clockTime(one.at))))),
  list.more && h('p', { class: 'small soft' }, t('first500')));
}

const oneHour = { day: 'numeric', month: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'Asia/Shanghai' };

/** What one hour of a curve is made of: orders, incidents, or what devices counted and measured. */
export async function behindHour(state, curve, hour) {
  const when = `${hour.toLocaleString(locale(), oneHour)}–${clockTime(hour.getTime() + 3_600_000)}`;
  if (['filed', 'closed'].includes(curve)) {
    await behind(state, curve, { hour: hour.toISOString() }, when);
    return;
  }
  const list = await get(`/curves/parts${query({ curve, hour: hour.toISOString(), at: state.at?.toISOString() })}`);
  listed(t('behind')(t(curve), when), list.items.map((one) => h('li', { 'data-part': one.kind },
    one.order && h('button', { type: 'button', class: 'number', onclick: () => openOrder(one.order, state) }, one.number),
    one.kind === 'incident' ? h('span', { class: 'name' }, t(one.name)) : h('a', { class: 'name', href: `/desk/#/devices/${one.id}`, target: '_blank' }, one.name),
    h('span', { class: 'soft' }, one.siteName),
    h('span', { class: 'end num' }, one.kind === 'incident' ? clockTime(one.at) : String(Math.round(one.value * 10) / 10)))),
  list.more && h('p', { class: 'small soft' }, t('first500')));
}

/** Who of the crew is at something. */
function hands(view, state, statuses, title) {
  listed(title, view.crew.filter((one) => statuses.includes(one.status)).map((one) => hand(one, view, state)));
}

/** Which cameras or devices are behind a count, those in trouble first. */
async function devices(state, kind) {
  const list = await get(`/wall/health${query({ kind, at: state.at?.toISOString() })}`);
  const ill = (one) => !WELL.includes(one.health);
  listed(t(kind), list.items.toSorted((a, b) => ill(b) - ill(a)).map((one) => h('li', { 'data-device': one.health },
    h('i', { class: `dot ${ill(one) ? 'bad' : 'good'}` }),
    state.at ? h('span', { class: 'name' }, one.name) : h('a', { class: 'name', href: `/desk/#/${kind === 'camera' ? 'cameras' : 'devices'}/${one.id}`, target: '_blank' }, one.name),
    h('span', { class: 'soft' }, one.siteName), h('span', { class: `end ${ill(one) ? 'bad' : 'soft'}` }, t(one.health)))));
}

const number = (value, props) => h('button', { type: 'button', class: 'number', ...props }, String(value));

export function figures(body, view, state) {
  const { total, crew } = view;
  const share = percent(total);
  const onDuty = crew.filter((one) => !['off', 'away'].includes(one.status));
  const tile = (value, label, what, tone, small) => h('button', { type: 'button', class: `figure ${tone ?? ''}`, 'data-figure': what, onclick: () => (what === 'free' ? hands(view, state, ['free'], t('freeHands')) : behind(state, what)) },
    h('b', {}, String(value), small && h('small', {}, small)), h('span', {}, label));
  // What cleared itself was cleaned by nobody: it stands beside what was closed, and is no part of it.
  const closed = h('div', { class: 'figure two' }, tile(total.closed, t('closedToday'), 'closed'),
    h('button', { type: 'button', class: 'beside', 'data-figure': 'self-cleared', onclick: () => behind(state, 'self-cleared') }, h('b', {}, String(total.selfCleared)), h('span', {}, t('selfClearedToday'))));
  body.replaceChildren(
    tile(total.filed, t('filedToday'), 'filed'),
    tile(share === null ? '–' : share, t('inTime'), 'arrived-in-time', share === null ? '' : share >= 90 ? 'good' : share >= 75 ? 'wait' : 'bad', share === null ? '' : `% · ${total.arrivedInTime}`),
    tile(total.arrivedLate, t('lateArrivals'), 'arrived-late', total.arrivedLate > 0 ? 'wait' : ''),
    closed,
    tile(total.open, t('openNow'), 'open'),
    tile(total.late, t('lateNow'), 'late', total.late > 0 ? 'bad' : ''),
    tile(onDuty.filter((one) => one.status === 'free').length, t('freeHands'), 'free', '', t('onDutyOf')(onDuty.length)));
}

const GROUPS = [['village', 'villages'], ['class', 'classes'], ['team', 'teams']];
let group = 'village';
export function groups(body, view, state, tabs) {
  tabs.replaceChildren(...GROUPS.map(([by]) => h('button', { type: 'button', class: by === group ? 'chosen' : '', 'data-group': by, onclick: () => { group = by; groups(body, view, state, tabs); } }, t(by))));
  const rows = view[GROUPS.find(([by]) => by === group)[1]];
  const cell = (row, what, value, tone = '') => h('td', { class: tone }, number(value, { onclick: () => behind(state, what, { [group]: row.name }, name(row)) }));
  const name = (row) => (row.name ? (group === 'class' ? t(row.name) : row.name) : t('noneNamed'));
  body.replaceChildren(h('table', {},
    h('thead', {}, h('tr', {}, ['', 'filedOne', 'closedOne', 'openNow', 'share'].map((key) => h('th', {}, key && (key === 'openNow' ? t('order-open') : t(key)))))),
    h('tbody', {}, rows.map((row) => {
      const share = percent(row);
      return h('tr', {}, h('td', { title: name(row) }, name(row)), cell(row, 'filed', row.filed), cell(row, 'closed', row.closed),
        h('td', {}, number(row.open, { onclick: () => behind(state, 'open', { [group]: row.name }, name(row)) }),
          row.late > 0 && number(`(${row.late})`, { class: 'number bad', title: t('lateNow'), onclick: () => behind(state, 'late', { [group]: row.name }, name(row)) })),
        cell(row, 'arrived-in-time', share === null ? '–' : `${share}%`, share === null ? '' : share >= 90 ? 'good' : share >= 75 ? 'wait' : 'bad'));
    }))));
}

const TONE = { working: 'good', going: 'go', waiting: 'wait', free: '', away: '', off: '' };
const STATUS = { waiting: 'waitingOne' };
function hand(one, view, state) {
  return h('li', { 'data-hand': one.status },
    h('i', { class: `dot ${TONE[one.status]}` }), h('span', { class: 'name' }, one.name), h('span', { class: 'soft small' }, t(STATUS[one.status] ?? one.status)),
    one.order ? h('span', { class: 'end' }, number(one.siteName, { class: 'number name', onclick: () => openOrder(one.order, state) }), h('span', { class: 'soft num', 'data-since': one.since }, since(one.since, view.at)))
      : h('span', { class: 'end soft small' }, one.team));
}

export function crew(body, view, state) {
  const count = (status) => view.crew.filter((one) => one.status === status).length;
  const shown = view.crew.filter((one) => one.status !== 'off');
  body.replaceChildren(
    h('div', { class: 'chips' }, ['working', 'going', 'waiting', 'free', 'away', 'off'].filter((status) => !['waiting', 'away'].includes(status) || count(status) > 0).map((status) => h('button', { type: 'button', class: 'number', 'data-hands': status, onclick: () => hands(view, state, [status], t(STATUS[status] ?? status)) }, h('b', { class: TONE[status] }, String(count(status))), t(STATUS[status] ?? status)))),
    view.crew.length === 0 ? h('p', { class: 'none' }, t('noCrew')) : h('ul', { class: 'list' }, shown.map((one) => hand(one, view, state))));
}

export function orders(body, view, state) {
  const left = view.total.open - view.orders.length;
  body.replaceChildren(view.orders.length === 0 ? h('p', { class: 'none' }, t('noOpen')) : h('ul', { class: 'list' },
    view.orders.map((one) => h('li', { 'data-order': one.number, class: one.late ? 'late' : '' },
      h('i', { class: `dot ${one.late ? 'late' : one.asking ? 'asking' : ['arrived', 'verifying'].includes(one.state) ? 'working' : one.state === 'suspended' ? 'resting' : 'waiting'}` }),
      number(place(one), { class: 'number name', onclick: () => openOrder(one.id, state) }),
      h('span', { class: 'soft small' }, one.class === 'refuse' ? t(one.state) : `${t(one.class)} · ${t(one.state)}`),
      h('span', { class: `end num ${one.late ? 'bad' : 'soft'}` }, since(one.filed, view.at)))),
    left > 0 && h('li', { class: 'more' }, number(t('moreOrders')(left), { onclick: () => behind(state, 'open') }))));
}

const ORDERS = ['suspension', 'escalated', 'human-check', 'returned', 'unassigned'];
function decision(one, view, state) {
  const name = one.siteName || one.name;
  return h('li', { 'data-decision': one.kind },
    h('i', { class: 'dot wait' }), h('span', { class: 'wait' }, t(one.kind)),
    ORDERS.includes(one.kind) ? number(name, { class: 'number name', title: one.words, onclick: () => openOrder(one.id, state) }) : h('span', { class: 'name', title: one.words }, name),
    h('span', { class: 'end' }, h('span', { class: 'soft num' }, since(one.since, view.at)),
      !state.at && mayDecide(one) && h('button', { type: 'button', class: 'act', onclick: () => decide(one, state) }, t('decide'))));
}

const allDecisions = (view, state) => listed(t('decisions'), view.decisions.map((one) => decision(one, view, state)));

export function decisions(body, view, state, tabs) {
  tabs.replaceChildren(view.decisions.length > 0 ? number(view.decisions.length, { class: 'number wait', 'data-decisions': view.decisions.length, onclick: () => allDecisions(view, state) }) : '');
  body.replaceChildren(view.decisions.length === 0 ? h('p', { class: 'none' }, t('noDecisions')) : h('ul', { class: 'list' },
    view.decisions.map((one) => decision(one, view, state))));
}

/** What waits for a decision, over the wall whatever panels it has. */
export function strip(bar, view, state) {
  const kinds = new Map();
  for (const one of view.decisions) kinds.set(one.kind, (kinds.get(one.kind) ?? 0) + 1);
  const oldest = view.decisions[0];
  bar.hidden = !oldest;
  bar.onclick = () => allDecisions(view, state);
  bar.replaceChildren(...(oldest ? [h('b', {}, `${t('decisions')} ${view.decisions.length}`), ...[...kinds].map(([kind, n]) => h('span', {}, `${t(kind)} ${n}`)), h('span', { class: 'end' }, `${t('longest')} ${since(oldest.since, view.at)}`)] : []));
}

/** Says under a panel how much of it lies below what is seen, and goes there. */
export function below(body) {
  const bar = h('button', { type: 'button', class: 'below', hidden: true, onclick: () => body.scrollBy({ top: body.clientHeight * 0.8, behavior: 'smooth' }) });
  const look = () => {
    const end = body.getBoundingClientRect().bottom;
    const hidden = [...body.querySelectorAll('li, tbody tr')].filter((one) => one.getBoundingClientRect().bottom > end + 1).length;
    bar.hidden = hidden === 0;
    bar.textContent = t('furtherDown')(hidden);
  };
  body.addEventListener('scroll', look, { passive: true });
  new ResizeObserver(look).observe(body);
  new MutationObserver(look).observe(body, { childList: true });
  return bar;
}

const WELL = ['live', 'ok'];
export function health(body, view, state) {
  const kinds = new Map();
  for (const one of view.health) {
    if (!kinds.has(one.kind)) kinds.set(one.kind, []);
    kinds.get(one.kind).push(one);
  }
  body.replaceChildren(kinds.size === 0 ? h('p', { class: 'none' }, t('noHealth')) : h('ul', { class: 'list' }, [...kinds].map(([kind, all]) => {
    const whole = all.reduce((sum, one) => sum + one.n, 0);
    const well = all.filter((one) => WELL.includes(one.health)).reduce((sum, one) => sum + one.n, 0);
    const ill = all.filter((one) => !WELL.includes(one.health));
    return h('li', { 'data-health': kind, title: ill.map((one) => `${t(one.health)} ${one.n}`).join(', ') }, h('i', { class: `dot ${well === whole ? 'good' : 'bad'}` }), h('span', { class: 'name' }, t(kind)),
      number(`${well}/${whole}`, { class: `number end ${well === whole ? '' : 'bad'}`, onclick: () => devices(state, kind) }));
  })));
}

const PAIR_LETTERS = 8.5; // as wide as the name of a place
export function pairs(body, view, state) {
  const letter = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const room = Math.min(body.clientWidth / Math.max(1, body.clientHeight) / 0.62, body.clientWidth / letter / PAIR_LETTERS);
  const most = Math.max(1, Math.min(view.pairs.length, Math.floor(room)));
  const key = JSON.stringify([view.pairs.slice(0, most), t('before')]);
  if (body.dataset.shown === key) return; // pictures that are there already are not asked for again
  body.dataset.shown = key;
  const picture = (id, label) => h('div', {}, h('img', { src: `/api/v1/snapshots/${id}?annotated=true`, alt: '', loading: 'lazy' }), h('span', {}, label));
  body.replaceChildren(view.pairs.length === 0 ? h('p', { class: 'none' }, t('noPairs')) : h('div', { class: 'shots' },
    view.pairs.slice(0, most).map((one) => h('figure', { 'data-pair': one.number, onclick: () => openOrder(one.order, state) },
      h('div', { class: 'two' }, picture(one.before, t('before')), picture(one.after, `${t('after')} ${clockTime(one.at)}`)),
      h('figcaption', { title: one.siteName }, one.siteName)))));
}
