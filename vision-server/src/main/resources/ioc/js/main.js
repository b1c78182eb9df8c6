import { get } from '../../desk/js/api.js';
import { h, toast } from '../../desk/js/dom.js';
import { locale, switchLanguage } from '../../desk/js/i18n.js';
import { whoAmI } from '../../desk/js/me.js';
import { Curves } from './curves.js';
import { massOrder, mayOrder, openPlace } from './decide.js';
import { DistrictMap } from './map.js';
import * as panels from './panels.js';
import { Player } from './player.js';
import { t } from './words.js';

const NEWS = ['order.changed', 'order.escalated', 'incident.changed', 'camera.changed', 'device.changed', 'site.changed', 'crew.changed', 'check.changed', 'suspension.changed', 'endpoint.changed', 'flow-rule.changed', 'dust-rule.changed', 'rain.changed', 'reset'];
const SOON = 120; // milliseconds after the first of several things that happen at once
const ZONE = 'Asia/Shanghai';

/** What is shown: a past moment, or null for now; and whether news come. */
const state = { at: null, link: 'wait', lastGood: null };
const wall = document.getElementById('wall');
const notice = document.getElementById('notice');
const map = new DistrictMap((site) => openPlace(site, state));
const curves = new Curves();
const player = new Player(document.getElementById('player'), moment);
const boxes = new Map();
let layout = null;
let view = null;

/** Lays the panels out, as the wall's layout says. */
function lay() {
  wall.replaceChildren();
  boxes.clear();
  for (const { panel, column, row, width, height } of layout.panels) {
    const body = h('div', { class: 'body' });
    const tabs = h('div', { class: 'tabs' });
    const title = { orders: 'openOrdersTitle' }[panel] ?? panel;
    const box = h('section', { class: `panel ${panel}`, 'data-panel': panel },
      !['figures', 'map'].includes(panel) && h('header', {}, h('h2', {}, t(title)), tabs), body);
    box.style.gridColumn = `${column + 1} / span ${width}`;
    box.style.gridRow = `${row + 1} / span ${height}`;
    boxes.set(panel, { body, tabs });
    wall.append(box);
    if (panel === 'map') body.append(map.element, map.legend, map.hint);
    if (panel === 'curves') body.append(curves.element);
  }
}

function draw() {
  if (!view) return;
  for (const [panel, { body, tabs }] of boxes) {
    if (panels[panel]) panels[panel](body, view, state, tabs);
  }
  map.people(view.crew);
}

/** Reads what has changed; several reasons within a moment are one reading, and one that comes meanwhile makes one more. */
let reading = false;
let wanted = new Set();
async function read(...what) {
  what.forEach((one) => wanted.add(one));
  if (reading) return;
  reading = true;
  try {
    while (wanted.size > 0) {
      const now = wanted;
      wanted = new Set();
      const at = state.at?.toISOString() ?? null;
      const [fresh] = await Promise.all([
        now.has('wall') ? get(`/wall${at ? `?at=${encodeURIComponent(at)}` : ''}`) : null,
        now.has('map') && boxes.has('map') ? map.read(at) : null,
        now.has('curves') && boxes.has('curves') ? curves.read(at) : null,
      ]);
      if (fresh && (state.at?.toISOString() ?? null) === at) {
        view = fresh;
        state.lastGood = new Date(view.at);
        draw();
        performance.mark('wall-shown', { detail: view.at });
      }
    }
  } catch (error) {
    if (error.status) toast(error.message, true);
    else connection('off');
  } finally {
    reading = false;
  }
}

let soon = 0;
let curvesAt = 0;
function heard() {
  if (state.at || soon) return;
  soon = setTimeout(() => {
    soon = 0;
    const due = Date.now() - curvesAt > 10_000;
    if (due) curvesAt = Date.now();
    read('wall', 'map', ...(due ? ['curves'] : []));
  }, SOON);
}

