import { h } from './view.js';
import { t } from './words.js';

const EARTH = 6371008.8;
const radians = (degrees) => (degrees * Math.PI) / 180;

/** Meters east and north of one place from another; good over a few kilometres. */
function offset(from, to) {
  return {
    east: radians(to.longitude - from.longitude) * Math.cos(radians(from.latitude)) * EARTH,
    north: radians(to.latitude - from.latitude) * EARTH,
  };
}

/** Where the place lies from here: rings of distance, north up. No tiles are needed, so it is there with no signal. */
export function map(site, here) {
  if (site.latitude === null || site.longitude === null) return h('p', { class: 'soft' }, t('noPlace'));
  const away = here ? offset(here, site) : null;
  const meters = away ? Math.hypot(away.east, away.north) : null;
  const ring = meters === null ? 100 : [50, 100, 200, 500, 1000, 2000, 5000, 10000].find((r) => r >= meters / 2.2) ?? 20000;
  const scale = 44 / (2.2 * ring);
  const x = away ? 50 + away.east * scale : 50;
  const y = away ? 50 - away.north * scale : 50;
  return h('figure', { class: 'map' },
    h('svg', { viewBox: '0 0 100 100', role: 'img', 'aria-label': meters === null ? t('site') : t('away')(Math.round(meters)) },
      h('circle', { cx: 50, cy: 50, r: ring * scale, class: 'ring' }),
      h('circle', { cx: 50, cy: 50, r: 2 * ring * scale, class: 'ring' }),
      h('text', { x: 50, y: 50 - ring * scale - 1.5, class: 'scale' }, ring < 1000 ? `${ring} m` : `${ring / 1000} km`),
      h('text', { x: 50, y: 7, class: 'north' }, 'N'),
      away && h('line', { x1: 50, y1: 50, x2: x, y2: y, class: 'way' }),
      away && h('circle', { cx: 50, cy: 50, r: 3, class: 'here' }),
      h('circle', { cx: x, cy: y, r: 4.2, class: 'place' })),
    h('figcaption', {},
      meters !== null && h('strong', {}, t('away')(Math.round(meters))),
      h('a', { href: `geo:${site.latitude},${site.longitude}?q=${site.latitude},${site.longitude}(${encodeURIComponent(site.name)})` }, site.name)));
}
