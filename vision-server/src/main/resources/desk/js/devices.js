import { get, getVersioned, patch, picture, post, remove } from './api.js';
import { ask, choose, dialog, doing, field, h, table, toast } from './dom.js';
import { dateTime, tag } from './format.js';
import { t } from './i18n.js';
import { lineEditor } from './line.js';
import { may } from './me.js';

/** Which links each kind has, and the kind of place that it stands at. */
const KINDS = {
  'people-counter': { links: ['http', 'mqtt'], place: 'public-toilet' },
  'entrance-camera': { links: ['stream'], place: 'public-toilet' },
  'dust-monitor': { links: ['hj212', 'http', 'mqtt', 'modbus'], place: 'road' },
};
const HEALTH = { ok: 'green', waiting: 'amber', silent: 'red', faulty: 'red' };
const FACTORS = ['pm10', 'pm25', 'tsp', 'temperature', 'humidity', 'pressure', 'windSpeed', 'windDirection', 'noise'];

/** That a camera hangs outside; without it nothing is registered. */
function outsideBox() {
  const box = h('input', { type: 'checkbox', name: 'outside', required: true });
  return h('div', { class: 'stack' }, h('p', { class: 'notice warn' }, t('insideForbidden')), h('label', { class: 'check' }, box, t('hangsOutside')));
}

/** Where a camera's stream is, what it shows, and the line on it. */
function entrance() {
  const url = h('input', { name: 'url', maxlength: 2000, autocomplete: 'off', spellcheck: 'false', placeholder: 'rtsp://user:password@192.168.1.64:554/…' });
  const editor = lineEditor(null);
  const answer = h('div', { 'aria-live': 'polite' });
  const look = h('button', { type: 'button', class: 'second', 'data-act': 'probe', onclick: doing(async () => {
    if (!url.reportValidity()) return;
    answer.replaceChildren(h('p', { class: 'notice' }, t('probing')));
    try {
      const seen = await post('/devices/probe', { url: url.value.trim() });
      answer.replaceChildren(h('p', { class: seen.reached ? 'notice good' : 'notice bad' }, seen.reached ? `${t('works')} · ${seen.width} × ${seen.height} ${seen.codec}` : `${t('failed')} · ${seen.reason}`));
      if (seen.reached) editor.show(`data:image/jpeg;base64,${seen.picture}`);
    } catch (error) {
      answer.replaceChildren(h('p', { class: 'notice bad' }, error.message));
    }
  }) }, t('showPicture'));
  return {
    url,
    content: [outsideBox(), field('url', url, 'substreamHint'), h('div', { class: 'row' }, look), answer, editor.content],
    setup: () => ({ line: editor.line(), outside: true }),
  };
}

