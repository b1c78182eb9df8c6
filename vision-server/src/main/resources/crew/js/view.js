const SVG = ['svg', 'circle', 'line', 'text'];

/** Makes an element: attributes and listeners (on…) from an object, children from the rest; text is never markup. */
export function h(tag, props = {}, ...children) {
  const element = SVG.includes(tag) ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function toast(text, bad = false) {
  const box = h('div', { class: bad ? 'toast bad' : 'toast' }, text);
  document.getElementById('toasts').append(box);
  setTimeout(() => box.remove(), bad ? 8000 : 3000);
}

/** Asks why, with reasons to tap and room for another; null if they went back. */
export function ask(title, reasons, other, back) {
  return new Promise((resolve) => {
    const box = h('dialog', {});
    const end = (value) => { box.close(); box.remove(); resolve(value); };
    const text = h('input', { type: 'text', maxlength: 200, placeholder: other, 'aria-label': other });
    box.append(h('h2', {}, title),
      ...reasons.map((reason) => h('button', { type: 'button', class: 'second', onclick: () => end(reason) }, reason)),
      h('form', { method: 'dialog', onsubmit: (event) => { event.preventDefault(); if (text.value.trim()) end(text.value.trim()); } }, text, h('button', { type: 'submit', 'aria-label': other }, '→')),
      h('button', { type: 'button', class: 'quiet', onclick: () => end(null) }, back));
    box.addEventListener('cancel', () => end(null));
    document.body.append(box);
    box.showModal();
  });
}
