import { add, keep, kept, send, waiting } from './queue.js';
import { locale, switchLanguage, t } from './words.js';
import { ask, h, toast } from './view.js';
import { map } from './map.js';
import { photo } from './photo.js';

const page = document.getElementById('page');
const link = document.getElementById('link');
let me = null;
let orders = [];
let here = null;
/** Of the server's clock from the phone's, in milliseconds: clocks are shown by the server's. */
let ahead = 0;
let known = null;

const ENDED = ['closed', 'self-cleared', 'rejected', 'merged', 'cancelled'];
/** What the phone takes an order to be once what waits has been sent. */
const AFTER = { accept: 'accepted', arrive: 'arrived', done: 'verifying', return: 'returned', decline: 'filed' };
const NEXT = { dispatched: 'acceptBy', accepted: 'arriveBy', arrived: 'finishBy', verifying: 'verifyBy' };

const json = async (path) => {
  const response = await fetch(path, { cache: 'no-store' });
  if (response.status === 401 || response.status === 403) throw Object.assign(new Error(t('signIn')), { signedOut: true });
  if (!response.ok) throw new Error(`${t('error')} (${response.status})`);
  return response.json();
};

function linked(state) {
  link.className = `link ${state}`;
  link.textContent = t({ on: 'linked', off: 'unlinked', wait: 'wait' }[state]);
}

/** Reads everything anew; without a signal what was read last is shown. */
async function read() {
  try {
    const [myself, mine] = await Promise.all([json('/api/v1/crew'), json('/api/v1/crew/orders')]);
    me = myself;
    ring(mine.items);
    orders = mine.items;
    ahead = Date.parse(mine.now) - Date.now();
    await Promise.all([keep('me', me), keep('orders', orders), keep('ahead', ahead)]);
    linked('on');
  } catch (error) {
    if (error.signedOut) {
      page.replaceChildren(h('section', { class: 'card' }, h('p', {}, t('signIn'))));
      linked('off');
      return;
    }
    me ??= await kept('me') ?? null;
    if (orders.length === 0) orders = await kept('orders') ?? [];
    ahead = await kept('ahead') ?? ahead;
    linked('off');
  }
  await show();
}

/** A sound and a buzz when an order is new; the first reading rings for nothing. */
function ring(items) {
  const open = items.filter((order) => order.state === 'dispatched').map((order) => `${order.id}.${order.round}`);
  if (known && open.some((id) => !known.has(id))) {
    navigator.vibrate?.([300, 150, 300]);
    bell();
    toast(t('newOrder'));
  }
  known = new Set([...(known ?? []), ...open]);
}

let sound = null;
function bell() {
  if (!sound) return;
  for (const [start, pitch] of [[0, 880], [0.25, 660], [0.5, 880]]) {
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, sound.currentTime + start);
    volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + start + 0.22);
    tone.connect(volume).connect(sound.destination);
    tone.start(sound.currentTime + start);
    tone.stop(sound.currentTime + start + 0.22);
  }
}

async function show() {
  const queue = await waiting();
  const note = document.getElementById('waiting');
  note.hidden = queue.length === 0;
  note.textContent = queue.length ? t('waiting')(queue.length) : '';
  document.documentElement.lang = locale();
  document.getElementById('language').textContent = t('other');
  document.getElementById('who').textContent = me ? me.name : '看桶';
  const shown = orders.map((order) => foreseen(order, queue));
  const open = shown.filter((order) => !ENDED.includes(order.state) && order.state !== 'filed' && order.state !== 'returned');
  const over = shown.filter((order) => ENDED.includes(order.state)).reverse();
  page.replaceChildren(
    ...(me && !me.onShift ? [h('p', { class: 'soft' }, t('off'))] : []),
    ...(open.length ? open.map(card) : [h('p', { class: 'empty' }, t('none'))]),
    ...(over.length ? [h('h2', {}, t('done')), h('ul', { class: 'over' }, over.map((order) => h('li', {},
      h('span', {}, order.site.name), h('span', { class: `tag ${order.state}` }, t(order.state)))))] : []),
    ...(me?.lead?.phone && me.lead.name !== me.name ? [h('a', { class: 'call', href: `tel:${me.lead.phone}` }, `${t('call')} ${me.lead.name}`)] : []));
  tick();
}