/** What has to be said of a device, which depends on what it is and how it is linked. */
function form(sites) {
  const input = (name, props) => h('input', { name, autocomplete: 'off', ...props });
  const kind = choose(Object.keys(KINDS).map((one) => [one, t(one)]), 'people-counter', { name: 'kind' });
  const link = h('select', { name: 'link' });
  const site = h('select', { name: 'site', required: true });
  const name = input('name', { required: true, maxlength: 100 });
  const counts = choose([['interval', t('countsInterval')], ['cumulative', t('countsTotal')]], 'interval', { name: 'counts' });
  const mn = input('mn', { maxlength: 64 });
  const password = input('password', { maxlength: 64 });
  const unit = choose([['mg', 'mg/m³'], ['ug', 'µg/m³'], ['ng', 'ng/m³']], 'mg', { name: 'unit' });
  const host = input('host', { maxlength: 255, placeholder: '10.1.2.3' });
  const unitId = input('unitId', { type: 'number', min: 0, max: 247, value: 1 });
  const factor = choose(FACTORS.slice(0, 3).map((one) => [one, t(one)]), 'pm10', { name: 'factor' });
  const address = input('address', { type: 'number', min: 0, max: 65535, value: 0 });
  const scale = input('scale', { type: 'number', min: 0, step: 'any', value: 1 });
  const background = h('input', { type: 'checkbox', name: 'background' });
  const some = h('div', { class: 'stack' });
  const camera = entrance();
  const shown = () => {
    const both = h('div', { class: 'two' });
    if (kind.value === 'people-counter') both.append(field('counts', counts));
    if (link.value === 'hj212') both.append(field('mn', mn), field('password', password), field('dustUnit', unit, 'dustUnitHint'));
    if (link.value === 'modbus') both.append(field('address', host), field('modbusUnit', unitId), field('factor', factor), field('register', address, 'registerHint'), field('scale', scale));
    mn.required = password.required = link.value === 'hj212';
    host.required = link.value === 'modbus';
    camera.url.required = link.value === 'stream';
    some.replaceChildren(...(link.value === 'stream' ? camera.content : [both]), ...(kind.value === 'dust-monitor' ? [h('label', { class: 'check' }, background, t('background'))] : []));
  };
  const refill = () => {
    link.replaceChildren(...KINDS[kind.value].links.map((one) => h('option', { value: one }, t(`link-${one}`))));
    const fitting = sites.filter((one) => one.kind === KINDS[kind.value].place);
    site.replaceChildren(h('option', { value: '' }, fitting.length ? '–' : t('noFittingSite')), ...fitting.map((one) => h('option', { value: one.id }, one.name)));
    shown();
  };
  kind.addEventListener('change', refill);
  link.addEventListener('change', shown);
  refill();
  const modbus = () => ({ host: host.value.trim(), unit: Number(unitId.value), registers: [{ factor: factor.value, address: Number(address.value), scale: Number(scale.value) }] });
  return {
    content: [h('p', { class: 'small soft' }, t('noInsideCameras')), h('div', { class: 'two' }, field('kindOfDevice', kind), field('deviceLink', link)), h('div', { class: 'two' }, field('site', site), field('deviceName', name)), some],
    wanted: () => ({
      site: site.value, kind: kind.value, link: link.value, name: name.value.trim(),
      setup: {
        ...(kind.value === 'people-counter' ? { counts: counts.value } : {}),
        ...(link.value === 'hj212' ? { mn: mn.value.trim(), unit: unit.value } : {}),
        ...(link.value === 'modbus' ? { modbus: modbus() } : {}),
        ...(link.value === 'stream' ? { entrance: camera.setup() } : {}),
        ...(background.checked && kind.value === 'dust-monitor' ? { background: true } : {}),
      },
      ...(link.value === 'hj212' ? { password: password.value } : {}),
      ...(link.value === 'stream' ? { url: camera.url.value.trim() } : {}),
    }),
  };
}

const showToken = (made) => made.secret && dialog(t('deviceToken'), h('div', { class: 'stack' }, h('p', {}, t('deviceTokenHint')), h('code', { class: 'secret' }, made.secret)));

/** What hangs on the door of a toilet: its name, and the code that a cleaner's phone reads there. */
async function door(site) {
  const one = await get(`/sites/${site.id}/door`);
  dialog(site.name, h('div', { class: 'stack' }, h('img', { src: `/api/v1/sites/${site.id}/door/picture`, alt: one.code, width: 320, height: 320 }), h('p', {}, t('doorHint')), h('p', {}, h('a', { href: `/api/v1/sites/${site.id}/door/picture`, target: '_blank' }, t('printIt')))));
}

/** Another line on what a camera shows now. */
async function redraw(id, done) {
  const { body: device, version } = await getVersioned(`/devices/${id}`);
  const editor = lineEditor(device.setup.entrance.line);
  const frame = await picture(`/api/v1/devices/${id}/picture`).catch(() => null);
  if (frame) editor.show(frame);
  ask(device.name, [frame ? '' : h('p', { class: 'notice' }, t('noPicture')), outsideBox(), editor.content], t('save'), async () => {
    await patch(`/devices/${id}`, { setup: { ...device.setup, entrance: { line: editor.line(), outside: true } } }, version);
    toast(t('saved'));
    await done();
  });
}

