import { get, post, put, remove } from './api.js';
import { ask, doing, field, h, table, tickList, toast } from './dom.js';
import { t } from './i18n.js';
import { may } from './me.js';
import { months, parts } from './assess.js';

/** A contract to be written; a new one if `was` is null. */
function edit(was, sites, again) {
  const name = h('input', { name: 'name', required: true, maxlength: 200, value: was?.name ?? '' });
  const contractor = h('input', { name: 'contractor', required: true, maxlength: 200, value: was?.contractor ?? '' });
  const first = h('input', { type: 'month', name: 'firstMonth', required: true, value: was?.firstMonth ?? months(1)[0] });
  const last = h('input', { type: 'month', name: 'lastMonth', value: was?.lastMonth ?? '' });
  const kept = tickList('sites', sites.map((one) => [one.id, one.name]), was?.sites);
  const gone = (was?.sites ?? []).filter((id) => sites.every((one) => one.id !== id)); // removed since; their past stays in it
  ask(was ? was.name : t('newContract'), [h('div', { class: 'two' }, field('contractName', name), field('contractor', contractor)), h('div', { class: 'two' }, field('firstMonth', first), field('lastMonth', last, 'lastMonthHint')), h('fieldset', {}, h('legend', {}, t('placesKept')), kept.element)], t('save'), async () => {
    const wanted = { name: name.value.trim(), contractor: contractor.value.trim(), firstMonth: first.value, lastMonth: last.value || null, sites: [...kept.chosen(), ...gone] };
    if (was) await put(`/contracts/${was.id}`, wanted, `"${was.version}"`);
    else await post('/contracts', wanted);
    toast(t('saved'));
    await again();
  });
}

export async function contracts(page) {
  const mine = may('standards:write');
  const [{ items }, { items: sites }] = await Promise.all([get('/contracts'), get('/sites')]);
  const named = new Map(sites.map((one) => [one.id, one.name]));
  const again = () => contracts(page);
  page.replaceChildren(h('div', { class: 'stack' }, parts('contracts'),
    h('div', { class: 'head' }, h('h2', {}, t('contracts')), mine && h('div', { class: 'end' }, h('button', { type: 'button', 'data-act': 'add', onclick: () => edit(null, sites, again) }, t('newContract')))),
    h('p', { class: 'soft small' }, t('contractsHint')),
    items.length === 0 ? h('p', { class: 'empty' }, t('noContracts')) : table(['contractName', 'contractor', 'firstMonth', 'lastMonth', 'placesKept', ''], items.map((one) => [
      h('strong', {}, one.name), one.contractor, h('span', { class: 'num' }, one.firstMonth), h('span', { class: 'num' }, one.lastMonth ?? '–'), h('span', { class: 'small' }, one.sites.map((id) => named.get(id) ?? '').filter(Boolean).join('、')),
      mine && h('span', { class: 'row' }, h('button', { class: 'second', type: 'button', 'data-act': 'edit', onclick: () => edit(one, sites, again) }, t('edit')), h('button', { class: 'danger', type: 'button', 'data-act': 'remove', onclick: doing(async () => {
        if (!confirm(`${one.name}: ${t('sureContract')}`)) return;
        await remove(`/contracts/${one.id}`);
        await again();
      }) }, t('remove')))]))));
}
