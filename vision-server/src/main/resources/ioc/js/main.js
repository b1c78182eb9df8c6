import { get } from '../../desk/js/api.js';
import { h, toast } from '../../desk/js/dom.js';
import { locale, switchLanguage } from '../../desk/js/i18n.js';
import { whoAmI } from '../../desk/js/me.js';
import { heardOf, now } from './clock.js';
import { Curves } from './curves.js';
import { massOrder, mayOrder, openMark, openPlace } from './decide.js';
import { DistrictMap } from './map.js';
import { News } from './news.js';
import * as panels from './panels.js';
import { Player } from './player.js';
import { t } from './words.js';

const SOON = 120; // milliseconds after the first of several things that happen at once
const OLD = 30_000; // that something has become late is no news, so what is shown is read anew
const RETRY = 3000;
const ANSWER = 15_000;
const ZONE = 'Asia/Shanghai';

/** What is shown: a past moment, or null for now; whether news come; and the moment that the wall stands at. */
const state = { at: null, link: 'wait', lastGood: null };
const wall = document.getElementById('wall');
const notice = document.getElementById('notice');
const asking = document.getElementById('asking');
const map = new DistrictMap((site) => openPlace(site, state), (mark, part, closer) => openMark(mark, part, closer, state));
const curves = new Curves((curve, hour) => panels.behindHour(state, curve, hour));
const player = new Player(document.getElementById('player'), moment);
const news = new News({ heard, opened, lost: () => connection('off'), slept: () => connection('wait'), signedOut });
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
    if (!['figures', 'map', 'curves', 'pairs'].includes(panel)) box.append(panels.below(body));
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
  panels.strip(asking, view, state);
  map.people(view.crew);
}

/** Reads what has changed; several reasons within a moment are one reading, and one that comes meanwhile makes one more. */
let reading = false;
let wanted = new Set();
let retry = 0;
let goodAt = 0;
async function read(...what) {
  what.forEach((one) => wanted.add(one));
  if (reading) return;
  reading = true;
  clearTimeout(retry);
  try {
    while (wanted.size > 0) {
      const asked = wanted;
      wanted = new Set();
      const at = state.at?.toISOString() ?? null;
      const fresh = await answers(asked, at);
      if (fresh === null) return;
      if (fresh.view && (state.at?.toISOString() ?? null) === at) {
        view = fresh.view;
        if (!at) heardOf(view.at);
        state.lastGood = new Date(view.at);
        goodAt = performance.now();
        draw();
      }
      if (state.link !== 'on' && news.open) connection('on');
    }
  } finally {
    reading = false;
  }
}

/** What the server says to what is wanted, or null if it does not; then it is asked once more soon. */
async function answers(what, at) {
  const signal = AbortSignal.timeout(ANSWER);
  const query = new URLSearchParams({ datum: map.datum, ...(at ? { at } : {}) });
  try {
    const [shown] = await Promise.all([
      what.has('wall') ? get(`/wall?${query}`, signal) : null,
      what.has('map') && boxes.has('map') ? map.read(at, signal) : null,
      what.has('curves') && boxes.has('curves') ? curves.read(at, signal) : null,
    ]);
    return { view: shown };
  } catch (error) {
    if (error.status && error.status < 500 && error.status !== 429) {
      toast(error.message, true); // it would say the same once more
      return { view: null };
    }
    what.forEach((one) => wanted.add(one));
    connection('off');
    retry = setTimeout(read, RETRY);
    return null;
  }
}

let soon = 0;
let curvesAt = -Infinity;
function heard() {
  if (state.at || soon) return;
  soon = setTimeout(() => {
    soon = 0;
    const due = performance.now() - curvesAt > 10_000;
    if (due) curvesAt = performance.now();
    read('wall', 'map', ...(due ? ['curves'] : []));
  }, SOON);
}

function opened() {
  connection('on');
  if (!state.at) read('wall', 'map', 'curves');
}

function connection(link) {
  state.link = link;
  const box = document.getElementById('link');
  box.className = `link ${link}`;
  wall.classList.toggle('lost', link === 'off');
  tell();
}

/** A moment as the district's clocks say it. */
const clockTime = (date, options) => date.toLocaleString(locale(), { timeZone: ZONE, hour12: false, ...options });

function tell() {
  document.getElementById('link').textContent = t({ on: state.at ? 'linkedPast' : 'linked', off: 'unlinked', wait: 'linking' }[state.link]);
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
    !state.at && mayOrder() && h('button', { type: 'button', name: 'mass', onclick: massOrder }, t('massOrder')),
    !state.at && h('button', { type: 'button', name: 'playback', class: 'second', onclick: () => player.open() }, t('playback')),
    document.fullscreenEnabled && h('button', { type: 'button', class: 'second', onclick: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()) }, t('fullScreen')),
    h('button', { type: 'button', name: 'language', class: 'second', onclick: () => { switchLanguage(); tools(); connection(state.link); player.draw(); lay(); map.relabel(); curves.draw(); draw(); } }, t('other')),
  ].filter(Boolean));
}

function signedOut() {
  news.end();
  asking.hidden = true;
  wall.replaceChildren(h('p', { class: 'none whole' }, t('needSignIn'), ' ', h('a', { href: `/sign-in?to=${encodeURIComponent('/ioc/')}` }, t('signIn'))));
}

window.addEventListener('signed-out', signedOut);
window.addEventListener('unhandledrejection', (event) => toast(event.reason?.message ?? t('error'), true));

function tick() {
  document.getElementById('clock').textContent = clockTime(new Date(now()), { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  if (!state.at && view && state.link === 'on' && performance.now() - goodAt > OLD) read('wall', 'map');
}

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
  tick();
  setInterval(tick, 1000);
  performance.mark('wall-drawn');
  news.begin();
}

begin().catch((error) => {
  if (error.status !== 401) wall.replaceChildren(h('p', { class: 'none bad whole' }, error.message || t('error')));
});
