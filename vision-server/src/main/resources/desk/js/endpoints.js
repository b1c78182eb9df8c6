import { get, patch, post, query, remove } from './api.js';
import { ask, choose, dialog, doing, field, h, table, toast } from './dom.js';
import { said, t } from './i18n.js';
import { dateTime, tag, tick } from './format.js';

const KINDS = ['webhook', 'dingtalk', 'wecom', 'feishu', 'mqtt'];
const EVENTS = ['order.filed', 'order.changed', 'order.closed', 'incident.opened', 'incident.cleared', 'camera.offline', 'camera.online', 'camera.view_fault'];
const PAGE = 20;
/** Times of a log that is about many sites are those of the site, if all of them have the same zone; otherwise China's. */
const zoneOf = (sites) => (new Set(sites.map((one) => one.timeZone)).size === 1 ? sites[0].timeZone : 'Asia/Shanghai');
const etag = (thing) => `"${thing.version}"`;

/** How the last ping went. */
function pinged(ping) {
  if (!ping) return h('span', { class: 'soft' }, t('never'));
  return h('span', { class: 'row' }, tag(ping.delivered ? 'delivered' : 'pingFailed', ping.delivered ? 'green' : 'red'),
    h('span', { class: 'small soft num' }, [ping.result, ping.milliseconds === undefined ? null : `${ping.milliseconds} ms`].filter(Boolean).join(' · ')));
}

const state = (one) => h('div', {}, tag(one.state), one.stateReason && h('p', { class: 'small soft reason' }, said(one.stateReason)));

/** A secret is told here, and never again. */
function told(made, title) {
  const secret = made.secret && h('input', { readonly: true, value: made.secret, name: 'secret', 'aria-label': t('secret') });
  const keys = made.endpoint.publicKeys.filter((one) => !one.until).map((one) => h('input', { readonly: true, value: one.key, 'aria-label': t('publicKey') }));
  const close = dialog(`${title} · ${made.endpoint.name}`,
    h('div', { class: 'row' }, t('ping'), pinged(made.endpoint.ping)),
    secret && [h('p', { class: 'notice warn' }, t('secretOnce')), secret],
    keys.length > 0 && [h('p', { class: 'soft' }, t('publicKeyHint')), keys],
    h('div', { class: 'row' },
      secret && h('button', { type: 'button', onclick: async () => { await navigator.clipboard?.writeText(made.secret); toast(t('copied')); } }, t('copy')),
      h('button', { type: 'button', class: 'second', onclick: () => close() }, t('close'))));
  secret?.select();
}

const ticks = (pairs, name) => h('div', { class: 'ticks' }, pairs.map(([value, word]) => h('label', { class: 'check' }, h('input', { type: 'checkbox', name, value }), word)));
const ticked = (box) => [...box.querySelectorAll('input:checked')].map((one) => one.value);

