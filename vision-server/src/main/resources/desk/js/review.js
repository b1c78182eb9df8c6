import { get, post } from './api.js';
import { photos } from './crews.js';
import { ask, doing, field, h, toast } from './dom.js';
import { said, t } from './i18n.js';
import { may } from './me.js';
import { moves } from './moves.js';
import { clock, dateTime, kinds, snapshot, tag, tick } from './format.js';
import { underKeys, verdictKeys, verdicts } from './verdicts.js';

const MOST = 40;

/** Orders that wait for a person's eye or decision; the oldest first. */
async function waiting() {
  const lists = await Promise.all(['human-check', 'returned'].map((state) => get(`/orders?state=${state}&limit=${MOST}`)));
  return Promise.all(lists.flatMap((list) => list.items.toReversed()).map((one) => get(`/orders/${one.id}`)));
}

function picture(link, label, empty) {
  const path = snapshot(link);
  return h('figure', {},
    h('div', { class: 'view' }, path ? h('a', { href: path, target: '_blank' }, h('img', { src: path, alt: label, loading: 'lazy' })) : h('p', {}, empty)),
    h('figcaption', { class: 'small' }, label));
}

/** One that waits: both pictures, why, and what may be done. */
function check(order, zone, again) {
  const last = order.history.findLast((line) => line.to === order.state && line.from !== line.to) ?? order.history.at(-1);
  const buttons = moves(order, again, ['pass', 'fail', 'dispatch', 'reassign', 'cancel']);
  return h('article', { class: 'card checking', 'data-order': order.number },
    h('div', { class: 'row' }, h('strong', {}, order.site.name), tag(order.state), kinds(order).map((kind) => tag(kind)), order.round > 1 && h('span', { class: 'tag amber' }, `${t('round')} ${order.round}`), clock(order)),
    order.snapshots.before || order.snapshots.after
      ? h('div', { class: 'pair' }, picture(order.snapshots.before, t('before'), t('noBefore')), picture(order.snapshots.after, t('after'), t('noAfterPicture')))
      : h('p', { class: 'small soft' }, t('noPictures')),
    h('p', { class: 'small soft' }, h('a', { class: 'num', href: `#/orders/${order.id}` }, order.number), ` · ${dateTime(last.at, zone)} · ${last.actorName}`),
    last.reason && h('p', {}, said(last.reason)),
    buttons.length > 0 && h('div', { class: 'row' }, buttons));
}

/** Asks for a remark, or a reason, and does something with it. */
function remark(title, does, must, work, danger) {
  const words = h('textarea', { rows: 3, maxlength: 500, required: must });
  ask(title, field(must ? 'reason' : 'opinion', words), does, () => work(words.value.trim() || null), danger);
}

/** Somebody asks to let an order rest. */
function resting(asked, zone, again) {
  const decide = (approve) => () => remark(t('restRequests'), t(approve ? 'approve' : 'refuseIt'), !approve, async (opinion) => {
    await post(`/suspension-requests/${asked.id}/decision`, { approve, opinion });
    toast(t('updated'));
    await again();
  }, !approve);
  return h('article', { class: 'card stack', 'data-asked': asked.number },
    h('div', { class: 'row' }, h('a', { class: 'num', href: `#/orders/${asked.order}` }, asked.number), h('strong', {}, asked.askedBy), h('span', { class: 'soft num' }, dateTime(asked.askedAt, zone))),
    h('p', {}, asked.reason),
    asked.until && h('p', { class: 'soft' }, `${t('restUntil')} ${dateTime(asked.until, zone)}`),
    may('orders:write') && h('div', { class: 'row' },
      h('button', { type: 'button', onclick: decide(true) }, t('approve')), h('button', { type: 'button', class: 'danger', onclick: decide(false) }, t('refuseIt'))));
}

