import { get } from './api.js';
import { h } from './dom.js';
import { said, t } from './i18n.js';
import { clock, ended, kinds, snapshot, steps, tag, tick } from './format.js';
import { shot } from './live.js';
import { faults } from './endpoints.js';
import { may } from './me.js';

function card(order) {
  const late = order.overdue.length > 0;
  const image = snapshot(order.snapshots.before);
  return h('a', { class: `order ${late ? 'late' : 'calm'}`, href: `#/orders/${order.id}` },
    h('div', { class: 'thumb' }, image && h('img', { src: image, alt: '', loading: 'lazy' })),
    h('div', {},
      h('h3', {}, order.site.name),
      h('div', { class: 'row' }, kinds(order).map((k) => tag(k)), tag(order.state), order.round > 1 && h('span', { class: 'tag amber' }, `${t('round')} ${order.round}`)),
      h('div', { class: 'row small' }, clock(order), h('span', { class: 'soft num' }, order.number)),
      steps(order)));
}

function figure(value, label, href, bad) {
  return h('a', { class: `figure ${bad ? 'bad' : ''}`, href }, h('b', {}, value), h('span', {}, label));
}

/** On whose word orders were closed within a day, and what a second look at some of them found. */
function closed(closures) {
  const shares = [['byCamera', closures.byCamera], ['byDevice', closures.byDevice], ['byHuman', closures.byHuman], ['byReport', closures.byReport], ['cleanByItself', closures.selfCleared],
    ['lookedAgain', `${closures.checked} / ${closures.sampled}`], ['falseClosures', closures.disagreed]];
  return h('section', { class: 'card closures' }, h('h2', {}, t('closedToday')),
    h('dl', {}, shares.map(([word, count]) => h('div', { class: word === 'falseClosures' && count > 0 ? 'bad' : null, 'data-share': word }, h('dt', {}, t(word)), h('dd', { class: 'num' }, count)))));
}

export async function overview(page, registered) {
  const [orders, recent, cameras, incidents, reviews, sites, endpoints, closures] = await Promise.all([
    get('/orders?open=true&limit=50'), get('/orders?limit=100'), get('/cameras'), get('/incidents?state=open&limit=100'), get('/incidents?state=review&limit=100'), get('/sites'),
    may('endpoints:write') ? get('/endpoints') : { items: [] }, get('/closures?days=1')]);
  const names = new Map(sites.items.map((s) => [s.id, s.name]));
  const measured = recent.items.filter((o) => o.arrival.kept !== null);
  const kept = measured.filter((o) => o.arrival.kept).length;
  const live = cameras.items.filter((c) => c.health === 'live').length;
  page.replaceChildren(h('div', { class: 'stack' },
    faults(endpoints.items),
    reviews.items.length > 0 && h('p', { class: 'notice warn row' }, h('strong', {}, reviews.items.length), `${t('toReview')} (${said(reviews.items[0].note)})`, h('a', { href: '#/review' }, t('open'))),
    h('div', { class: 'figures' },
      figure(orders.items.length, t('openOrders'), '#/orders?state=open', orders.items.some((o) => o.overdue.length)),
      figure(incidents.items.length, t('dirtyPlaces'), '#/orders'),
      figure(`${live} / ${cameras.items.length}`, t('liveCameras'), '#/cameras', live < cameras.items.length),
      figure(measured.length ? `${Math.round((100 * kept) / measured.length)} %` : '–', `${t('tenMinutes')} (${kept} / ${measured.length})`, '#/orders'),
      figure(`${closures.byCamera} / ${closures.closed}`, t('closedByCamera'), '#/orders?state=closed')),
    closed(closures),
    h('div', { class: 'board' },
      h('section', {},
        h('div', { class: 'head' }, h('h2', {}, t('openOrders')), h('div', { class: 'end' }, h('a', { href: '#/orders' }, t('allOrders')))),
        orders.items.length
          ? h('div', { class: 'list' }, orders.items.filter((o) => !ended(o)).map(card))
          : h('p', { class: 'empty' }, t('noOrders'))),
      h('section', {},
        h('div', { class: 'head' }, h('h2', {}, t('wall')), may('cameras:write') && h('div', { class: 'end' }, h('a', { href: '#/register' }, t('register')))),
        cameras.items.length
          ? h('div', { class: 'wall' }, cameras.items.map((c) => shot(c, names.get(c.site), registered)))
          : h('div', { class: 'empty' }, h('p', {}, t('noCameras')), h('p', {}, h('a', { href: '#/register' }, t('register'))))))));
  tick();
}