function create(sites, again) {
  const kind = choose(KINDS.map((one) => [one, t(one)]), 'webhook', { name: 'kind' });
  const name = h('input', { name: 'name', required: true, maxlength: 100, autocomplete: 'off' });
  const url = h('input', { name: 'url', required: true, maxlength: 2000, autocomplete: 'off', spellcheck: 'false' });
  const reports = choose(['steps', 'done', 'nothing'].map((one) => [one, t(`reports-${one}`)]), 'steps', { name: 'reports' });
  const signing = choose([['hmac', t('hmac')], ['ed25519', t('ed25519')]], 'hmac', { name: 'signing' });
  const secret = h('input', { name: 'secret', maxlength: 200, autocomplete: 'off' });
  const topic = h('input', { name: 'topic', maxlength: 300, value: 'kerbwatch/{site}/{type}' });
  const version = choose([['5', 'MQTT 5'], ['3', 'MQTT 3.1.1']], '5', { name: 'version' });
  const username = h('input', { name: 'username', maxlength: 200, autocomplete: 'off' });
  const password = h('input', { name: 'password', type: 'password', maxlength: 200, autocomplete: 'new-password' });
  const events = ticks(EVENTS.map((one) => [one, t(one)]), 'events');
  const places = ticks(sites.map((one) => [one.id, one.name]), 'sites');
  const webhook = h('div', { class: 'two' }, field('reports', reports), field('signing', signing));
  const robot = field('robotSecret', secret, 'robotSecretHint');
  const broker = h('div', { class: 'form' }, h('div', { class: 'two' }, field('topic', topic), field('protocol', version)), h('div', { class: 'two' }, field('username', username), field('password', password)));
  const fit = () => {
    webhook.hidden = kind.value !== 'webhook';
    robot.hidden = !['dingtalk', 'feishu'].includes(kind.value);
    broker.hidden = kind.value !== 'mqtt';
    topic.required = kind.value === 'mqtt';
    url.placeholder = kind.value === 'mqtt' ? 'mqtts://broker.example.org:8883' : 'https://example.org/hooks/kerbwatch';
  };
  kind.addEventListener('change', fit);
  fit();
  ask(t('newEndpoint'), [
    h('div', { class: 'two' }, field('endpointKind', kind), field('endpointName', name)), field('address', url), webhook, robot, broker,
    h('fieldset', {}, h('legend', {}, t('events')), h('p', { class: 'small soft' }, t('allIfNone')), events),
    sites.length > 0 && h('fieldset', {}, h('legend', {}, t('sites')), h('p', { class: 'small soft' }, t('allIfNone')), places),
  ], t('makeIt'), async () => {
    const made = await post('/endpoints', {
      kind: kind.value, name: name.value.trim(), url: url.value.trim(), events: ticked(events), sites: ticked(places),
      ...(kind.value === 'webhook' ? { reports: reports.value, signing: signing.value } : {}),
      ...(!robot.hidden && secret.value ? { secret: secret.value } : {}),
      ...(kind.value === 'mqtt' ? { mqtt: { topic: topic.value, version: Number(version.value), ...(username.value ? { username: username.value } : {}), ...(password.value ? { password: password.value } : {}) } } : {}),
    });
    await again();
    told(made, t('endpointMade'));
  });
}

/** What can be done with an endpoint. */
function actions(one, again) {
  const act = (key, work, style = 'second') => h('button', { type: 'button', class: style, 'data-act': key, onclick: doing(work) }, t(key));
  return h('div', { class: 'row' },
    act('ping', async () => {
      const { ping } = await post(`/endpoints/${one.id}/ping`);
      toast(`${one.name}: ${t(ping.delivered ? 'delivered' : 'pingFailed')} · ${ping.result}`, !ping.delivered);
      await again();
    }),
    one.kind === 'webhook' && act('rotate', async () => {
      if (!confirm(t('sureRotate'))) return;
      const made = await post(`/endpoints/${one.id}/rotate`);
      await again();
      told(made, t('newSecret'));
    }),
    act(one.state === 'disabled' ? 'enable' : 'disable', async () => {
      await patch(`/endpoints/${one.id}`, { state: one.state === 'disabled' ? 'active' : 'disabled' }, etag(one));
      toast(t('saved'));
      await again();
    }),
    act('remove', async () => {
      if (!confirm(t('sureEndpoint'))) return;
      await remove(`/endpoints/${one.id}`);
      toast(t('removed'));
      if (location.hash === '#/endpoints') await again();
      else location.hash = '#/endpoints';
    }, 'danger'));
}

/** What it is told, about which places, and what it reports. */
const listens = (one, names) => [
  one.kind === 'webhook' ? t(`reports-${one.reports}`) : null,
  one.events.length === 0 ? t('allEvents') : one.events.map((event) => t(event)).join('、'),
  one.sites.length === 0 ? t('allSites') : one.sites.map((id) => names.get(id) ?? '').join('、'),
].filter(Boolean).join(' · ');

