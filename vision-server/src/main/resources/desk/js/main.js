import { follow, post } from './api.js';
import { doing, h, toast } from './dom.js';
import { said, switchLanguage, locale, t } from './i18n.js';
import { tick } from './format.js';
import { overview } from './overview.js';
import { orders } from './orders.js';
import { order } from './order.js';
import { camera, cameras, register } from './cameras.js';
import { crews } from './crews.js';
import { review } from './review.js';
import { endpoint, endpoints } from './endpoints.js';
import { deadlines } from './deadlines.js';
import { devices } from './devices.js';
import { sites } from './sites.js';
import { assessment, points } from './assessment.js';
import { checks, oneCheck } from './checks.js';
import { standards } from './standards.js';
import { contracts } from './contracts.js';
import { may, whoAmI } from './me.js';
import { accounts } from './accounts.js';

const page = document.getElementById('page');
const link = document.getElementById('link');
let endings = [];
let here = 0;
let me = { scopes: [] };

/** Which page an address is, and which news it shows at once. */
const ROUTES = [
  [/^#?\/?$/, overview, ['order.changed', 'incident.changed', 'camera.changed', 'site.changed', 'endpoint.changed']],
  [/^#\/orders(?:\?(.*))?$/, (view, until, search) => orders(view, search), ['order.changed', 'incident.changed']],
  [/^#\/orders\/(.+)$/, (view, until, id) => order(view, id, until), ['order.changed', 'incident.changed']],
  [/^#\/review$/, review, ['check.changed', 'suspension.changed', 'incident.changed', 'order.changed']],
  [/^#\/crews$/, crews, ['crew.changed']],
  [/^#\/endpoints$/, endpoints, ['endpoint.changed']],
  [/^#\/endpoints\/([^?]+)(?:\?(.*))?$/, (view, until, id, search) => endpoint(view, id, search), ['endpoint.changed', 'order.changed']],
  [/^#\/deadlines$/, deadlines, ['deadline.changed']],
  [/^#\/sites$/, sites, ['site.changed', 'endpoint.changed']],
  [/^#\/devices$/, devices, ['device.changed', 'site.changed']],
  [/^#\/cameras$/, cameras, ['camera.changed', 'site.changed']],
  [/^#\/cameras\/(.+)$/, (view, until, id) => camera(view, id, until), []],
  [/^#\/register$/, register, []],
  [/^#\/assessment(?:\?(.*))?$/, (view, until, search) => assessment(view, search), ['assessment.changed', 'site-check.changed', 'standard.changed']],
  [/^#\/assessment\/points(?:\?(.*))?$/, (view, until, search) => points(view, search), ['assessment.changed']],
  [/^#\/assessment\/checks(?:\?(.*))?$/, (view, until, search) => checks(view, search), ['site-check.changed', 'standard.changed']],
  [/^#\/assessment\/checks\/(.+)$/, (view, until, id) => oneCheck(view, id), ['site-check.changed']],
  [/^#\/assessment\/standards$/, standards, ['standard.changed']],
  [/^#\/assessment\/contracts$/, contracts, ['standard.changed']],
  [/^#\/accounts$/, (view) => accounts(view, me), []],
];

const route = () => {
  for (const [pattern, show, news] of ROUTES) {
    const match = location.hash.match(pattern);
    if (match) return { show: (view, until) => show(view, until, ...match.slice(1)), news };
  }
  return { show: overview, news: [] };
};

/** Makes the page aside and puts it up when it is whole, unless another was asked for meanwhile. */
async function show(again = false) {
  const mine = ++here;
  const view = h('div');
  const mineToEnd = [];
  frame();
  try {
    await route().show(view, (ending) => mineToEnd.push(ending));
  } catch (error) {
    if (error.status === 401) return;
    view.replaceChildren(h('p', { class: 'notice bad' }, error.message || t('error')));
  }
  if (mine !== here) {
    mineToEnd.forEach((ending) => ending());
    return;
  }
  const held = again && page.contains(document.activeElement) && document.activeElement.matches('input[name], select[name]') ? document.activeElement : null;
  const [from, to] = held ? [held.selectionStart, held.selectionEnd] : [];
  const below = held && view.querySelector(`[name="${held.name}"]`);
  page.replaceChildren(view);
  tick();
  if (below) { // whoever types goes on typing
    below.value = held.value;
    below.focus();
    if (typeof from === 'number') below.setSelectionRange(from, to);
    ends(mineToEnd);
    return;
  }
  view.querySelector('[autofocus]')?.focus();
  ends(mineToEnd);
}

function ends(mine) {
  endings.forEach((ending) => ending());
  endings = mine;
}

function frame() {
  document.documentElement.lang = locale();
  const tabs = [['#/', 'overview'], ['#/orders', 'orders'], ['#/review', 'checks'], may('orders:write') && ['#/crews', 'crews'], ['#/sites', 'places'], ['#/cameras', 'cameras'], ['#/devices', 'devices'],
    ['#/deadlines', 'deadlines'], ['#/assessment', 'assessment'], may('endpoints:write') && ['#/endpoints', 'endpoints'], (me.account || may('accounts:write')) && ['#/accounts', 'accounts']].filter(Boolean);
  const current = location.hash || '#/';
  const bar = document.getElementById('tabs');
  bar.replaceChildren(...tabs.map(([href, key]) => h('a', {
    href, class: href === '#/' ? (current === '#/' ? 'here' : '') : current.startsWith(href) ? 'here' : '',
  }, t(key))));
  const chosen = bar.querySelector('.here'); // a phone does not show all of them
  if (chosen) bar.scrollLeft = chosen.offsetLeft - bar.offsetLeft - (bar.clientWidth - chosen.offsetWidth) / 2;
  document.getElementById('language').textContent = t('other');
  document.getElementById('sign-out').textContent = t('signOut');
}

function linked(state) {
  link.className = `link ${state}`;
  link.textContent = t({ on: 'linked', off: 'unlinked', wait: 'linking' }[state]);
}

const anew = () => show(true);

/** Reads the page anew soon after news, once for many. */
let pending = 0;
function heard(type, news) {
  if (type === 'order.escalated') {
    if (news.tell.length) toast(`${news.number}: ${said(`${news.what}, told: ${news.tell.join(', ')}`)}`, true);
    return;
  }
  if (type !== 'reset' && !route().news.includes(type)) return;
  clearTimeout(pending);
  pending = setTimeout(() => {
    if (!document.hidden) anew();
    else document.addEventListener('visibilitychange', anew, { once: true });
  }, 400);
}

function signedOut() {
  page.replaceChildren(h('div', { class: 'card stack' },
    h('h2', {}, t('needSignIn')),
    h('p', {}, h('a', { class: 'button', href: `/sign-in?to=${encodeURIComponent(`/desk/${location.hash}`)}` }, t('signIn'))), h('p', {}, t('signInHint')), h('code', {}, 'java -jar kerbwatch.jar sign-in')));
}

document.getElementById('language').addEventListener('click', () => { switchLanguage(); linked(link.classList[1] ?? 'wait'); show(); });
document.getElementById('sign-out').addEventListener('click', doing(async () => { await post('/sign-out'); location.reload(); }));
window.addEventListener('hashchange', (event) => {
  const same = event.oldURL.split('?')[0] === event.newURL.split('?')[0];
  if (!same) window.scrollTo(0, 0);
  show(same);
});
window.addEventListener('signed-out', signedOut);
window.addEventListener('unhandledrejection', (event) => toast(event.reason?.message ?? t('error'), true));
setInterval(tick, 1000);

frame();
linked('wait');
whoAmI().then((who) => {
  me = who;
  follow(['order.changed', 'order.escalated', 'incident.changed', 'camera.changed', 'device.changed', 'site.changed', 'crew.changed', 'check.changed', 'suspension.changed', 'endpoint.changed', 'deadline.changed', 'standard.changed', 'site-check.changed', 'assessment.changed', 'reset'], heard, linked);
  return show();
}).catch((error) => { if (error.status !== 401) page.replaceChildren(h('p', { class: 'notice bad' }, error.message)); });
