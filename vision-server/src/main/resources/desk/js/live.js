import { picture } from './api.js';
import { h } from './dom.js';
import { t } from './i18n.js';
import { tag } from './format.js';

const EVERY = 4000;

/** A camera's picture, its health, and how its zones stand. `until` ends its renewing with the page. */
export function shot(camera, site, until) {
  const view = h('div', { class: 'view' }, h('p', {}, camera.health === 'live' ? t('noPicture') : camera.healthReason || t(camera.health)));
  let shown = null;
  async function renew() {
    if (document.hidden) return;
    const url = await picture(`/api/v1/cameras/${camera.id}/picture?annotated=true`).catch(() => null);
    if (!url) return;
    if (!view.isConnected) {
      URL.revokeObjectURL(url);
      return;
    }
    const image = h('img', { src: url, alt: `${camera.name}` });
    await image.decode().catch(() => null);
    view.replaceChildren(image);
    if (shown) URL.revokeObjectURL(shown);
    shown = url;
  }
  setTimeout(renew, 0);
  const timer = setInterval(renew, EVERY);
  until(() => {
    clearInterval(timer);
    if (shown) URL.revokeObjectURL(shown);
  });
  return h('figure', { class: 'shot' },
    h('a', { href: `#/cameras/${camera.id}` }, view),
    h('figcaption', {},
      h('div', { class: 'row' }, h('strong', {}, camera.name), tag(camera.health)),
      h('div', { class: 'row small soft' },
        h('span', {}, site ?? ''),
        h('span', { class: 'row' }, states(camera)))));
}

/** The states that say more than "clean", and the faults of the view. */
export function states(camera) {
  const notable = camera.zoneStates.filter((z) => z.state !== 'clean');
  const unknown = camera.zoneStates.length > 0 && (!camera.lastInspection || camera.zoneStates.every((z) => z.unknown));
  return [
    ...camera.faults.map((f) => tag(f, 'amber')),
    ...notable.map((z) => h('span', { class: `tag ${z.state === 'dirty' ? 'red' : 'amber'}` }, `${t(z.kind)} · ${t(z.state)}`)),
    unknown ? tag('unknown') : notable.length === 0 && camera.zoneStates.length > 0 ? tag('clean') : null,
  ].filter(Boolean);
}