export async function endpoints(page) {
  const [{ items: list }, { items: sites }] = await Promise.all([get('/endpoints'), get('/sites')]);
  const names = new Map(sites.map((one) => [one.id, one.name]));
  const again = () => endpoints(page);
  page.replaceChildren(h('div', {},
    h('div', { class: 'head' }, h('h2', {}, t('endpoints')), h('span', { class: 'soft' }, t('endpointsHint')),
      h('div', { class: 'end' }, h('button', { type: 'button', 'data-act': 'new', onclick: () => create(sites, again) }, t('newEndpoint')))),
    list.length === 0 ? h('p', { class: 'empty' }, t('noEndpoints')) : table(['endpointName', 'state', 'tells', 'ping', ''], list.map((one) => ({
      'data-endpoint': one.name,
      cells: [
        h('div', {}, h('a', { href: `#/endpoints/${one.id}` }, h('strong', {}, one.name)), h('p', { class: 'small soft' }, h('span', {}, t(one.kind)), ' ', h('span', { class: 'break' }, one.url))),
        state(one), h('span', { class: 'small' }, listens(one, names)), pinged(one.ping), h('div', { class: 'row' }, h('a', { class: 'button second', href: `#/endpoints/${one.id}` }, t('deliveries')), actions(one, again))],
    })))));
  tick();
}

/** Deliveries whose attempts are shown, so that news does not hide them. */
const opened = new Set();

/** The attempts of a delivery, read when they are asked for. */
function attempts(endpoint, delivery, zone) {
  const inside = h('div', {});
  const box = h('details', { open: opened.has(delivery.id), ontoggle: async () => {
    if (!box.open) {
      opened.delete(delivery.id);
      return;
    }
    opened.add(delivery.id);
    let items;
    try {
      ({ items } = await get(`/endpoints/${endpoint}/deliveries/${delivery.id}/attempts`));
    } catch (problem) {
      if (box.isConnected && problem.status !== 404) throw problem;
      return; // the page has gone on, and what was asked for may be gone
    }
    inside.replaceChildren(items.length === 0 ? h('p', { class: 'small soft' }, t('noAttempts')) : h('ol', { class: 'plain attempts' }, items.map((one) => h('li', { class: 'row small' },
      h('span', { class: 'num' }, `${one.number}.`), h('span', { class: 'num' }, dateTime(one.beganAt, zone)), h('span', { class: 'num' }, `${one.milliseconds} ms`), h('span', { class: 'break' }, one.result)))));
  } }, h('summary', { class: 'num' }, delivery.attempts), inside);
  return box;
}

const unfolded = { filter: '', count: PAGE };
const LOOK_AGAIN = 3000;
let looking = 0;

/** Reads on while something is under way, unless somebody types. */
function lookAgain(page, again) {
  clearTimeout(looking);
  looking = setTimeout(async () => {
    if (!page.isConnected) return;
    if (document.hidden || page.contains(document.activeElement)) lookAgain(page, again);
    else await again();
  }, LOOK_AGAIN);
}

