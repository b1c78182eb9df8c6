import { h } from './dom.js';
import { locale, t } from './i18n.js';

/** A text of a standard in the page's language, or in the one that it was written in. */
export const worded = (one, name) => (locale().startsWith('en') && one[`${name}En`]) || one[name] || one[`${name}En`] || '';

/** How the pages of assessment hang together. */
export const parts = (here) => h('nav', { class: 'parts row' }, [['#/assessment', 'assessment'], ['#/assessment/checks', 'siteChecks'], ['#/assessment/standards', 'standards'], ['#/assessment/contracts', 'contracts']]
  .map(([href, word]) => h('a', { href, class: word === here ? 'here' : '' }, t(word))));

/** This month and those before it, newest first, as the API writes them. */
export function months(count) {
  const now = new Date();
  return [...Array(count).keys()].map((back) => {
    const month = new Date(now.getFullYear(), now.getMonth() - back, 1);
    return `${month.getFullYear()}-${String(month.getMonth() + 1).padStart(2, '0')}`;
  });
}

/** Points as people read them: 2, 0.5. */
export const number = (points) => String(Math.round(points * 100) / 100);

/** A table to be saved. */
export const saves = (path) => ['xlsx', 'csv'].map((format) => h('a', { class: 'button second', href: `/api/v1${path}${path.includes('?') ? '&' : '?'}format=${format}&language=${locale().startsWith('en') ? 'en' : 'zh'}`, download: '' }, t(format === 'csv' ? 'saveCsv' : 'saveExcel')));
