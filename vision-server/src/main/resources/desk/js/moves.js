import { get, post, query } from './api.js';
import { ask, choose, dialog, doing, field, h, toast } from './dom.js';
import { t } from './i18n.js';
import { may } from './me.js';

/** What people decide, in the order of its buttons; `danger` undoes work, `why` asks for a reason. */
const DECIDED = {
  pass: {}, dispatch: { who: true }, reassign: { who: true }, resume: {}, fail: { danger: true, why: true }, reopen: { why: true },
  return: { why: true }, suspend: { why: true }, escalate: { why: true, tell: true }, merge: { into: true }, cancel: { danger: true, why: true },
};
/** What whoever has the order reports, and a dispatcher for them when they ring up. */
const REPORTED = ['accept', 'decline', 'arrive', 'done'];

/** Who can be sent: crew members, those on duty first, and endpoints that take orders. */
async function receivers(order) {
  const [crews, endpoints] = await Promise.all([get('/crews'), may('endpoints:write') ? get('/endpoints') : null]);
  const lacks = (one) => one.skills.every((skill) => skill.name !== order.class);
  const rank = (one) => (lacks(one) ? 4 : 0) + (one.available ? 0 : 2) + (one.onShift ? 0 : 1);
  const members = crews.items.toSorted((a, b) => rank(a) - rank(b));
  const takers = endpoints
    ? endpoints.items.filter((one) => one.kind === 'webhook' && one.state !== 'disabled')
    : order.dispatchEndpoint ? [{ id: order.dispatchEndpoint, name: t('siteEndpoint') }] : [];
  const has = order.receiver?.id;
  const option = (kind, one, word) => h('option', { value: `${kind} ${one.id}`, disabled: one.id === has }, word);
  const select = h('select', { name: 'receiver', required: true }, h('option', { value: '' }, t('chooseReceiver')),
    members.length > 0 && h('optgroup', { label: t('crews') }, members.map((one) => option('crew', one, `${one.name} · ${t(!one.available ? 'away' : one.onShift ? 'onShift' : 'offShift')}${lacks(one) ? ` · ${t('lacksSkill')}` : ''}`))),
    takers.length > 0 && h('optgroup', { label: t('endpoints') }, takers.map((one) => option('endpoint', one, one.name))));
  return { select, some: members.length + takers.length > 0 };
}

/** Orders of the same site and class that this one can go into. */
async function others(order) {
  const list = await get(`/orders${query({ open: 'true', site: order.site.id, limit: 100 })}`);
  return list.items.filter((one) => one.id !== order.id && one.class === order.class);
}

async function asked(order, event, again) {
  const { danger, why, who, into, tell } = DECIDED[event];
  const reason = h('textarea', { name: 'reason', rows: 3, maxlength: 500, required: Boolean(why) });
  const wanted = { event, round: order.round };
  const content = [h('p', { class: 'soft' }, `${order.number} · ${order.site.name}`)];
  let fill = () => ({});
  if (who) {
    const { select, some } = await receivers(order);
    if (!some) {
      const close = dialog(t(event), h('p', {}, t('nobodyToSend')), h('div', { class: 'row' }, h('button', { type: 'button', onclick: () => close() }, t('close'))));
      return;
    }
    content.push(field('dispatchedTo', select));
    fill = () => {
      const [kind, id] = select.value.split(' ');
      return { receiver: { kind, id } };
    };
  }
  if (into) {
    const choices = await others(order);
    if (choices.length === 0) {
      const close = dialog(t(event), h('p', {}, t('nothingToMergeInto')), h('div', { class: 'row' }, h('button', { type: 'button', onclick: () => close() }, t('close'))));
      return;
    }
    const select = h('select', { name: 'into', required: true }, choices.map((one) => h('option', { value: one.id }, `${one.number} · ${t(one.state)}`)));
    content.push(field('mergeInto', select));
    fill = () => ({ into: select.value });
  }
  if (tell) {
    const select = choose(['supervisor', 'lead'].map((one) => [one, t(`tell-${one}`)]), 'supervisor', { name: 'tell' });
    content.push(field('tell', select));
    fill = () => ({ tell: select.value });
  }
  content.push(field('reason', reason));
  ask(t(event), content, t(event), async () => {
    await post(`/orders/${order.id}/events`, { ...wanted, ...fill(), ...(reason.value.trim() ? { reason: reason.value.trim() } : {}) });
    toast(t('updated'));
    await again();
  }, danger);
}

const button = (order, event, style, again) => h('button', {
  class: style, type: 'button', 'data-event': event,
  onclick: doing(async () => {
    const how = DECIDED[event];
    if (how && Object.keys(how).length > 0) {
      await asked(order, event, again);
      return;
    }
    await post(`/orders/${order.id}/events`, { event, round: order.round });
    toast(t('updated'));
    await again();
  }),
}, t(event));

/** Buttons for what may be done with an order now, by whoever is signed in; `only` some of it. */
export function moves(order, again, only = Object.keys(DECIDED)) {
  if (!may('orders:write')) return [];
  const possible = Object.keys(DECIDED).filter((event) => only.includes(event) && order.possible.includes(event));
  return possible.map((event, i) => button(order, event, DECIDED[event].danger ? 'danger' : i === 0 && ['pass', 'dispatch', 'resume'].includes(event) ? '' : 'second', again));
}

/** Buttons for what is reported by telephone. */
export function reports(order, again) {
  const possible = may('orders:write') ? REPORTED.filter((event) => order.possible.includes(event)) : [];
  if (possible.length === 0) return null;
  return h('section', { class: 'card form' }, h('h2', {}, t('byPhone')), h('p', { class: 'small soft' }, t('byPhoneHint')),
    h('div', { class: 'row' }, possible.map((event) => button(order, event, 'second', again))));
}
