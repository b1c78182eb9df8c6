import { t } from './i18n.js';

const MANY = 6; // of which one is sought rather than seen

/** Makes an element: attributes and listeners (on…) from an object, children from the rest; text is never markup. */
export function h(tag, props = {}, ...children) {
  const svg = ['svg', 'polygon', 'polyline', 'circle'].includes(tag);
  const element = svg ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function toast(text, bad = false) {
  const box = h('div', { class: bad ? 'toast bad' : 'toast' }, text);
  const toasts = document.getElementById('toasts');
  toasts.append(box);
  // A dialog covers whatever is not shown after it.
  if (toasts.showPopover) {
    toasts.popover = 'manual';
    if (toasts.matches(':popover-open')) toasts.hidePopover();
    toasts.showPopover();
  }
  setTimeout(() => box.remove(), bad ? 9000 : 4000);
}

/** Runs what a button starts, with the button disabled meanwhile, and says what went wrong. */
export const doing = (work) => async (event) => {
  const button = event.currentTarget;
  event.preventDefault();
  const disabled = button instanceof HTMLFormElement ? button.querySelector('button[type=submit]') : button instanceof HTMLElement ? button : null;
  if (disabled) disabled.disabled = true;
  try {
    await work(event);
  } catch (error) {
    toast(error.message || t('error'), true);
  } finally {
    if (disabled) disabled.disabled = false;
  }
};

/** A table; on a phone each row becomes a card, whose lines are named by the heads. `rows` are lists of cells, or such with properties of their row. */
export function table(heads, rows, props = {}) {
  return h('div', { class: 'scroll' }, h('table', { class: 'cards', ...props },
    h('thead', {}, h('tr', {}, heads.map((key) => h('th', {}, key && t(key))))),
    h('tbody', {}, rows.map((row) => {
      const { cells, ...of } = Array.isArray(row) ? { cells: row } : row;
      return h('tr', of, cells.map((cell, i) => h('td', { 'data-label': heads[i] ? t(heads[i]) : null }, cell)));
    }))));
}

export const field = (label, input, hint) => h('label', {}, t(label), input, hint && h('span', { class: 'small' }, t(hint)));

/** A select of [value, word] pairs. */
export function choose(pairs, chosen = '', props = {}) {
  const select = h('select', props, pairs.map(([value, word]) => h('option', { value }, word)));
  select.value = chosen;
  return select;
}

/** Opens a dialog over the page; it closes with the page. -> how to close it */
export function dialog(title, ...content) {
  const box = h('dialog', { class: 'stack' }, h('h2', {}, title), ...content);
  const end = () => box.close();
  window.addEventListener('hashchange', end);
  box.addEventListener('close', () => {
    window.removeEventListener('hashchange', end);
    box.remove();
  });
  document.body.append(box);
  box.showModal();
  return end;
}

/**
 * Boxes to tick, with a field that leaves those that have its text; what is ticked stays so while it is not seen.
 *
 * `element` goes into a page, `chosen` tells the ticked values, `all` ticks or clears those that are seen.
 */
export function tickList(name, options, ticked = []) {
  const input = (box) => box.querySelector('input');
  const boxes = options.map(([value, text]) => h('label', { class: 'check' }, h('input', { type: 'checkbox', name, value, checked: ticked.includes(value) }), text));
  const count = h('span', { class: 'soft small', 'aria-live': 'polite' });
  const told = () => { count.textContent = `${t('ticked')} ${boxes.filter((box) => input(box).checked).length} / ${boxes.length}`; };
  const seek = h('input', { type: 'search', name: 'seek', placeholder: t('seek'), 'aria-label': t('seek'), oninput: () => {
    const wanted = seek.value.trim().toLowerCase();
    for (const box of boxes) box.hidden = !box.textContent.toLowerCase().includes(wanted);
  } });
  told();
  return {
    element: h('div', { class: 'stack', onchange: told }, boxes.length > MANY && seek, h('div', { class: 'ticks' }, boxes), count),
    chosen: () => boxes.map(input).filter((one) => one.checked).map((one) => one.value),
    all: (whether) => {
      boxes.filter((box) => !box.hidden).forEach((box) => { input(box).checked = whether; });
      told();
    },
  };
}

/** Asks for something in a dialog that stays, and says why, until `work` goes well. */
export function ask(title, content, does, work, danger = false) {
  const wrong = h('div', { 'aria-live': 'polite' });
  const button = h('button', { type: 'submit', class: danger ? 'danger' : '' }, does);
  const close = dialog(title, h('form', {
    class: 'form',
    onsubmit: async (event) => {
      event.preventDefault();
      button.disabled = true;
      try {
        await work();
        close();
      } catch (error) {
        wrong.replaceChildren(h('p', { class: 'notice bad' }, error.message || t('error')));
      } finally {
        button.disabled = false;
      }
    },
  }, content, wrong,
  h('div', { class: 'row' }, button, h('button', { type: 'button', class: 'second', onclick: () => close() }, t('no')))));
  return close;
}
