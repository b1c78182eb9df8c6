import { get, post, query } from '../../desk/js/api.js';
import { ask, choose, dialog, doing, field, h, tickList, toast } from '../../desk/js/dom.js';
import { dateTime, kinds, snapshot, tag } from '../../desk/js/format.js';
import { said } from '../../desk/js/i18n.js';
import { may } from '../../desk/js/me.js';
import { moves } from '../../desk/js/moves.js';
import { t } from './words.js';

/** An order with its pictures and what can be decided about it now; `why` it waits for that. */
export async function openOrder(id, state, why = '') {
  const box = h('div', { class: 'stack' });
  const close = dialog(t('order'), box);
  const fill = async () => {
    const order = await get(`/orders/${id}`);
    const pictures = [[order.snapshots.before, 'before'], [order.snapshots.after, 'after']].filter(([one]) => one);
    box.replaceChildren(...[
      h('div', { class: 'row' }, h('strong', {}, order.site.name), h('span', { class: 'soft num' }, order.number), tag(order.state), kinds(order).map((kind) => tag(kind))),
      why && h('p', { class: 'wait' }, said(why)),
      order.note && h('p', { class: 'soft' }, said(order.note)),
      pictures.length > 0 && h('div', { class: 'pair' }, pictures.map(([one, label]) => h('figure', {}, h('img', { src: snapshot(one), alt: t(label) }), h('figcaption', { class: 'small soft' }, t(label))))),
      h('div', { class: 'row' }, h('span', { class: 'soft' }, `${t('dispatchedTo')}: ${order.receiver?.name ?? t('notYet')}`), h('span', { class: 'soft num' }, `${t('filedAt')} ${dateTime(order.filedAt, 'Asia/Shanghai')}`)),
      state.at ? h('p', { class: 'soft' }, t('asItIsNow')) : h('div', { class: 'row moves' }, moves(order, fill)),
      h('div', { class: 'row' }, h('a', { href: `/desk/#/orders/${order.id}`, target: '_blank' }, t('openDesk')), h('button', { type: 'button', class: 'second end', onclick: () => close() }, t('close')))].filter(Boolean));
  };
  try {
    await fill();
  } catch (error) {
    box.replaceChildren(h('p', { class: 'bad' }, error.message));
  }
}

const NEEDS = { review: 'incidents:write', endpoint: 'endpoints:write' };
/** Whether whoever looks at the wall could decide something that waits. */
export const mayDecide = (one) => may(NEEDS[one.kind] ?? 'orders:write');

/** Opens what a thing that waits can be decided with. */
export function decide(one, state) {
  if (one.kind === 'suspension') {
    suspension(one);
  } else if (one.kind === 'review') {
    window.open('/desk/#/review', '_blank', 'noopener');
  } else if (one.kind === 'endpoint') {
    window.open(`/desk/#/endpoints/${one.id}`, '_blank', 'noopener');
  } else {
    openOrder(one.id, state, one.words);
  }
}

/** Only a supervisor lets an order rest, so others are not shown the buttons. */
async function suspension(one) {
  const order = await get(`/orders/${one.id}`);
  const opinion = h('textarea', { name: 'opinion', rows: 2, maxlength: 500, required: true });
  const answer = (approve) => doing(async () => {
    if (!opinion.value.trim()) {
      opinion.reportValidity();
      return;
    }
    await post(`/suspension-requests/${one.request}/decision`, { approve, opinion: opinion.value });
    close();
    toast(t('updated'));
  });
  const mine = order.possible.includes('suspend');
  const close = dialog(`${t('suspension')} · ${one.siteName}`, h('div', { class: 'stack' },
    h('p', {}, said(one.words)), mine ? h('label', {}, t('opinion'), opinion) : h('p', { class: 'soft' }, t('forSupervisors')),
    h('div', { class: 'row' }, mine && [h('button', { type: 'button', name: 'approve', onclick: answer(true) }, t('approve')),
      h('button', { type: 'button', class: 'danger', name: 'refuse', onclick: answer(false) }, t('refuseRest'))],
    h('button', { type: 'button', class: 'second end', onclick: () => close() }, t('close')))));
}

