import { t, locale } from './i18n.js';
import { h } from './dom.js';

export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} ${t('seconds')}`;
  if (s < 3600) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')} ${t('minutes')}`;
  return `${Math.floor(s / 3600)}:${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} ${t('hours')}`;
}

export const time = (iso, zone) => (iso
  ? new Date(iso).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: zone })
  : '');
export const dateTime = (iso, zone) => (iso
  ? new Date(iso).toLocaleString(locale(), { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: zone })
  : '');

const COLOURS = {
  closed: 'green', 'self-cleared': 'green', live: 'green', clean: 'green',
  verifying: 'blue', dispatched: 'blue', accepted: 'blue', arrived: 'blue', connecting: 'blue', clearing: 'blue',
  active: 'green', delivered: 'green', degraded: 'amber', disabled: 'red', 'given-up': 'red', waiting: 'amber',
  filed: 'amber', suspected: 'amber', stalled: 'amber', 'human-check': 'amber', suspended: 'amber', returned: 'amber',
  dirty: 'red', overflow: 'red', litter: 'amber', 'root-cause': 'amber', offline: 'red', refused: 'red', undecodable: 'red',
};

export const tag = (word, colour = COLOURS[word]) => h('span', { class: `tag ${colour ?? ''}` }, t(word));

const ENDED = ['closed', 'self-cleared', 'rejected', 'merged', 'cancelled'];
export const ended = (order) => ENDED.includes(order.state);

/** The clock that runs now: its name, its instant, and how to show it. */
export function clock(order) {
  if (ended(order) || order.state === 'suspended') return null;
  const next = {
    filed: 'arriveBy', dispatched: order.deadlines.acceptBy ? 'acceptBy' : 'arriveBy', accepted: 'arriveBy', arrived: 'finishBy', verifying: 'verifyBy',
  }[order.state];
  const at = next && order.deadlines[next];
  return at ? h('span', { class: 'clock', 'data-name': next, 'data-at': at }) : null;
}

/** Sets every clock of the page; called each second. */
export function tick() {
  for (const element of document.querySelectorAll('.clock[data-at]')) {
    const left = (Date.parse(element.dataset.at) - Date.now()) / 1000;
    element.classList.toggle('over', left < 0);
    element.textContent = left < 0 ? `${t('over')} ${duration(-left)}` : `${t(element.dataset.name)} ${duration(left)}`;
  }
  for (const element of document.querySelectorAll('[data-ago]')) {
    element.textContent = `${duration((Date.now() - Date.parse(element.dataset.ago)) / 1000)} ${t('ago')}`;
  }
}

/** A whole time in its largest unit that fits: [how many, of what]. */
export const units = (seconds) => (seconds % 3600 === 0 ? [seconds / 3600, 3600] : seconds % 60 === 0 ? [seconds / 60, 60] : [seconds, 1]);
export const UNITS = { 1: 'seconds', 60: 'minutes', 3600: 'hours' };

/** How long a step may take, by which calendar. */
export function limit({ seconds, calendar }) {
  const [count, unit] = units(seconds);
  return h('span', { class: 'row' }, h('span', { class: 'num' }, `${count} ${t(UNITS[unit])}`), h('span', { class: 'soft small' }, t(calendar)));
}

/** What an order is about: its class where that is not refuse, and what was seen. */
export const kinds = (order) => [...new Set([...(order.class === 'refuse' ? [] : [order.class]), ...order.incidents.map((i) => i.kind)])];

const STEPS = ['filedAt', 'dispatchedAt', 'acceptedAt', 'arrivedAt', 'doneAt', 'endedAt'];
export function steps(order) {
  const reached = STEPS.map((name) => Boolean(order[name]));
  const last = reached.lastIndexOf(true);
  return h('div', { class: 'steps', 'aria-hidden': 'true' }, STEPS.map((_, i) => h('i', { class: i <= last ? 'done' : i === last + 1 ? 'now' : '' })));
}

/** Where a kept picture is read; the API names it by id or by link. */
export const snapshot = (id) => (id ? (id.startsWith('/') || id.startsWith('http') ? id : `/api/v1/snapshots/${id}?annotated=true`) : null);
