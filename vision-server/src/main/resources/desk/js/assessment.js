import { get, post, query } from './api.js';
import { ask, choose, doing, field, h, table, toast } from './dom.js';
import { t } from './i18n.js';
import { may } from './me.js';
import { dateTime } from './format.js';
import { months, number, parts, saves, worded } from './assess.js';

const BY = ['place', 'team', 'contract', 'clause'];

/** Where the points behind a row are shown. */
function behind(month, by, row) {
  const [standard, clause] = row.name.split(' ');
  const filter = { place: { site: row.id }, team: { team: row.id }, contract: { contract: row.id }, clause: { standard, clause } }[by];
  return `#/assessment/points${query({ month, ...filter, of: row.name })}`;
}

/** Asks for a reason, and does something with it. */
function reasoned(title, does, work) {
  const reason = h('textarea', { name: 'reason', required: true, rows: 3, maxlength: 2000 });
  ask(title, [field('reason', reason)], does, () => work(reason.value.trim()));
}

const decide = (appeal, upheld, again) => () => reasoned(t(upheld ? 'upholdAppeal' : 'refuseAppeal'), t('ok'), async (reason) => {
  await post(`/appeals/${appeal.id}/decision`, { upheld, reason });
  toast(t('saved'));
  await again();
});

function appeals(items, again) {
  return h('section', { class: 'card stack' }, h('h2', {}, t('openAppeals')), table(['month', 'appealBy', 'reason', ''], items.map((one) => [
    h('span', { class: 'num' }, one.month), `${one.byName} · ${dateTime(one.at)}`, one.reason,
    h('span', { class: 'row' }, h('a', { href: `#/assessment/points${query({ month: one.month, line: one.line })}` }, t('seeIt')),
      may('standards:write') && h('button', { type: 'button', 'data-act': 'uphold', onclick: decide(one, true, again) }, t('upholdAppeal')),
      may('standards:write') && h('button', { type: 'button', class: 'second', 'data-act': 'refuse', onclick: decide(one, false, again) }, t('refuseAppeal')))])));
}

const score = (value) => h('strong', { class: `num score ${value >= 95 ? 'green' : value >= 85 ? 'amber' : 'red'}` }, (Math.floor(value * 10) / 10).toFixed(1));

export async function assessment(page, search) {
  const asked = new URLSearchParams(search ?? '');
  const month = asked.get('month') ?? months(1)[0];
  const by = BY.includes(asked.get('by')) ? asked.get('by') : 'place';
  const [book, issued, open] = await Promise.all([get(`/assessments/${month}${query({ by })}`), get('/assessments'), get('/appeals?limit=100')]);
  const again = () => assessment(page, search);
  const go = (change) => { location.hash = `#/assessment${query({ month, by, ...change })}`; };
  const known = [...new Set([...months(24), ...issued.items.map((one) => one.month), month])].sort().reverse();
  const when = choose(known.map((one) => [one, issued.items.some((other) => other.month === one) ? `${one} ✓` : one]), month, { name: 'month', 'aria-label': t('month') });
  when.addEventListener('change', () => go({ month: when.value }));
  const over = month < months(1)[0];
  const issue = () => {
    ask(`${t('issueMonth')} ${month}`, [h('p', {}, t('issueHint'))], t('issueMonth'), async () => {
      await post('/assessments', { month });
      toast(t('saved'));
      await again();
    });
  };
  const heads = { place: ['site', 'village', 'contract', 'assessScore', 'points', 'breaches', 'checksOfMonth', ''], team: ['team', 'placesWorked', 'assessScore', 'points', 'breaches', ''], contract: ['contract', 'placesKept', 'assessScore', 'points', 'breaches', 'checksOfMonth', ''], clause: ['clauseCode', 'clauseWhat', 'placesBroken', 'points', 'breaches', ''] }[by];
  const rows = book.items.map((row) => {
    const leads = row.breaches + row.annulled > 0 && (row.id || by === 'clause') && h('a', { 'data-act': 'points', href: behind(month, by, row) }, t('pointsBehind'));
    const points = [h('span', { class: 'num' }, number(row.points)), h('span', { class: 'num' }, String(row.breaches), row.annulled > 0 && h('span', { class: 'soft small' }, ` (−${row.annulled})`))];
    const looks = h('span', { class: 'num' }, row.checksDue === 0 ? '–' : `${row.checksMade} / ${row.checksDue}`);
    const name = h('strong', {}, row.name || t(by === 'team' ? 'noTeam' : 'noContract'));
    return { place: [name, row.detail, row.contractName, score(row.score ?? 0), ...points, looks, leads], team: [name, String(row.places), score(row.score ?? 0), ...points, leads], contract: [name, String(row.places), score(row.score ?? 0), ...points, looks, leads], clause: [name, worded(row, 'detail'), String(row.places), ...points, leads] }[by];
  });
  page.replaceChildren(h('div', { class: 'stack' }, parts('assessment'),
    h('div', { class: 'head' }, h('h2', {}, t('assessment')), when, h('span', { class: `tag ${book.issuedAt ? 'green' : 'amber'}` }, book.issuedAt ? `${t('issuedAt')} ${dateTime(book.issuedAt)} · ${book.issuedByName}` : t('draftMonth')),
      h('div', { class: 'end row' }, saves(`/assessments/${month}${query({ by })}`), !book.issuedAt && over && rows.length > 0 && may('standards:write') && h('button', { type: 'button', 'data-act': 'issue', onclick: issue }, t('issueMonth')))),
    open.items.length > 0 && appeals(open.items, again),
    h('div', { class: 'row choice' }, BY.map((one) => h('button', { type: 'button', class: one === by ? '' : 'second', 'data-by': one, onclick: () => go({ by: one }) }, t(`assess-${one}`)))),
    h('p', { class: 'soft small' }, t('assessmentHint')),
    rows.length === 0 ? h('p', { class: 'empty' }, t('nothingAssessed')) : table(heads, rows)));
}

