import { t } from './i18n.js';

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
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function toast(text, bad = false) {
  const box = h('div', { class: bad ? 'toast bad' : 'toast' }, text);
  document.getElementById('toasts').append(box);
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
