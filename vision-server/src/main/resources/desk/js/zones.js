import { doing, h } from './dom.js';
import { t } from './i18n.js';

const CLOSE = 0.025;
const KINDS = ['overflow', 'litter'];

/**
 * Draws and changes zones on a picture. Corners are fractions of it. `save` takes the zones as the API wants them and
 * gives them back as they were kept.
 */
export function zoneEditor(image, kept, save) {
  let zones = structuredClone(kept);
  let chosen = -1;
  let drawing = null;
  let dragged = null;
  const svg = h('svg', { viewBox: '0 0 1 1', preserveAspectRatio: 'none' });
  const list = h('div', { class: 'list' });
  const picture = h('div', { class: 'draw' }, h('img', { src: image, alt: '', draggable: 'false' }), svg);

  const at = (event) => {
    const box = svg.getBoundingClientRect();
    const within = (v) => Math.min(1, Math.max(0, v));
    return { x: within((event.clientX - box.left) / box.width), y: within((event.clientY - box.top) / box.height) };
  };
  const near = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) < CLOSE;
  const text = (points) => points.map((p) => `${p.x},${p.y}`).join(' ');

  function corner(p, i, z) {
    const box = svg.getBoundingClientRect();
    const r = 7;
    // The picture is not square, so that a round handle is an ellipse in its fractions.
    const c = h('circle', { cx: p.x, cy: p.y, r: r / (box.height || 400) });
    c.setAttribute('transform', `translate(${p.x} 0) scale(${(box.height || 9) / (box.width || 16)} 1) translate(${-p.x} 0)`);
    if (z) c.addEventListener('pointerdown', (event) => {
      event.stopPropagation();
      dragged = { z, i };
      svg.setPointerCapture(event.pointerId);
    });
    return c;
  }

  function paint() {
    svg.replaceChildren(
      ...zones.map((z, i) => {
        const polygon = h('polygon', { points: text(z.polygon), class: `${i === chosen ? 'chosen' : ''} ${z.kinds.length ? '' : 'ignored'}` });
        polygon.addEventListener('pointerdown', (event) => {
          if (drawing) return;
          event.stopPropagation();
          chosen = i;
          render();
        });
        return polygon;
      }),
      ...(zones[chosen]?.polygon ?? []).map((p, i) => corner(p, i, zones[chosen])),
      ...(drawing ? [h('polyline', { points: text(drawing) }), ...drawing.map((p, i) => corner(p, i, null))] : []));
  }

  svg.addEventListener('pointerdown', (event) => {
    const p = at(event);
    if (!drawing) {
      chosen = -1;
      drawing = [p];
    } else if (drawing.length >= 3 && near(p, drawing[0])) {
      zones.push({ name: `${t('zone')} ${zones.length + 1}`, polygon: drawing, kinds: [...KINDS] });
      chosen = zones.length - 1;
      drawing = null;
    } else {
      drawing.push(p);
    }
    render();
  });
  svg.addEventListener('pointermove', (event) => {
    if (!dragged) return;
    dragged.z.polygon[dragged.i] = at(event);
    paint();
  });
  svg.addEventListener('pointerup', () => { dragged = null; });

  function row(z, i) {
    const kinds = KINDS.map((kind) => h('label', { class: 'check' },
      h('input', { type: 'checkbox', ...(z.kinds.includes(kind) ? { checked: true } : {}), onchange: (event) => {
        z.kinds = event.target.checked ? [...z.kinds, kind] : z.kinds.filter((k) => k !== kind);
        render();
      } }), t(kind)));
    return h('div', { class: `zone ${i === chosen ? 'chosen' : ''}`, onfocusin: () => { if (chosen !== i) { chosen = i; paint(); } } },
      h('input', { value: z.name, 'aria-label': t('zone'), maxlength: 100, oninput: (event) => { z.name = event.target.value; } }),
      h('button', { class: 'quiet', type: 'button', onclick: () => {
        zones.splice(i, 1);
        chosen = -1;
        render();
      } }, t('remove')),
      h('div', { class: 'row' }, kinds, z.kinds.length === 0 && h('span', { class: 'soft small' }, t('ignored'))));
  }

  function render() {
    list.replaceChildren(
      ...(zones.length ? zones.map(row) : [h('p', { class: 'soft' }, t('wholePicture'))]),
      h('div', { class: 'row' }, h('button', { type: 'button', onclick: doing(async () => {
        const wanted = zones.map(({ id, name, polygon, kinds }) => ({ ...(id ? { id } : {}), name: name.trim() || t('zone'), polygon, kinds }));
        zones = structuredClone(await save(wanted));
        chosen = -1;
        render();
      }) }, t('save'))));
    paint();
  }

  new ResizeObserver(paint).observe(picture);
  render();
  return h('div', { class: 'stack' }, h('p', { class: 'soft small' }, t('zonesHint')), picture, list);
}