const FITTING = { sweeping: 'road', sprinkling: 'road', toilet: 'public-toilet', overflow: 'refuse-station', litter: 'refuse-station' };

/** The same order at many places: for those of the fitting kind, by village. */
export async function massOrder() {
  const { items: places } = await get('/sites');
  const what = choose(Object.keys(FITTING).map((one) => [one, t(one)]), 'sweeping', { name: 'what' });
  const all = h('input', { type: 'checkbox', name: 'all' });
  const list = h('div', {});
  let ticks = null;
  const note = h('textarea', { name: 'note', rows: 2, maxlength: 500, required: true });
  const fill = () => {
    const fitting = places.filter((one) => one.kind === FITTING[what.value]);
    all.checked = false;
    ticks = tickList('site', fitting.toSorted((a, b) => a.village.localeCompare(b.village) || a.name.localeCompare(b.name))
      .map((one) => [one.id, one.village ? `${one.village} · ${one.name}` : one.name]));
    list.replaceChildren(fitting.length === 0 ? h('p', { class: 'none' }, t('nothing')) : ticks.element);
  };
  what.addEventListener('change', fill);
  all.addEventListener('change', () => ticks.all(all.checked));
  list.addEventListener('input', (event) => { if (event.target.name === 'seek') all.checked = false; }); // it ticks what is seen
  fill();
  ask(t('massOrder'), [h('p', { class: 'soft small' }, t('massHint')), field('what', what), h('label', { class: 'check' }, all, t('everything')), list, field('reason', note)], t('massOrder'), async () => {
    const sites = ticks.chosen();
    if (sites.length === 0) throw new Error(t('chooseSome'));
    const kind = ['overflow', 'litter'].includes(what.value);
    const items = [];
    for (let from = 0; from < sites.length; from += 200) { // as many as one request takes
      const done = await post('/orders/mass', { sites: sites.slice(from, from + 200), note: note.value, ...(kind ? { kind: what.value } : { class: what.value }) });
      items.push(...done.items);
    }
    const filed = items.filter((one) => one.order && !one.joined).length;
    const joined = items.filter((one) => one.joined).length;
    toast(t('filedMany')(filed, joined, items.length - filed - joined));
  });
}

/** A list of open orders over the wall. */
function openOnes(title, list, state, line, more = null) {
  const close = dialog(title, h('div', { class: 'stack' }, list.items.length === 0 ? h('p', { class: 'none' }, t('noOpen')) : h('ul', { class: 'list behind' },
    list.items.map((one) => h('li', {}, h('button', { type: 'button', class: 'number', onclick: () => openOrder(one.id, state) }, one.number), line(one), tag(one.what), one.class !== 'refuse' && tag(one.class)))),
  h('div', { class: 'row' }, more && h('button', { type: 'button', class: 'second', name: 'closer', onclick: () => { close(); more(); } }, t('closer')),
    h('button', { type: 'button', class: 'second end', onclick: () => close() }, t('close')))));
}

/** The orders of a place that were open at the moment that is shown. */
export async function openPlace(site, state) {
  const list = await get(`/wall/orders${query({ what: 'open', site: site.id, at: state.at?.toISOString() })}`);
  if (list.items.length === 1 && !state.at) {
    openOrder(list.items[0].id, state);
    return;
  }
  openOnes(site.name, list, state, () => null);
}

/** The orders that one mark of several places sums; `closer` shows these places themselves. */
export async function openMark(mark, part, closer, state) {
  const list = await get(`/map/orders${query({ ...part, square: mark.square, at: state.at?.toISOString() })}`);
  openOnes(t('openAtPlaces')(mark.places), list, state, (one) => h('span', { class: 'name' }, one.siteName), closer);
}

export const mayOrder = () => may('orders:write');
