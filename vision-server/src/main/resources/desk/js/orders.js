import { get, postFor, query } from './api.js';
import { ask, choose, doing, field, h, table, toast } from './dom.js';
import { t } from './i18n.js';
import { may } from './me.js';
import { clock, dateTime, duration, kinds, tag, tick } from './format.js';

const STATES = ['filed', 'dispatched', 'accepted', 'arrived', 'verifying', 'human-check', 'returned', 'suspended', 'closed', 'self-cleared', 'rejected', 'merged', 'cancelled'];
const PAGE = 50;

const arrival = (order) => {
  const seconds = order.arrival.filedToArrivedSeconds;
  if (seconds === null || seconds === undefined) return h('span', { class: 'soft none' }, t('notYet'));
  return h('span', { class: 'row' }, h('span', { class: 'num' }, duration(seconds)), tag(order.arrival.kept ? 'kept' : 'late', order.arrival.kept ? 'green' : 'red'));
};

/** An order that a person files. */
function file(sites) {
  const site = choose(sites.map((one) => [one.id, one.name]), sites[0]?.id, { name: 'site', required: true });
  const kind = choose(['overflow', 'litter'].map((one) => [one, t(one)]), 'overflow', { name: 'kind' });
  const note = h('textarea', { name: 'note', maxlength: 500, rows: 3 });
  ask(t('fileOrder'), [
    h('div', { class: 'two' }, field('site', site), field('what', kind)), field('note', note, 'fileHint'),
  ], t('fileIt'), async () => {
    const made = await postFor('/orders', { site: site.value, kind: kind.value, note: note.value.trim() });
    toast(t(made.status === 201 ? 'orderFiled' : 'orderJoined'));
    location.hash = `#/orders/${made.body.id}`;
  });
}

/** How many orders were on the page, so that news does not fold it up again. */
const unfolded = { filter: '', count: PAGE };

/** What the address filters by. */
function filterOf(search) {
  const asked = new URLSearchParams(search ?? '');
  const state = asked.get('state') ?? '';
  return { q: asked.get('q') ?? '', site: asked.get('site') ?? '', ...(state === 'open' ? { open: 'true' } : { state }) };
}

async function read(filter, count) {
  const items = [];
  let next = null;
  do {
    const page = await get(`/orders${query({ ...filter, limit: Math.min(200, count - items.length), cursor: next })}`);
    items.push(...page.items);
    next = page.next;
  } while (next && items.length < count);
  return { items, next };
}

export async function orders(page, search) {
  const filter = filterOf(search);
  const name = JSON.stringify(filter);
  if (unfolded.filter !== name) Object.assign(unfolded, { filter: name, count: PAGE });
  const [list, { items: sites }] = await Promise.all([read(filter, unfolded.count), get('/sites')]);
  const zones = new Map(sites.map((s) => [s.id, s.timeZone]));
  const words = h('input', { type: 'search', name: 'q', value: filter.q, maxlength: 100, placeholder: t('searchOrders'), 'aria-label': t('searchOrders') });
  const state = choose([['', t('allStates')], ['open', t('openOnly')], ...STATES.map((one) => [one, t(one)])], filter.open ? 'open' : filter.state, { name: 'state', 'aria-label': t('state') });
  const site = choose([['', t('allSites')], ...sites.map((one) => [one.id, one.name])], filter.site, { name: 'site', 'aria-label': t('site') });
  const filtered = () => { location.hash = `#/orders${query({ q: words.value.trim(), state: state.value, site: site.value })}`; };
  state.addEventListener('change', filtered);
  site.addEventListener('change', filtered);
  words.addEventListener('search', filtered); // Enter, and the cross that empties it
  page.replaceChildren(h('div', {},
    h('div', { class: 'head' }, h('h2', {}, t('orders')),
      h('div', { class: 'end' },
        h('a', { class: 'button second', href: `/api/v1/orders${query({ ...filter, format: 'csv' })}`, download: 'orders.csv', title: t('csvHint') }, t('csv')),
        may('orders:write') && sites.length > 0 && h('button', { type: 'button', 'data-act': 'file', onclick: () => file(sites) }, t('fileOrder')))),
    h('form', { class: 'filters', role: 'search', onsubmit: (event) => { event.preventDefault(); filtered(); } }, words, state, site),
    list.items.length === 0
      ? h('p', { class: 'empty' }, t(search ? 'noneFits' : 'noOrdersAtAll'))
      : table(['number', 'site', 'what', 'state', 'filedAt', 'dispatchedTo', 'arrival'], list.items.map((o) => ({
        'data-href': true,
        onclick: () => { location.hash = `#/orders/${o.id}`; },
        cells: [
          h('a', { class: 'num', href: `#/orders/${o.id}` }, o.number), o.site.name,
          h('span', { class: 'row' }, kinds(o).map((k) => tag(k))),
          h('span', { class: 'row' }, tag(o.state), clock(o)),
          h('span', { class: 'num' }, dateTime(o.filedAt, zones.get(o.site.id))),
          o.receiver?.name ?? h('span', { class: 'soft none' }, '–'), arrival(o)],
      }))),
    h('div', { class: 'row under' },
      h('span', { class: 'soft small' }, t('shownOrders')(list.items.length, Boolean(list.next))),
      list.next && h('button', { type: 'button', class: 'second', onclick: doing(async () => { unfolded.count += PAGE; await orders(page, search); }) }, t('more')))));
  tick();
}