/** An order as it will stand once what waits in the phone has been sent. */
function foreseen(order, queue) {
  const states = queue.filter((entry) => entry.order === order.id && AFTER[entry.body.event]).map((entry) => AFTER[entry.body.event]);
  const state = states.at(-1) ?? order.state;
  const possible = { dispatched: ['accept', 'arrive', 'decline'], accepted: ['arrive', 'return'], arrived: ['done', 'return'] };
  return state === order.state ? order : { ...order, state, unsent: true, possible: possible[state] ?? [] };
}

const may = (order, event) => order.possible.includes(event);

function card(order) {
  const picture = order.incidents.find((incident) => incident.picture)?.picture;
  const refuse = may(order, 'return') ? 'return' : may(order, 'decline') ? 'decline' : null;
  return h('article', { class: 'card', 'data-order': order.number, 'data-state': order.state },
    h('div', { class: 'top' }, h('h2', {}, order.site.name), h('span', { class: `tag ${order.state}` }, t(order.state))),
    NEXT[order.state] && order.deadlines[NEXT[order.state]] && h('p', { class: 'clock', 'data-at': order.deadlines[NEXT[order.state]], 'data-name': NEXT[order.state] }),
    h('p', { class: 'what' },
      [...new Set([...(order.class === 'refuse' ? [] : [order.class]), ...order.incidents.map((incident) => incident.kind)])].map((kind) => h('span', { class: 'kind' }, t(kind))),
      order.round > 1 && h('span', { class: 'kind again' }, t('round')(order.round)),
      h('span', { class: 'soft' }, [...new Set(order.incidents.map((incident) => [incident.camera, incident.zone === 'whole picture' ? '' : incident.zone].filter(Boolean).join(' ')))].join('、'))),
    order.note && h('p', {}, order.note),
    picture && h('img', { src: picture, alt: order.incidents.map((incident) => t(incident.kind)).join('、'), loading: 'lazy' }),
    ['dispatched', 'accepted'].includes(order.state) && map(order.site, here),
    order.state === 'verifying' && !order.unsent && h('p', { class: 'soft' }, t(order.class === 'refuse' ? 'cameraChecks' : 'isChecked')),
    order.class === 'toilet' && ['accepted', 'arrived'].includes(order.state) && h('p', { class: 'soft' }, t('scanDoor')),
    guides(order),
    h('div', { class: 'buttons' },
      may(order, 'accept') && h('button', { type: 'button', onclick: () => move(order, 'accept') }, t('accept')),
      may(order, 'arrive') && !may(order, 'accept') && h('button', { type: 'button', onclick: () => move(order, 'arrive') }, t('arrive')),
      order.state === 'arrived' && h('label', { class: 'button second' }, t('photo'),
        h('input', { type: 'file', accept: 'image/*', capture: 'environment', onchange: (event) => take(order, event.target.files[0]) })),
      may(order, 'done') && h('button', { type: 'button', onclick: () => move(order, 'done') }, t('finish')),
      refuse && h('button', { type: 'button', class: 'danger', onclick: () => cannot(order, refuse) }, refuse === 'decline' ? t('decline') : t('cannot'))),
    h('p', { class: 'soft number' }, order.number));
}

/** How the work is done, as the standards have it; open for who is there. */
function guides(order) {
  const worded = (one, name) => (locale().startsWith('en') && one[`${name}En`]) || one[name];
  const told = (order.clauses ?? []).filter((one) => worded(one, 'guidance'));
  return told.length > 0 && !ENDED.includes(order.state) && h('details', { class: 'guide', open: order.state === 'arrived' }, h('summary', {}, t('guidance')),
    h('ul', {}, told.map((one) => h('li', {}, worded(one, 'guidance'), h('span', { class: 'soft' }, ` ${[worded(one, 'what'), worded(one, 'limit')].filter(Boolean).join(locale().startsWith('en') ? ' · ' : '，')}`)))));
}

async function move(order, event, reason) {
  await add(`/api/v1/orders/${order.id}/events`, { event, round: order.round, ...(reason ? { reason } : {}) }, order.id, t(event === 'done' ? 'finish' : event));
  await show();
  await deliver(t('sent'), t('kept'));
}

async function cannot(order, event) {
  const reason = await ask(t(event === 'decline' ? 'whyDecline' : 'why'), t('reasons'), t('otherReason'), t('cancelButton'));
  if (reason) await move(order, event, reason);
}

