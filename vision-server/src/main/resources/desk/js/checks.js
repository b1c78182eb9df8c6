import { photo } from '/crew/js/photo.js';
import { get, post, query } from './api.js';
import { ask, choose, doing, field, h, table, toast } from './dom.js';
import { t } from './i18n.js';
import { may } from './me.js';
import { dateTime } from './format.js';
import { parts, worded } from './assess.js';

const OUTCOMES = ['met', 'broken', 'not-seen'];
const COLOUR = { met: 'green', broken: 'red', 'not-seen': '' };

/** Where the checker is; nothing if the browser does not say so within some seconds. */
const here = () => new Promise((resolve) => {
  if (!navigator.geolocation) resolve({});
  else navigator.geolocation.getCurrentPosition(({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }), () => resolve({}), { timeout: 5000 });
});

/** Photos are sent one by one after the check, each made small enough by the browser. */
async function sendPhotos(check, files) {
  if (files.length === 0) return;
  const where = await here();
  for (const file of files) {
    await post(`/checks/${check}/photos`, { jpeg: await photo(file), takenAt: new Date(Math.min(file.lastModified || Date.now(), Date.now())).toISOString(), ...where });
  }
}

/** What was seen at a site, clause by clause. */
async function check(site, again) {
  const { items } = await get(`/sites/${site.id}/clauses`);
  const clauses = items.filter((one) => one.method === 'check');
  if (clauses.length === 0) {
    toast(t('nothingToCheckHere'), true);
    return;
  }
  const note = h('textarea', { name: 'note', rows: 2, maxlength: 2000 });
  const files = h('input', { type: 'file', name: 'photos', accept: 'image/*', multiple: true });
  const looked = clauses.map((clause) => {
    const name = `seen-${clause.id}`;
    const why = h('input', { name: `why-${clause.code}`, maxlength: 2000, placeholder: t('whatIsWrong'), hidden: true });
    const boxes = OUTCOMES.map((outcome) => h('label', { class: 'check' }, h('input', { type: 'radio', name, value: outcome, checked: outcome === 'not-seen', onchange: () => { why.hidden = outcome !== 'broken'; } }), t(`seen-${outcome}`)));
    return { clause, why, line: h('fieldset', { 'data-clause': clause.code }, h('legend', {}, `${clause.standard} ${clause.code} ${worded(clause, 'what')}`), h('p', { class: 'small soft' }, worded(clause, 'limit')), h('div', { class: 'row' }, boxes), why), seen: () => boxes.map((box) => box.querySelector('input')).find((box) => box.checked).value };
  });
  ask(`${t('siteCheck')} · ${site.name}`, [looked.map((one) => one.line), field('note', note), field('photos', files, 'checkPhotosHint')], t('saveCheck'), async () => {
    const made = await post('/checks', { site: site.id, note: note.value.trim(), items: looked.map((one) => ({ clause: one.clause.id, outcome: one.seen(), note: one.seen() === 'broken' ? one.why.value.trim() : '' })) });
    try {
      await sendPhotos(made.id, files.files);
      toast(t('saved'));
    } catch (error) { // the check itself is kept
      toast(`${t('photosFailed')} ${error.message}`, true);
    }
    await again();
  });
}

function seen(one) {
  return h('article', { class: 'card stack', 'data-check': one.id },
    h('div', { class: 'head' }, h('h3', {}, one.siteName), h('span', { class: 'soft small' }, `${dateTime(one.at)} · ${one.checkerName}`)),
    h('ul', { class: 'plain' }, one.items.map((item) => h('li', {}, h('span', { class: `tag ${COLOUR[item.outcome]}` }, t(`seen-${item.outcome}`)), ` ${item.standard} ${item.code} ${worded(item, 'what')}`, item.note && h('span', { class: 'soft' }, ` — ${item.note}`)))),
    one.note && h('p', {}, one.note),
    one.order && h('p', {}, h('a', { href: `#/orders/${one.order}` }, t('itsOrder'))),
    one.photos.length > 0 && h('div', { class: 'photos' }, one.photos.map((shot) => h('figure', {}, h('a', { href: `/api/v1/photos/${shot.id}`, target: '_blank' }, h('img', { src: `/api/v1/photos/${shot.id}`, alt: t('photos'), loading: 'lazy' })), h('figcaption', { class: 'small' }, shot.findings.length === 0 ? t('fits') : shot.findings.map((finding) => t(finding)).join('、'))))));
}

/** One check, which an assessment leads to. */
export async function oneCheck(page, id) {
  page.replaceChildren(h('div', { class: 'stack' }, parts('siteChecks'), seen(await get(`/checks/${id}`))));
}

export async function checks(page, search) {
  const asked = new URLSearchParams(search ?? '');
  const at = asked.get('site') ?? '';
  const mine = may('checks:write');
  const [{ items: due, more }, { items: sites }, list] = await Promise.all([get('/due-checks?limit=2000'), get('/sites'), get(`/checks${query({ site: at, limit: 50 })}`)]);
  const again = () => checks(page, search);
  const byPlace = Map.groupBy ? Map.groupBy(due, (one) => one.site) : due.reduce((map, one) => map.set(one.site, [...(map.get(one.site) ?? []), one]), new Map());
  const place = choose([['', t('allSites')], ...sites.map((one) => [one.id, one.name])], at, { name: 'site', 'aria-label': t('site') });
  place.addEventListener('change', () => { location.hash = `#/assessment/checks${query({ site: place.value })}`; });
  const begin = (site) => h('button', { type: 'button', class: 'second', 'data-act': 'check', onclick: doing(() => check(site, again)) }, t('siteCheck'));
  page.replaceChildren(h('div', { class: 'stack' }, parts('siteChecks'),
    h('div', { class: 'head' }, h('h2', {}, t('dueChecks')), h('span', { class: 'soft small' }, `${t('dueCount')(byPlace.size, due.length)}${more ? ` · ${t('dueMore')}` : ''}`)),
    byPlace.size === 0 ? h('p', { class: 'empty' }, t('nothingDue')) : table(['site', 'dueClauses', 'dueSince', ''], [...byPlace.values()].map((some) => [
      h('strong', {}, some[0].siteName), h('span', { class: 'small' }, some.map((one) => `${one.standard} ${one.code} ${worded(one, 'what')}`).join('；')), dateTime(some[0].dueSince),
      mine && begin({ id: some[0].site, name: some[0].siteName })])),
    h('div', { class: 'head' }, h('h2', {}, t('siteChecks')), h('div', { class: 'end row' }, place, mine && at && begin(sites.find((one) => one.id === at)))),
    list.items.length === 0 ? h('p', { class: 'empty' }, t('noChecks')) : list.items.map(seen), list.next && h('p', { class: 'soft small' }, t('newestChecks'))));
}