/** A closure that is looked at once more: was the place clean? */
function second(closure, order, zone, again) {
  const send = async (agrees, opinion) => {
    await post(`/closure-checks/${closure.id}/answer`, { agrees, opinion });
    toast(t('updated'));
    await again();
  };
  const spoken = order.history.findLast((line) => line.round === closure.round && line.role === 'crew' && (line.opinion || line.reason));
  return h('article', { class: 'card checking', 'data-closure': closure.number },
    h('div', { class: 'row' }, h('strong', {}, closure.siteName), h('span', { class: 'tag green' }, `${t('closedBy')} ${t(closure.closedBy)}`)),
    closure.before || closure.after
      ? h('div', { class: 'pair' }, picture(closure.before, t('before'), t('noBefore')), picture(closure.after, t('after'), t('noAfterPicture')))
      : h('p', { class: 'notice' }, t('noPictures')),
    spoken && h('p', {}, h('span', { class: 'soft' }, `${spoken.actorName}: `), spoken.opinion || said(spoken.reason)),
    photos({ ...order, photos: order.photos.filter((photo) => photo.round === closure.round) }),
    h('p', { class: 'small soft' }, h('a', { class: 'num', href: `#/orders/${closure.order}` }, closure.number), ` · ${dateTime(closure.closedAt, zone)}`),
    may('incidents:write') && h('div', { class: 'row' },
      h('button', { type: 'button', onclick: doing(() => send(true, null)) }, t('wasClean')), h('button', { type: 'button', class: 'danger', onclick: () => remark(t('secondLook'), t('wasNotClean'), true, (opinion) => send(false, opinion), true) }, t('wasNotClean'))));
}

function section(title, hint, items, shown) {
  return items.length === 0 ? [] : [
    h('div', { class: 'head' }, h('h2', {}, title), h('span', { class: 'soft' }, hint)),
    h('div', { class: 'checks' }, items.map(shown))];
}

/** What was seen but filed no order by itself: people say what it is. Then the orders that people have to decide. */
export async function review(page, until) {
  const [list, sites, orders, requests, closures] = await Promise.all([
    get('/incidents?state=review&limit=100'), get('/sites'), waiting(), get('/suspension-requests'), get('/closure-checks')]);
  const closed = new Map(await Promise.all(closures.items.map(async (one) => [one.id, await get(`/orders/${one.order}`)])));
  const site = new Map(sites.items.map((s) => [s.id, s]));
  const keyed = underKeys(list.items);
  const again = () => { unlisten(); return review(page, until); };
  const unlisten = verdictKeys(keyed, again, until);
  page.replaceChildren(h('div', { class: 'stack' },
    h('div', { class: 'head' }, h('h2', {}, t('checkQueue')), h('span', { class: 'soft' }, t('checkHint'))),
    orders.length === 0 ? h('p', { class: 'empty' }, t('nothingToCheck')) : h('div', { class: 'checks' }, orders.map((order) => check(order, site.get(order.site.id)?.timeZone, again))),
    section(t('restRequests'), t('restHint'), requests.items, (one) => resting(one, site.get(one.site)?.timeZone, again)),
    section(t('secondLook'), t('secondHint'), closures.items, (one) => second(one, closed.get(one.id), site.get(one.site)?.timeZone, again)),
    h('div', { class: 'head' }, h('h2', {}, t('review')), h('span', { class: 'soft' }, t('reviewHint'))),
    list.items.length === 0 ? h('p', { class: 'empty' }, t('nothingToReview')) : h('div', { class: 'wall' }, list.items.map((i) => {
      const link = snapshot(i.openedSnapshot);
      return h('figure', { class: i === keyed ? 'shot keyed' : 'shot' },
        h('div', { class: 'view' }, link ? h('a', { href: link, target: '_blank' }, h('img', { src: link, alt: t(i.kind), loading: 'lazy' })) : h('p', {}, t('noPicture'))),
        h('figcaption', {},
          h('div', { class: 'row' }, h('strong', {}, site.get(i.site)?.name ?? ''), tag(i.kind)),
          h('div', { class: 'row small soft num' }, h('span', {}, i.cameraName || i.deviceName), h('span', {}, dateTime(i.openedAt, site.get(i.site)?.timeZone))),
          i.note && h('p', { class: 'small soft' }, said(i.note)),
          verdicts(i, i === keyed, again)));
    }))));
  tick();
}