/** What was counted, hour by hour, with a picture of each. */
async function proofs(device) {
  const { items } = await get(`/devices/${device.id}/proofs`);
  dialog(device.name, h('div', { class: 'stack' }, h('p', { class: 'soft small' }, t('proofHint')), items.length === 0
    ? h('p', { class: 'empty' }, t('noProof'))
    : h('div', { class: 'photos' }, items.map((one) => h('figure', {}, h('a', { href: `/api/v1/devices/${device.id}/proof?hour=${one.hour}`, target: '_blank' }, h('img', { src: `/api/v1/devices/${device.id}/proof?hour=${one.hour}`, alt: t('proof'), loading: 'lazy' })), h('figcaption', { class: 'small' }, `${dateTime(one.at)} · ${t('wentIn')} ${one.in} · ${t('cameOut')} ${one.out}`))))));
}

export async function devices(page) {
  const mine = may('devices:write');
  const [list, sites] = await Promise.all([get('/devices'), get('/sites')]);
  const named = new Map(sites.items.map((one) => [one.id, one.name]));
  const again = () => devices(page);
  const add = () => {
    const { content, wanted } = form(sites.items);
    ask(t('newDevice'), content, t('save'), async () => {
      const made = await post('/devices', wanted());
      await again();
      showToken(made);
    });
  };
  const rows = list.items.map((one) => [
    h('strong', {}, one.name), t(one.kind), named.get(one.site) ?? '', t(`link-${one.link}`),
    h('span', {}, tag(one.health === 'ok' ? 'deviceWell' : one.health, HEALTH[one.health]), one.healthReason && h('p', { class: 'small soft' }, one.healthReason)),
    one.lastReportAt ? dateTime(one.lastReportAt) : t('never'),
    h('span', { class: 'row' }, one.link === 'stream' && h('button', { class: 'second', type: 'button', 'data-act': 'proof', onclick: doing(() => proofs(one)) }, t('proof')),
    mine && one.link === 'stream' && h('button', { class: 'second', type: 'button', 'data-act': 'line', onclick: doing(() => redraw(one.id, again)) }, t('line')),
    mine && ['http', 'mqtt'].includes(one.link) && h('button', { class: 'second', type: 'button', 'data-act': 'renew', onclick: doing(async () => {
      if (confirm(t('sureRenew'))) showToken(await post(`/devices/${one.id}/token`));
    }) }, t('newToken')),
    mine && h('button', { class: 'danger', type: 'button', 'data-act': 'remove', onclick: doing(async () => {
      if (!confirm(`${one.name}: ${t('sureDevice')}`)) return;
      await remove(`/devices/${one.id}`);
      toast(t('removed'));
      await again();
    }) }, t('remove'))),
  ]);
  const toilets = sites.items.filter((one) => one.kind === 'public-toilet');
  const flows = await Promise.all(toilets.map((one) => get(`/sites/${one.id}/flow`)));
  page.replaceChildren(h('div', { class: 'stack' },
    h('div', { class: 'head' }, h('h2', {}, t('devices')), mine && h('div', { class: 'end' }, h('button', { type: 'button', 'data-act': 'add', onclick: add }, t('newDevice')))),
    h('p', { class: 'soft small' }, t('devicesHint')),
    rows.length === 0 ? h('p', { class: 'empty' }, t('noDevices')) : table(['deviceName', 'kindOfDevice', 'site', 'deviceLink', 'health', 'lastReport', ''], rows),
    toilets.length > 0 && h('section', { class: 'stack' }, h('h2', {}, t('toilets')), table(['site', 'presentNow', 'visitorsToday', 'sinceCleaning', 'cleaningsToday', 'lastCleaned', ''], toilets.map((one, i) => [
      h('strong', {}, one.name), flows[i].present === null ? t('unknown') : String(flows[i].present), String(flows[i].today), `${flows[i].sinceCleaning} / ${flows[i].enough}`, String(flows[i].cleanings), dateTime(flows[i].cleanedAt),
      may('sites:write') && h('button', { class: 'second', type: 'button', 'data-act': 'door', onclick: doing(() => door(one)) }, t('doorCode')),
    ])))));
}
