import { get, getVersioned, picture, post, put, remove } from './api.js';
import { doing, h, toast } from './dom.js';
import { t } from './i18n.js';
import { may } from './me.js';
import { tag, tick } from './format.js';
import { shot, states } from './live.js';
import { zoneEditor } from './zones.js';

export async function cameras(page) {
  const [list, sites] = await Promise.all([get('/cameras'), get('/sites')]);
  const names = new Map(sites.items.map((s) => [s.id, s.name]));
  page.replaceChildren(h('div', {},
    h('div', { class: 'head' }, h('h2', {}, t('cameras')), may('cameras:write') && h('div', { class: 'end' }, h('a', { href: '#/register' }, t('register')))),
    list.items.length === 0 ? h('p', { class: 'empty' }, t('noCameras')) : h('div', { class: 'scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, h('th', {}, t('camera')), h('th', {}, t('site')), h('th', {}, t('health')), h('th', { class: 'wide' }, t('size')), h('th', { class: 'wide' }, t('keyFrames')), h('th', { class: 'wide' }, t('lastLook')), h('th', {}, t('found')))),
      h('tbody', {}, list.items.map((c) => h('tr', { 'data-href': true, onclick: () => { location.hash = `#/cameras/${c.id}`; } },
        h('td', {}, h('a', { href: `#/cameras/${c.id}` }, c.name)),
        h('td', {}, names.get(c.site) ?? ''),
        h('td', {}, tag(c.health), c.healthReason && h('p', { class: 'small soft' }, c.healthReason)),
        h('td', { class: 'num wide' }, c.width ? `${c.width} × ${c.height} ${c.codec}` : ''),
        h('td', { class: 'num wide' }, c.keyFrameSeconds ? `${c.keyFrameSeconds.toFixed(1)} s` : ''),
        h('td', { class: 'num wide' }, c.lastInspection ? h('span', { 'data-ago': c.lastInspection }) : t('never')),
        h('td', {}, h('span', { class: 'row' }, states(c))))))))));
  tick();
}

export async function camera(page, id, until) {
  const [c, zones, sites] = await Promise.all([get(`/cameras/${id}`), getVersioned(`/cameras/${id}/zones`), get('/sites')]);
  const site = sites.items.find((s) => s.id === c.site);
  const frame = await picture(`/api/v1/cameras/${id}/picture?annotated=false`).catch(() => null);
  if (frame) until(() => URL.revokeObjectURL(frame));
  let version = zones.version;
  page.replaceChildren(h('div', { class: 'stack' },
    h('div', { class: 'head' }, h('a', { href: '#/cameras' }, `← ${t('back')}`), h('h2', {}, c.name), h('span', { class: 'soft' }, site?.name ?? ''), tag(c.health),
      may('cameras:write') && h('div', { class: 'end' }, h('button', { class: 'danger', type: 'button', onclick: doing(async () => {
        if (!confirm(t('sure'))) return;
        await remove(`/cameras/${id}`);
        toast(t('removed'));
        location.hash = '#/cameras';
      }) }, t('removeCamera')))),
    c.healthReason && h('p', { class: 'notice bad' }, c.healthReason),
    h('div', { class: 'split' },
      h('section', { class: 'card' },
        h('div', { class: 'head' }, h('h2', {}, t('drawZones'))),
        frame
          ? zoneEditor(frame, zones.body.zones, async (wanted) => {
            await put(`/cameras/${id}/zones`, { zones: wanted }, version);
            toast(t('saved'));
            const fresh = await getVersioned(`/cameras/${id}/zones`);
            version = fresh.version;
            return fresh.body.zones;
          })
          : h('p', { class: 'empty' }, t('noPicture'))),
      h('section', {}, shot(c, site?.name, until)))));
  tick();
}

function probed(result) {
  if (!result.reached) {
    return h('div', { class: 'notice bad' }, h('strong', {}, `${t('failed')} · ${t(result.health)}`), h('p', {}, result.reason));
  }
  const distance = result.keyFrameSeconds ? `${t('keyFrames')} ${result.keyFrameSeconds.toFixed(1)} s` : '';
  return h('div', { class: 'stack' },
    h('p', { class: 'notice good' }, `${t('works')} · ${result.width} × ${result.height} ${result.codec} · ${distance}`),
    h('div', { class: 'draw' }, h('img', { src: `data:image/jpeg;base64,${result.picture}`, alt: t('camera') })));
}

export async function register(page) {
  const sites = (await get('/sites')).items;
  const site = h('select', { name: 'site' }, h('option', { value: '' }, t('newSite')), sites.map((s) => h('option', { value: s.id }, s.name)));
  const siteName = h('input', { name: 'siteName', required: true, maxlength: 100, autocomplete: 'off' });
  const siteNameLabel = h('label', {}, t('siteName'), siteName);
  const name = h('input', { name: 'name', required: true, autofocus: true, maxlength: 100, autocomplete: 'off' });
  const url = h('input', { name: 'url', required: true, maxlength: 2000, autocomplete: 'off', spellcheck: 'false', placeholder: 'rtsp://user:password@192.168.1.64:554/…' });
  const answer = h('div', { 'aria-live': 'polite' });
  site.addEventListener('change', () => {
    siteNameLabel.hidden = site.value !== '';
    siteName.required = site.value === '';
  });
  const chosen = async () => site.value || (await post('/sites', { name: siteName.value, kind: 'refuse-station' })).id;
  const waiting = () => answer.replaceChildren(h('p', { class: 'notice' }, t('probing')));
  const failed = (error) => {
    const existing = error.body?.existing;
    answer.replaceChildren(h('p', { class: 'notice bad' }, existing ? `${t('exists')} ` : error.message, existing && h('a', { href: `#/cameras/${existing}` }, t('camera'))));
  };
  page.replaceChildren(h('div', { class: 'split' },
    h('form', {
      class: 'card form',
      onsubmit: doing(async () => {
        waiting();
        try {
          const id = await chosen();
          if (site.value === '') {
            site.append(h('option', { value: id }, siteName.value));
            site.value = id;
            site.dispatchEvent(new Event('change'));
          }
          const made = await post('/cameras', { site: id, name: name.value, url: url.value });
          toast(t('added'));
          if (made.probe.reached) {
            location.hash = `#/cameras/${made.camera.id}`;
          } else {
            answer.replaceChildren(probed(made.probe), h('p', { class: 'notice' }, t('keepAnyway'), ' ', h('a', { href: `#/cameras/${made.camera.id}` }, made.camera.name)));
          }
        } catch (error) {
          failed(error);
        }
      }),
    },
    h('h2', {}, t('register')),
    h('div', { class: 'two' }, h('label', {}, t('existingSite'), site), siteNameLabel),
    h('label', {}, t('cameraName'), name),
    h('label', {}, t('url'), url, h('span', { class: 'small' }, t('urlHint'))),
    h('div', { class: 'row' },
      h('button', { type: 'submit' }, t('registerIt')),
      h('button', { type: 'button', class: 'second', onclick: doing(async () => {
        if (!url.reportValidity()) return;
        waiting();
        try {
          answer.replaceChildren(probed(await post('/cameras/probe', { url: url.value })));
        } catch (error) {
          failed(error);
        }
      }) }, t('probe')))),
    h('section', {}, answer)));
}

