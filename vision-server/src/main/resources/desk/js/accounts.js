import { get, patch, post, remove } from './api.js';
import { doing, h, toast } from './dom.js';
import { t } from './i18n.js';
import { tag } from './format.js';

const ROLES = ['viewer', 'operator', 'dispatcher', 'crew', 'supervisor', 'auditor', 'admin'];
const role = (code) => t(code === 'operator' ? 'operatorRole' : code);

const field = (label, input) => h('label', {}, t(label), input);

/** Shows a link that sets a password, to be copied or sent; it is told once. */
function tell(name, made) {
  const text = h('input', { readonly: true, value: made.url, 'aria-label': t('passwordLink') });
  const box = h('dialog', { class: 'stack' },
    h('h2', {}, `${t('passwordLink')} · ${name}`), h('p', { class: 'soft' }, t('passwordLinkHint')), text,
    h('div', { class: 'row' },
      h('button', { type: 'button', onclick: async () => { await navigator.clipboard?.writeText(made.url); toast(t('copied')); } }, t('copy')),
      h('button', { type: 'button', class: 'second', onclick: () => { box.close(); box.remove(); } }, t('close'))));
  document.body.append(box);
  box.showModal();
  text.select();
}

function table(list, sites, again) {
  const change = (account, what) => doing(async () => {
    await patch(`/accounts/${account.id}`, what, `"${account.version}"`);
    toast(t('saved'));
    await again();
  });
  const places = (account) => (account.sites.length
    ? account.sites.map((id) => sites.find((site) => site.id === id)?.name ?? id).join('、') : t('allSites'));
  return h('div', { class: 'scroll' }, h('table', {},
    h('thead', {}, h('tr', {}, ['loginName', 'displayName', 'role', 'sitesOf', 'origin', 'state', 'signedInAt', ''].map((key) => h('th', {}, key && t(key))))),
    h('tbody', {}, list.map((account) => h('tr', { 'data-account': account.name },
      h('td', {}, account.name),
      h('td', {}, account.displayName),
      h('td', {}, role(account.role)),
      h('td', {}, places(account)),
      h('td', {}, account.issuer ? new URL(account.issuer).host : t('here')),
      h('td', {}, tag(account.disabled ? 'disabledOne' : account.issuer || account.hasPassword ? 'usable' : 'noPassword', account.disabled ? 'red' : account.issuer || account.hasPassword ? 'green' : '')),
      h('td', { class: 'num' }, account.signedInAt ? new Date(account.signedInAt).toLocaleString() : t('never')),
      h('td', {}, h('div', { class: 'row end' },
        !account.disabled && !account.issuer && h('button', { type: 'button', onclick: doing(async () => tell(account.name, await post(`/accounts/${account.id}/link`))) }, t('passwordLink')),
        h('button', { type: 'button', class: 'second', onclick: change(account, { disabled: !account.disabled }) }, t(account.disabled ? 'enable' : 'disable')),
        h('button', { type: 'button', class: 'danger', onclick: doing(async () => {
          if (!confirm(t('sureAccount'))) return;
          await remove(`/accounts/${account.id}`);
          await again();
        }) }, t('remove')))))))));
}

function newAccount(sites, again) {
  const name = h('input', { required: true, maxlength: 100, autocomplete: 'off' });
  const shown = h('input', { maxlength: 100, autocomplete: 'off' });
  const part = h('select', {}, ROLES.map((code) => h('option', { value: code }, role(code))));
  const boxes = sites.map((site) => h('input', { type: 'checkbox', value: site.id }));
  return h('form', { class: 'card form', onsubmit: doing(async () => {
    const made = await post('/accounts', {
      name: name.value.trim(),
      ...(shown.value.trim() ? { displayName: shown.value.trim() } : {}),
      role: part.value,
      sites: boxes.filter((box) => box.checked).map((box) => box.value),
    });
    await again();
    tell(made.account.name, made.link);
  }) },
  h('h2', {}, t('newAccount')), field('loginName', name), field('displayName', shown), field('role', part),
  h('fieldset', {}, h('legend', {}, `${t('sitesOf')} · ${t('allSites')}`), boxes.map((box, i) => h('label', { class: 'check' }, box, sites[i].name))),
  h('button', { type: 'submit' }, t('add')));
}

function ownPassword() {
  const old = h('input', { type: 'password', required: true, autocomplete: 'current-password' });
  const wanted = h('input', { type: 'password', required: true, minlength: 10, maxlength: 200, autocomplete: 'new-password' });
  const form = h('form', { class: 'card form', onsubmit: doing(async () => {
    await post('/me/password', { old: old.value, new: wanted.value });
    form.reset();
    toast(t('saved'));
  }) },
  h('h2', {}, t('changePassword')), h('p', { class: 'soft small' }, t('passwordHint')),
  field('oldPassword', old), field('newPassword', wanted), h('button', { type: 'submit' }, t('save')));
  return form;
}

/** People who sign in, for who may change them; for everybody with an account, their own password. */
export async function accounts(view, me) {
  const own = me.password ? [ownPassword()] : [];
  if (!me.scopes.includes('accounts:write')) {
    view.replaceChildren(h('div', { class: 'stack' }, own));
    return;
  }
  const again = async () => {
    const [people, places] = await Promise.all([get('/accounts'), get('/sites')]);
    view.replaceChildren(h('div', { class: 'stack' },
      h('div', { class: 'head' }, h('h2', {}, t('accounts'))),
      table(people.items, places.items, again), newAccount(places.items, again), own));
  };
  await again();
}
