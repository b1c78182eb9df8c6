import { get, patch, post, put, remove } from './api.js';
import { ask, choose, doing, field, h, table, toast } from './dom.js';
import { t } from './i18n.js';
import { worded } from './assess.js';
import { may } from './me.js';

const KINDS = ['refuse-station', 'public-toilet', 'road'];
const MODES = ['crews', 'webhook', 'webhook-then-crews'];

/** Where a site is and who gets its orders; a number of degrees may be left out, an endpoint only where crews go. */
function form(site, endpoints) {
  const text = (name, value, props) => h('input', { name, value, autocomplete: 'off', ...props });
  const name = text('name', site.name ?? '', { required: true, maxlength: 100 });
  const kind = choose(KINDS.map((one) => [one, t(one)]), site.kind ?? KINDS[0], { name: 'kind' });
  const village = text('village', site.village ?? '', { maxlength: 60 });
  const latitude = text('latitude', site.latitude ?? '', { type: 'number', step: 'any', min: -90, max: 90 });
  const longitude = text('longitude', site.longitude ?? '', { type: 'number', step: 'any', min: -180, max: 180 });
  const zone = text('timeZone', site.timeZone ?? 'Asia/Shanghai', { required: true, maxlength: 60 });
  const mode = choose(MODES.map((one) => [one, t(`mode-${one}`)]), site.dispatchMode ?? MODES[0], { name: 'dispatchMode' });
  const takers = (endpoints ?? []).filter((one) => one.kind === 'webhook' && (one.state !== 'disabled' || one.id === site.dispatchEndpoint));
  const endpoint = choose([['', '–'], ...takers.map((one) => [one.id, one.name])], site.dispatchEndpoint ?? '', { name: 'dispatchEndpoint' });
  const needed = () => {
    endpoint.required = mode.value !== 'crews';
  };
  mode.addEventListener('change', needed);
  needed();
  return {
    content: [field('siteName', name), h('div', { class: 'two' }, field('kindOfSite', kind), field('village', village)), h('div', { class: 'two' }, field('latitude', latitude), field('longitude', longitude)),
      field('timeZone', zone), field('dispatchMode', mode),
      endpoints ? field('siteEndpoint', endpoint) : h('p', { class: 'small soft' }, t('endpointsByAdmin'))],
    wanted: () => ({
      name: name.value.trim(), kind: kind.value, village: village.value.trim(), timeZone: zone.value.trim(), dispatchMode: mode.value,
      ...(latitude.value === '' ? {} : { latitude: Number(latitude.value) }), ...(longitude.value === '' ? {} : { longitude: Number(longitude.value) }),
      ...(endpoint.value ? { dispatchEndpoint: endpoint.value } : {}),
    }),
  };
}

/** Which standards a site is held against: those of its own kind, or of another kind of space. */
async function spaceOf(site) {
  const [{ items }, now] = await Promise.all([get('/spaces'), site.id ? get(`/sites/${site.id}/space`) : { given: false }]);
  const before = now.given ? now.space : '';
  const select = choose([['', t('spaceByKind')], ...items.map((one) => [one.code, worded(one, 'name')])], before, { name: 'space' });
  return {
    select,
    give: async (id) => {
      if (select.value !== before) await put(`/sites/${id}/space`, { space: select.value || null });
    },
  };
}

export async function sites(page) {
  const mine = may('sites:write');
  const [list, cameras, endpoints] = await Promise.all([get('/sites'), get('/cameras'), may('endpoints:write') ? get('/endpoints') : null]);
  const named = new Map((endpoints?.items ?? []).map((one) => [one.id, one.name]));
  const again = () => sites(page);
  const edit = (site) => doing(async () => {
    const { content, wanted } = form(site, endpoints?.items);
    const space = await spaceOf(site);
    ask(site.id ? site.name : t('newSite'), [content, field('kindOfSpace', space.select, 'spaceHint')], t('save'), async () => {
      const { id } = site.id ? await patch(`/sites/${site.id}`, wanted(), `"${site.version}"`) : await post('/sites', wanted());
      await space.give(id);
      toast(t('saved'));
      await again();
    });
  });
  const rows = list.items.map((site) => [
    h('span', {}, h('strong', {}, site.name), site.village && h('p', { class: 'small soft' }, site.village)), t(site.kind), String(cameras.items.filter((one) => one.site === site.id).length),
    site.latitude === null ? t('noPosition') : `${site.latitude.toFixed(5)}, ${site.longitude.toFixed(5)}`, site.timeZone,
    h('span', {}, t(`mode-${site.dispatchMode}`), site.dispatchEndpoint && h('p', { class: 'small soft' }, named.get(site.dispatchEndpoint) ?? t('siteEndpoint'))),
    h('span', { class: 'row' }, mine && h('button', { class: 'second', type: 'button', 'data-act': 'edit', onclick: edit(site) }, t('edit')),
      mine && h('button', { class: 'danger', type: 'button', onclick: doing(async () => {
        if (!confirm(`${site.name}: ${t('sure')}`)) return;
        await remove(`/sites/${site.id}`);
        toast(t('removed'));
        await again();
      }) }, t('remove'))),
  ]);
  page.replaceChildren(h('div', { class: 'stack' },
    h('div', { class: 'head' }, h('h2', {}, t('places')), mine && h('div', { class: 'end' }, h('button', { type: 'button', 'data-act': 'add', onclick: edit({}) }, t('newSite')))),
    h('p', { class: 'soft small' }, t('placesHint')),
    rows.length === 0 ? h('p', { class: 'empty' }, t('noSites')) : table(['site', 'kindOfSite', 'cameras', 'position', 'timeZone', 'dispatchMode', ''], rows)));
}
