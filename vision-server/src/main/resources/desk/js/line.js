import { choose, field, h } from './dom.js';
import { t } from './i18n.js';

const ARROW = 0.22;
const START = { from: { x: 0.25, y: 0.6 }, to: { x: 0.75, y: 0.6 }, inside: 'left' };
const ENDS = [['from', 'x', 'lineFromX'], ['from', 'y', 'lineFromY'], ['to', 'x', 'lineToX'], ['to', 'y', 'lineToY']];
const within = (v) => Math.min(1, Math.max(0, v));
const percent = (v) => Math.round(v * 1000) / 10;

/**
 * A line to be drawn on a picture by two clicks, or written in numbers; an arrow shows its inner side. Ends are fractions
 * of the picture. -> { content, show: puts another picture under it, line: what it is now }
 */
export function lineEditor(kept) {
  const line = structuredClone(kept ?? START);
  let begun = null;
  const image = h('img', { alt: '', draggable: 'false', hidden: true });
  const svg = h('svg', { viewBox: '0 0 1 1', preserveAspectRatio: 'none' });
  const picture = h('div', { class: 'draw', hidden: true }, image, svg);
  const inside = choose([['left', t('insideLeft')], ['right', t('insideRight')]], line.inside, { name: 'inside' });
  const numbers = ENDS.map(([end, axis, label]) => {
    const input = h('input', { type: 'number', name: label, min: 0, max: 100, step: 'any', required: true });
    input.addEventListener('input', () => {
      if (input.value === '' || !input.checkValidity()) return;
      line[end][axis] = within(Number(input.value) / 100);
      paint();
    });
    return field(label, input);
  });

  function write() {
    ENDS.forEach(([end, axis], i) => { numbers[i].querySelector('input').value = percent(line[end][axis]); });
    paint();
  }

  function paint() {
    // Square to the line on the picture as it is shown, which is not square itself.
    const box = picture.getBoundingClientRect();
    const aspect = box.height ? box.width / box.height : 16 / 9;
    const dx = (line.to.x - line.from.x) * aspect;
    const dy = line.to.y - line.from.y;
    const size = (ARROW / (Math.hypot(dx, dy) || 1)) * (line.inside === 'left' ? 1 : -1);
    const ax = size * dy;
    const ay = -size * dx;
    const sx = (line.from.x + line.to.x) / 2;
    const sy = (line.from.y + line.to.y) / 2;
    const p = (x, y) => `${sx + x / aspect},${sy + y}`;
    svg.replaceChildren(
      h('polyline', { class: 'line', points: `${line.from.x},${line.from.y} ${line.to.x},${line.to.y}` }),
      h('polyline', { points: `${p(0, 0)} ${p(ax, ay)}` }),
      h('polyline', { points: `${p(0.75 * ax - 0.12 * ay, 0.75 * ay + 0.12 * ax)} ${p(ax, ay)} ${p(0.75 * ax + 0.12 * ay, 0.75 * ay - 0.12 * ax)}` }));
  }

  svg.addEventListener('pointerdown', (event) => {
    const box = svg.getBoundingClientRect();
    const at = { x: within((event.clientX - box.left) / box.width), y: within((event.clientY - box.top) / box.height) };
    if (begun) {
      line.to = at;
      begun = null;
    } else {
      begun = at;
      line.from = at;
      line.to = at;
    }
    write();
  });
  inside.addEventListener('change', () => {
    line.inside = inside.value;
    paint();
  });
  image.addEventListener('load', paint);
  new ResizeObserver(paint).observe(picture);
  write();
  return {
    content: h('div', { class: 'stack' }, h('p', { class: 'soft small' }, t('lineHint')), picture, h('div', { class: 'ends' }, numbers), field('insideIs', inside, 'insideHint')),
    show: (source) => {
      image.src = source;
      picture.hidden = image.hidden = false;
    },
    line: () => structuredClone(line),
  };
}
