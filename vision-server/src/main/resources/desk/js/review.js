import { get } from './api.js';
import { h } from './dom.js';
import { said, t } from './i18n.js';
import { dateTime, snapshot, tag } from './format.js';
import { underKeys, verdictKeys, verdicts } from './verdicts.js';

/** What was seen but filed no order by itself: people say what it is. */
export async function review(page, until) {
  const [list, sites] = await Promise.all([get('/incidents?state=review&limit=100'), get('/sites')]);
  const site = new Map(sites.items.map((s) => [s.id, s]));
  const keyed = underKeys(list.items);
  const again = () => { unlisten(); return review(page, until); };
  const unlisten = verdictKeys(keyed, again, until);
  page.replaceChildren(h('div', { class: 'stack' },
    h('div', { class: 'head' }, h('h2', {}, t('review')), h('span', { class: 'soft' }, t('reviewHint'))),
    list.items.length === 0 ? h('p', { class: 'empty' }, t('nothingToReview')) : h('div', { class: 'wall' }, list.items.map((i) => {
      const link = snapshot(i.openedSnapshot);
      return h('figure', { class: i === keyed ? 'shot keyed' : 'shot' },
        h('div', { class: 'view' }, link ? h('a', { href: link, target: '_blank' }, h('img', { src: link, alt: t(i.kind), loading: 'lazy' })) : h('p', {}, t('noPicture'))),
        h('figcaption', {},
          h('div', { class: 'row' }, h('strong', {}, site.get(i.site)?.name ?? ''), tag(i.kind)),
          h('div', { class: 'row small soft num' }, h('span', {}, i.cameraName), h('span', {}, dateTime(i.openedAt, site.get(i.site)?.timeZone))),
          i.note && h('p', { class: 'small soft' }, said(i.note)),
          verdicts(i, i === keyed, again)));
    }))));
}
