import { get, post } from './api.js';
import { assignments, photos } from './crews.js';
import { doing, h, toast } from './dom.js';
import { said, t } from './i18n.js';
import { underKeys, verdictKeys, verdicts } from './verdicts.js';
import { clock, dateTime, duration, kinds, snapshot, tag, tick, time } from './format.js';

const arrival = (order) => {
  const seconds = order.arrival.filedToArrivedSeconds;
  if (seconds === null || seconds === undefined) return h('span', { class: 'soft' }, t('notYet'));
  return h('span', { class: 'row' }, h('span', { class: 'num' }, duration(seconds)), tag(order.arrival.kept ? 'kept' : 'late', order.arrival.kept ? 'green' : 'red'));
};

export async function orders(page) {
  const [list, sites] = await Promise.all([get('/orders?limit=100'), get('/sites')]);
  const zones = new Map(sites.items.map((s) => [s.id, s.timeZone]));
  page.replaceChildren(h('div', {},
    h('div', { class: 'head' }, h('h2', {}, t('allOrders'))),
    list.items.length === 0 ? h('p', { class: 'empty' }, t('noOrdersAtAll')) : h('div', { class: 'scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, h('th', { class: 'wide' }, t('number')), h('th', {}, t('site')), h('th', { class: 'wide' }, t('what')), h('th', {}, t('state')), h('th', {}, t('filedAt')), h('th', {}, t('arrival')))),
      h('tbody', {}, list.items.map((o) => h('tr', { 'data-href': true, onclick: () => { location.hash = `#/orders/${o.id}`; } },
        h('td', { class: 'num wide' }, h('a', { href: `#/orders/${o.id}` }, o.number)),
        h('td', {}, o.site.name),
        h('td', { class: 'wide' }, h('span', { class: 'row' }, kinds(o).map((k) => tag(k)))),
        h('td', {}, h('span', { class: 'row' }, tag(o.state), clock(o))),
        h('td', { class: 'num' }, dateTime(o.filedAt, zones.get(o.site.id))),
        h('td', {}, arrival(o)))))))));
  tick();
}

function shown(link, label, empty) {
  return h('figure', {},
    h('div', { class: 'view' }, link ? h('a', { href: link, target: '_blank' }, h('img', { src: link, alt: label })) : h('p', {}, empty)),
    h('figcaption', {}, h('strong', {}, label)));
}

/** The moves that a person makes here; the others are for whoever has the order. */
const MOVES = ['pass', 'fail', 'resume', 'reopen', 'cancel'];
const ASKS_WHY = ['fail', 'cancel', 'reopen'];

function moves(order, again) {
  return order.possible.filter((event) => MOVES.includes(event)).map((event) => h('button', {
    class: event === 'pass' ? '' : event === 'cancel' || event === 'fail' ? 'danger' : 'second',
    type: 'button',
    onclick: doing(async () => {
      const reason = ASKS_WHY.includes(event) ? prompt(t('why')) : '';
      if (reason === null) return;
      await post(`/orders/${order.id}/events`, { event, round: order.round, ...(reason ? { reason } : {}) });
      toast(t('updated'));
      await again();
    }),
  }, t(event)));
}

export async function order(page, id, until) {
  const o = await get(`/orders/${id}`);
  const { timeZone } = await get(`/sites/${o.site.id}`);
  const again = () => { unlisten(); return order(page, id, until); };
  const keyed = underKeys(o.incidents);
  const unlisten = verdictKeys(keyed, again, until);
  const measured = (seconds) => (seconds === null || seconds === undefined ? t('notYet') : duration(seconds));
  page.replaceChildren(h('div', { class: 'stack' },
    h('div', { class: 'head' },
      h('a', { href: '#/orders' }, `← ${t('back')}`),
      h('h2', {}, o.site.name), h('span', { class: 'soft num' }, o.number), tag(o.state),
      o.class !== 'refuse' && tag(o.class, 'amber'), o.round > 1 && h('span', { class: 'tag amber' }, `${t('round')} ${o.round}`), clock(o),
      h('div', { class: 'end' }, moves(o, again))),
    o.class !== 'refuse' && o.note && h('p', { class: 'notice' }, said(o.note)),
    h('div', { class: 'pair' },
      shown(snapshot(o.snapshots.before), t('before'), t('noBefore')),
      shown(snapshot(o.snapshots.after), t('after'), t('noAfter'))),
    h('div', { class: 'split' },
      h('section', { class: 'card' }, h('h2', {}, t('history')),
        h('ol', { class: 'history' }, o.history.map((line) => h('li', {},
          h('div', { class: 'row' }, tag(line.to), h('span', { class: 'num soft' }, time(line.at, timeZone)), h('span', {}, line.actorName)),
          line.reason && h('p', { class: 'small soft' }, said(line.reason)))))),
      h('div', { class: 'stack' }, h('section', { class: 'card' }, h('h2', {}, t('facts')),
        h('dl', { class: 'facts' },
          h('dt', {}, t('filedToArrived')), h('dd', { class: 'row' }, measured(o.arrival.filedToArrivedSeconds), o.arrival.kept !== null && tag(o.arrival.kept ? 'kept' : 'late', o.arrival.kept ? 'green' : 'red'), h('span', { class: 'soft small' }, t('promise'))),
          h('dt', {}, t('dispatchedToArrived')), h('dd', {}, measured(o.arrival.dispatchedToArrivedSeconds)),
          h('dt', {}, t('dispatchedTo')), h('dd', {}, o.receiver ? o.receiver.name : t('notYet')),
          o.closedBy && [h('dt', {}, t('closedBy')), h('dd', {}, t(o.closedBy))],
          o.reworks > 0 && [h('dt', {}, t('reworks')), h('dd', {}, o.reworks)],
          o.reopened > 0 && [h('dt', {}, t('reopened')), h('dd', {}, o.reopened)]),
        h('h2', {}, t('incidents')),
        h('div', { class: 'list' }, o.incidents.map((i) => h('div', { class: 'row' },
          tag(i.kind), h('span', {}, `${i.cameraName} ${i.zoneName === 'whole picture' ? t('wholePicture') : i.zoneName}`),
          h('span', { class: 'soft small num' }, `${t('openedAt')} ${time(i.confirmedAt, timeZone)}`),
          i.clearedAt && h('span', { class: 'soft small num' }, `${t('clearedAt')} ${time(i.clearedAt, timeZone)}`),
          verdicts(i, i === keyed, again))))), assignments(o), photos(o)))));
  tick();
}