async function take(order, file) {
  if (!file) return;
  try {
    const jpeg = await photo(file);
    await add(`/api/v1/orders/${order.id}/photos`, {
      jpeg, takenAt: new Date(Date.now() + ahead).toISOString(), latitude: here?.latitude ?? null, longitude: here?.longitude ?? null,
    }, order.id, t('photo'));
    await deliver(t('photoSent'), t('photoKept'));
  } catch (error) {
    toast(error.message || t('error'), true);
  }
}

/** The code on a door, if that is what led here: whoever has an order there has come. */
async function door() {
  const [, site, code] = /^#door=([0-9a-f-]{36})\.([0-9a-f]+)$/.exec(location.hash) ?? [];
  if (!site) return;
  history.replaceState(null, '', location.pathname);
  const queue = await waiting();
  const order = orders.map((one) => foreseen(one, queue)).find((one) => one.site.id === site && ['dispatched', 'accepted', 'arrived'].includes(one.state));
  if (!order) {
    toast(t('noOrderHere'), true);
    return;
  }
  if (order.state !== 'arrived') {
    await add(`/api/v1/orders/${order.id}/events`, { event: 'arrive', round: order.round }, order.id, t('arrive'));
  }
  await add(`/api/v1/orders/${order.id}/check-in`, {
    code, at: new Date(Date.now() + ahead).toISOString(), ...(here ?? await place()),
  }, order.id, t('atDoor'));
  await deliver(t('checkedIn'), t('kept'));
}

/** Where the phone is, for who has just opened the page; nothing if it does not say so within some seconds. */
const place = () => new Promise((resolve) => {
  if (!navigator.geolocation) resolve({});
  else navigator.geolocation.getCurrentPosition(({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }), () => resolve({}), { timeout: 8000, enableHighAccuracy: true });
});

async function deliver(sent, later) {
  const refused = await send();
  if (refused === null) {
    linked('off');
    if (later) toast(later);
    await show();
    return;
  }
  for (const one of refused) {
    const taken = String(one.problem.type).endsWith('not-the-receiver');
    toast(`${one.words}: ${taken ? t('taken') : t('refused')}`, true);
  }
  if (sent && refused.length === 0) toast(sent);
  await read();
}

/** Sets every clock; called each second. */
function tick() {
  for (const element of document.querySelectorAll('.clock[data-at]')) {
    const left = Math.round((Date.parse(element.dataset.at) - Date.now() - ahead) / 1000);
    const s = Math.abs(left);
    element.classList.toggle('late', left < 0);
    element.classList.toggle('soon', left >= 0 && left < 60);
    element.textContent = `${t(left < 0 ? 'over' : element.dataset.name)} ${s < 60 ? `${s} ${t('seconds')}` : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')} ${t('minutes')}`}`;
  }
}

function follow() {
  const source = new EventSource('/api/v1/crew/events');
  let pending = 0;
  const soon = () => { clearTimeout(pending); pending = setTimeout(() => deliver(null, null), 300); };
  source.addEventListener('open', soon);
  source.addEventListener('order.changed', soon);
  source.addEventListener('reset', soon);
  source.addEventListener('error', () => {
    linked('off');
    // A browser gives up for good when the answer is no event stream, as it is while the server starts.
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 5000);
  });
}

/** Tells where the phone is, while the page is open and its owner is on duty; at most every twenty seconds. */
function locate() {
  let told = 0;
  navigator.geolocation?.watchPosition(({ coords }) => {
    const before = here;
    here = { latitude: coords.latitude, longitude: coords.longitude };
    if (!before) show();
    if (!me?.onShift || Date.now() - told < 20000) return;
    told = Date.now();
    fetch('/api/v1/crew/position', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...here, at: new Date(Date.now() + ahead).toISOString() }),
    }).catch(() => {});
  }, () => {}, { enableHighAccuracy: true, maximumAge: 15000 });
}

document.getElementById('language').addEventListener('click', () => { switchLanguage(); linked(link.classList[1] ?? 'wait'); show(); });
// A browser lets a page make sounds only after it was touched.
document.addEventListener('pointerdown', () => { sound ??= new AudioContext(); }, { once: true });
window.addEventListener('online', () => deliver(null, null));
document.addEventListener('visibilitychange', () => { if (!document.hidden) deliver(null, null); });
setInterval(tick, 1000);
setInterval(async () => { if ((await waiting()).length > 0) deliver(null, null); }, 10000);

linked('wait');
if ('serviceWorker' in navigator) navigator.serviceWorker.register('/crew/worker.js', { scope: '/crew/' }).catch(() => {});
read().then(() => deliver(null, null)).then(door);
window.addEventListener('hashchange', door);
follow();
locate();
