import { get } from './api.js';
import { assignments, photos } from './crews.js';
import { h } from './dom.js';
import { said, t } from './i18n.js';
import { moves, reports } from './moves.js';
import { underKeys, verdictKeys, verdicts } from './verdicts.js';
import { worded } from './assess.js';
import { clock, dateTime, duration, limit, snapshot, tag, tick, time } from './format.js';

function shown(link, label, empty) {
  return h('figure', {},
    h('div', { class: 'view' }, link ? h('a', { href: link, target: '_blank' }, h('img', { src: link, alt: label })) : h('p', {}, empty)),
    h('figcaption', {}, h('strong', {}, label)));
}

/** One line of the history: what happened, by whom, when, why, and how long it stood before. */
function happened(line, before, timeZone) {
  const moved = line.from !== line.to;
  const given = line.receiver && line.receiver.id !== before?.receiver?.id;
  return h('li', { class: moved ? null : 'aside', 'data-happened': line.event },
    h('div', { class: 'row' }, h('strong', {}, t(`did-${line.event}`)), moved && tag(line.to), line.overdue.map((step) => tag(`late-${step}`, 'red'))),
    h('div', { class: 'row small soft' },
      h('span', { class: 'num' }, dateTime(line.at, timeZone)), h('span', {}, by(line)),
      given && h('span', {}, `→ ${line.receiver.name}`),
      moved && line.from && line.seconds !== null && h('span', { class: 'num' }, `${t('stood')(t(line.from))} ${duration(line.seconds)}`),
      line.attachments.length > 0 && h('span', {}, t('withPhotos')(line.attachments.length))),
    line.reason && h('p', { class: 'small' }, h('span', { class: 'soft' }, `${t('reason')}: `), said(line.reason)),
    line.opinion && h('p', { class: 'small' }, h('span', { class: 'soft' }, `${t('remark')}: `), line.opinion));
}

/** Who did it and in which part; parts without a person are named by themselves. */
const by = (line) => (['system', 'timer'].includes(line.role) || line.actorName === line.role ? t(`by-${line.role}`) : `${line.actorName} (${t(`by-${line.role}`)})`);

const LIMITS = ['accept', 'arrive', 'finish', 'verify'];

/** What the standards that held when it was made say to it. */
const clauses = (o) => o.clauses.length > 0 && h('details', { class: 'card' }, h('summary', {}, h('strong', {}, `${t('clausesOfOrder')} (${o.clauses.length})`)),
  h('ul', { class: 'plain small' }, o.clauses.map((one) => h('li', {}, h('strong', {}, `${one.standard} ${one.code} `), worded(one, 'what'), h('span', { class: 'soft' }, ` ${worded(one, 'limit')}`)))));

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
    o.note && h('p', { class: 'notice' }, said(o.note)),
    (o.snapshots.before || o.snapshots.after) && h('div', { class: 'pair' },
      shown(snapshot(o.snapshots.before), t('before'), t('noBefore')),
      shown(snapshot(o.snapshots.after), t('after'), t('noAfter'))),
    h('div', { class: 'split' },
      h('section', { class: 'card' }, h('h2', {}, t('history')),
        h('ol', { class: 'history' }, o.history.map((line, i) => happened(line, o.history[i - 1], timeZone)))),
      h('div', { class: 'stack' }, h('section', { class: 'card' }, h('h2', {}, t('facts')),
        h('dl', { class: 'facts' },
          h('dt', {}, t('filedToArrived')), h('dd', { class: 'row' }, measured(o.arrival.filedToArrivedSeconds), o.arrival.kept !== null && tag(o.arrival.kept ? 'kept' : 'late', o.arrival.kept ? 'green' : 'red'), h('span', { class: 'soft small' }, t('promise'))),
          h('dt', {}, t('dispatchedToArrived')), h('dd', {}, measured(o.arrival.dispatchedToArrivedSeconds)),
          h('dt', {}, t('dispatchedTo')), h('dd', {}, o.receiver ? o.receiver.name : t('notYet')),
          h('dt', {}, t('source')), h('dd', {}, t(o.source)),
          o.mergedInto && [h('dt', {}, t('mergedInto')), h('dd', {}, h('a', { href: `#/orders/${o.mergedInto}` }, t('open')))],
          o.closedBy && [h('dt', {}, t('closedBy')), h('dd', {}, t(o.closedBy))],
          o.reworks > 0 && [h('dt', {}, t('reworks')), h('dd', {}, o.reworks)],
          o.reopened > 0 && [h('dt', {}, t('reopened')), h('dd', {}, o.reopened)],
          LIMITS.map((step) => [h('dt', {}, t(`limit-${step}`)), h('dd', { 'data-limit': step }, limit(o.rule[step]))]),
          o.pauses.length > 0 && [h('dt', {}, t('pauses')), h('dd', {}, o.pauses.map((pause) => h('div', { class: 'num' },
            `${dateTime(pause.from, timeZone)} – ${pause.until ? dateTime(pause.until, timeZone) : t('stillPaused')}`)))]),
        h('h2', {}, t('incidents')),
        h('div', { class: 'list' }, o.incidents.map((i) => h('div', { class: 'row' },
          tag(i.kind), h('span', {}, i.device ? `${i.deviceName}${i.value === null ? '' : ` · ${Math.round(i.kind === 'cleaning-overdue' ? i.value / 60 : i.value)}${{ visitors: '', 'cleaning-overdue': ' min' }[i.kind] ?? ' µg/m³'}`}` : `${i.cameraName} ${i.zoneName === 'whole picture' ? t('wholePicture') : i.zoneName}`),
          h('span', { class: 'soft small num' }, `${t('openedAt')} ${time(i.confirmedAt, timeZone)}`),
          i.clearedAt && h('span', { class: 'soft small num' }, `${t('clearedAt')} ${time(i.clearedAt, timeZone)}`),
          verdicts(i, i === keyed, again))))), reports(o, again), clauses(o), assignments(o), photos(o)))));
  tick();
}