/** What a point rests on, as a link to it. */
function evidence(point) {
  const word = point.evidence === 'check' ? t('siteCheck') : t(point.kind);
  const href = point.evidence === 'check' ? `#/assessment/checks/${point.evidenceId}` : point.order && `#/orders/${point.order}`;
  return href ? h('a', { href, 'data-act': 'evidence' }, word) : word;
}

function appealOf(point, again) {
  const one = point.appeal;
  if (!one) {
    return point.id && may('orders:write') && h('button', { type: 'button', class: 'second', 'data-act': 'appeal', onclick: () => reasoned(t('appeal'), t('appeal'), async (reason) => {
      await post('/appeals', { line: point.id, reason });
      toast(t('saved'));
      await again();
    }) }, t('appeal'));
  }
  return h('span', { class: 'small' }, h('span', { class: `tag ${!one.decision ? 'amber' : one.decision.upheld ? 'green' : ''}` }, t(!one.decision ? 'appealOpen' : one.decision.upheld ? 'appealUpheld' : 'appealRefused')),
    h('p', {}, `${one.byName}: ${one.reason}`), one.decision && h('p', {}, `${one.decision.byName}: ${one.decision.reason}`),
    !one.decision && may('standards:write') && h('span', { class: 'row' }, h('button', { type: 'button', 'data-act': 'uphold', onclick: decide(one, true, again) }, t('upholdAppeal')), h('button', { type: 'button', class: 'second', 'data-act': 'refuse', onclick: decide(one, false, again) }, t('refuseAppeal'))));
}

export async function points(page, search) {
  const { month, of, line, ...filter } = Object.fromEntries(new URLSearchParams(search ?? ''));
  const path = `/assessments/${month ?? months(1)[0]}/points${query(filter)}`;
  const list = await get(path);
  const again = () => points(page, search);
  const items = line ? list.items.filter((one) => one.id === line) : list.items;
  page.replaceChildren(h('div', { class: 'stack' }, parts('assessment'),
    h('div', { class: 'head' }, h('h2', {}, `${list.month} ${of ?? ''}`), h('a', { href: `#/assessment${query({ month: list.month })}` }, t('back')), h('div', { class: 'end row' }, saves(path))),
    list.more && h('p', { class: 'notice' }, t('onlyFirst')),
    items.length === 0 ? h('p', { class: 'empty' }, t('noPoints')) : table(['at', 'site', 'clauseWhat', 'evidence', 'team', 'points', 'appeal'], items.map((one) => [
      dateTime(one.at), one.siteName, h('span', {}, h('strong', {}, `${one.standard} ${one.code} `), worded(one, 'what')), evidence(one), one.teamName || '–',
      h('span', { class: 'num' }, one.counted === one.points ? number(one.points) : `${number(one.counted)} (${number(one.points)})`), appealOf(one, again)]))));
}