/** What was, or is to be, told to one endpoint. */
export async function endpoint(page, id, search) {
  const asked = new URLSearchParams(search ?? '');
  const filter = { state: asked.get('state') ?? '', number: asked.get('number') ?? '' };
  const name = `${id} ${JSON.stringify(filter)}`;
  if (unfolded.filter !== name) Object.assign(unfolded, { filter: name, count: PAGE });
  const [one, { items: sites }, order] = await Promise.all([
    get(`/endpoints/${id}`), get('/sites'),
    filter.number && get(`/orders${query({ q: filter.number, limit: 20 })}`).then((found) => found.items.find((each) => each.number === filter.number))]);
  const zone = zoneOf(sites);
  const items = [];
  let next = null;
  if (!filter.number || order) {
    do {
      const part = await get(`/endpoints/${id}/deliveries${query({ state: filter.state, order: order?.id, limit: Math.min(200, unfolded.count - items.length), cursor: next })}`);
      items.push(...part.items);
      next = part.next;
    } while (next && items.length < unfolded.count);
  }
  const again = () => endpoint(page, id, search);
  const states = choose([['', t('allStates')], ...['waiting', 'delivered', 'given-up'].map((word) => [word, t(word)])], filter.state, { name: 'state', 'aria-label': t('state') });
  const number = h('input', { type: 'search', name: 'number', value: filter.number, placeholder: t('number'), 'aria-label': t('number') });
  const filtered = () => { location.hash = `#/endpoints/${id}${query({ state: states.value, number: number.value.trim() })}`; };
  states.addEventListener('change', filtered);
  number.addEventListener('search', filtered);
  const replay = (delivery) => doing(async () => {
    await post(`/endpoints/${id}/replay`, { deliveries: [delivery.id] });
    toast(t('replayed')(1));
    await again();
  });
  page.replaceChildren(h('div', {},
    h('div', { class: 'head' }, h('a', { href: '#/endpoints' }, `← ${t('back')}`), h('h2', {}, one.name), h('span', { class: 'soft' }, t(one.kind)), tag(one.state),
      h('div', { class: 'end' }, actions(one, again))),
    one.stateReason && h('p', { class: one.state === 'disabled' ? 'notice bad' : 'notice warn' }, said(one.stateReason)),
    h('div', { class: 'head' }, h('h2', {}, t('deliveries')), h('span', { class: 'soft small' }, `${t('timesIn')} ${zone}`), h('div', { class: 'end' }, h('button', { type: 'button', class: 'second', onclick: () => replayMany(id, again) }, t('replayGivenUp')))),
    h('form', { class: 'filters', role: 'search', onsubmit: (event) => { event.preventDefault(); filtered(); } }, number, states),
    items.length === 0 ? h('p', { class: 'empty' }, t('noDeliveries')) : table(['createdAt', 'event', 'state', 'attempts', 'latency', 'result', ''], items.map((delivery) => ({
      'data-delivery': delivery.type,
      cells: [
        h('span', { class: 'num' }, dateTime(delivery.createdAt, zone)),
        h('span', {}, t(delivery.type), delivery.order && [' ', h('a', { class: 'small', href: `#/orders/${delivery.order}` }, t('open'))]),
        tag(delivery.state), attempts(id, delivery, zone),
        delivery.milliseconds === null ? h('span', { class: 'soft none' }, '–') : h('span', { class: 'num' }, `${delivery.milliseconds} ms`),
        delivery.lastResult ? h('span', { class: 'break' }, delivery.lastResult) : h('span', { class: 'soft none' }, '–'),
        delivery.state === 'waiting'
          ? h('span', { class: 'small soft num' }, `${t('dueAt')} ${dateTime(delivery.dueAt, zone)}`)
          : h('button', { type: 'button', class: 'second', 'data-act': 'replay', onclick: replay(delivery) }, t('replay'))],
    }))),
    h('div', { class: 'row under' }, next && h('button', { type: 'button', class: 'second', onclick: doing(async () => { unfolded.count += PAGE; await again(); }) }, t('more')))));
  tick();
  if (items.some((each) => each.state === 'waiting')) lookAgain(page, again);
}

/** Sends what was given up in a time once more. */
function replayMany(id, again) {
  const from = h('input', { type: 'datetime-local', name: 'from' });
  const to = h('input', { type: 'datetime-local', name: 'to' });
  ask(t('replayGivenUp'), [h('p', { class: 'soft' }, t('replayHint')), h('div', { class: 'two' }, field('from', from), field('to', to))], t('replay'), async () => {
    const instant = (input, otherwise) => (input.value ? new Date(input.value).toISOString() : otherwise);
    const { replayed } = await post(`/endpoints/${id}/replay`, { state: 'given-up', from: instant(from, '1970-01-01T00:00:00Z'), to: instant(to, '9999-01-01T00:00:00Z') });
    toast(t('replayed')(replayed));
    await again();
  });
}

/** What is wrong with endpoints, over the page. */
export function faults(list) {
  const bad = list.filter((one) => one.state !== 'active');
  if (bad.length === 0) return null;
  return h('div', { class: bad.some((one) => one.state === 'disabled') ? 'notice bad endpoints' : 'notice warn endpoints' }, bad.map((one) => h('p', { class: 'row' },
    h('strong', {}, one.name), tag(one.state), h('span', {}, said(one.stateReason)), h('a', { href: `#/endpoints/${one.id}` }, t('open')))));
}