/** Follows what happens; the browser goes on where a connection broke off, and what was missed is read at once. */
let source = null;
function follow() {
  source?.close();
  source = new EventSource('/api/v1/events');
  source.addEventListener('open', () => { connection('on'); if (!state.at) read('wall', 'map', 'curves'); });
  source.addEventListener('error', () => {
    connection('off');
    if (source.readyState === EventSource.CLOSED) setTimeout(again, 3000);
  });
  for (const type of NEWS) source.addEventListener(type, heard);
}

async function again() {
  try {
    await whoAmI();
    follow();
  } catch (error) {
    if (error.status === 401) signedOut();
    else setTimeout(again, 3000);
  }
}

function connection(link) {
  state.link = link;
  const box = document.getElementById('link');
  box.className = `link ${link}`;
  box.textContent = t({ on: 'linked', off: 'unlinked', wait: 'linking' }[link]);
  wall.classList.toggle('lost', link === 'off');
  tell();
}

const clockTime = (date, options) => date.toLocaleString(locale(), { timeZone: ZONE, hour12: false, ...options });

function tell() {
  const lost = state.link === 'off' && state.lastGood;
  notice.hidden = !lost && !state.at;
  notice.classList.toggle('past', Boolean(state.at) && !lost);
  notice.textContent = lost ? t('lost')(clockTime(state.lastGood, { timeStyle: 'medium' })) : state.at ? t('pastNow')(clockTime(state.at, { dateStyle: 'medium', timeStyle: 'medium' })) : '';
}

/** Shows another moment, or now. */
let playedCurves = 0;
function moment(at) {
  const turned = (at === null) !== (state.at === null);
  state.at = at;
  tell();
  const hour = at ? Math.floor(at.getTime() / 3_600_000) : 0;
  const curvesToo = turned || hour !== playedCurves;
  playedCurves = hour;
  read('wall', 'map', ...(curvesToo ? ['curves'] : []));
  if (turned) tools();
}

function tools() {
  document.documentElement.lang = locale();
  document.title = t('title');
  document.getElementById('title').textContent = layout?.title || t('title');
  document.getElementById('tools').replaceChildren(...[
    mayOrder() && h('button', { type: 'button', name: 'mass', onclick: massOrder }, t('massOrder')),
    !state.at && h('button', { type: 'button', name: 'playback', class: 'second', onclick: () => player.open() }, t('playback')),
    document.fullscreenEnabled && h('button', { type: 'button', class: 'second', onclick: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()) }, t('fullScreen')),
    h('button', { type: 'button', name: 'language', class: 'second', onclick: () => { switchLanguage(); tools(); connection(state.link); player.draw(); lay(); map.relabel(); curves.draw(); draw(); } }, t('other')),
  ].filter(Boolean));
}

function signedOut() {
  source?.close();
  wall.replaceChildren(h('p', { class: 'none whole' }, t('needSignIn'), ' ', h('a', { href: `/sign-in?to=${encodeURIComponent('/ioc/')}` }, t('signIn'))));
}

window.addEventListener('signed-out', signedOut);
window.addEventListener('unhandledrejection', (event) => toast(event.reason?.message ?? t('error'), true));

/** Each second: the clock. A gap means that the machine slept: all is read anew and followed anew. */
let lastTick = Date.now();
setInterval(() => {
  const now = Date.now();
  document.getElementById('clock').textContent = clockTime(new Date(now), { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  if (Math.abs(now - lastTick) > 20_000) {
    connection('wait');
    follow();
  } else if (!state.at && view && now - Date.parse(state.lastGood) > 30_000 && state.link === 'on') {
    read('wall', 'map'); // that something has become late is no news
  }
  lastTick = now;
}, 1000);

async function begin() {
  connection('wait');
  await whoAmI();
  const asked = new URLSearchParams(location.search).get('wall');
  layout = await get(`/walls/${encodeURIComponent(asked ?? (innerWidth / innerHeight > 2.6 ? 'wide' : 'main'))}`);
  tools();
  lay();
  if (boxes.has('curves')) curves.begin();
  if (boxes.has('map')) await map.begin(() => read('map'));
  await read('wall', 'map', 'curves');
  performance.mark('wall-drawn');
  follow();
}

begin().catch((error) => {
  if (error.status !== 401) wall.replaceChildren(h('p', { class: 'none bad whole' }, error.message || t('error')));
});
