import { post } from './api.js';
import { dialog, doing, h, toast } from './dom.js';
import { t } from './i18n.js';
import { may } from './me.js';

/** The verdicts with their keys. */
const VERDICTS = [['true', 't'], ['false', 'f'], ['unsure', 'u']];
/** Why one is not true, in the order of the digits that choose it. */
const REASONS = {
  false: ['not-refuse', 'not-full', 'person-or-vehicle', 'light-or-weather', 'other-place', 'other'],
  unsure: ['cannot-see', 'person-or-vehicle', 'light-or-weather', 'other'],
};

async function say(incident, said, again) {
  await post(`/incidents/${incident.id}/verdict`, said);
  toast(t('updated'));
  await again();
}

/** Asks why, by a click or a digit; `other` is told in words, and asked for them at once if it is `chosen` already. */
function why(incident, verdict, again, chosen) {
  const note = h('input', { name: 'note', maxlength: 500, autocomplete: 'off', autofocus: chosen === 'other' });
  const wrong = h('p', { class: 'notice bad', hidden: true });
  let sent = false;
  const choose = async (reason) => {
    const words = note.value.trim();
    note.required = reason === 'other';
    if (sent || !note.reportValidity()) return;
    sent = true;
    try {
      await say(incident, { verdict, reason, ...(words ? { note: words } : {}) }, again);
      close();
    } catch (error) {
      wrong.hidden = false;
      wrong.textContent = error.message || t('error');
      sent = false;
    }
  };
  const reasons = REASONS[verdict];
  const list = h('div', {
    class: 'stack',
    onkeydown: (event) => {
      if (event.target === note && event.key === 'Enter') choose('other');
      const reason = event.target === note ? undefined : reasons[Number(event.key) - 1];
      if (reason === 'other' && !note.value.trim()) {
        event.preventDefault();
        note.focus();
      } else if (reason) choose(reason);
    },
  }, reasons.map((reason, i) => h('button', { class: 'second', type: 'button', 'data-reason': reason, autofocus: !chosen && i === 0, onclick: () => choose(reason) },
    h('kbd', {}, String(i + 1)), ` ${t(`reason-${reason}`)}`)),
  h('label', {}, t('inWords'), note), wrong,
  h('div', { class: 'row' }, h('button', { type: 'button', class: 'second', onclick: () => close() }, t('no'))));
  const close = dialog(`${t(`verdict-${verdict}`)} · ${t('why')}`, list);
}

const give = (incident, verdict, again) => doing(async () => {
  if (verdict === 'true') await say(incident, { verdict }, again);
  else why(incident, verdict, again);
});

/** What one key says: T, F and U with the commonest reason, a digit a false alarm with the reason of its number. */
function keyed(key) {
  if (key === 't') return { verdict: 'true' };
  if (key === 'u') return { verdict: 'unsure', reason: REASONS.unsure[0] };
  const reason = REASONS.false[key === 'f' ? 0 : Number(key) - 1];
  return reason && { verdict: 'false', reason };
}

/** The incident that the keys work on: the first that nobody has judged, or the only one there is. */
export function underKeys(incidents) {
  const judged = may('incidents:write') ? incidents.filter((i) => i.source === 'camera') : [];
  return judged.find((i) => !i.verdict) ?? (judged.length === 1 ? judged[0] : undefined);
}

/** Buttons for the three verdicts, and why it was given; `chosen`: whether the keys work on this incident. */
export function verdicts(incident, chosen, again) {
  if (incident.source !== 'camera' || !may('incidents:write')) return null;
  return h('span', { class: 'row verdicts' }, VERDICTS.map(([verdict, key]) => h('button', {
    class: incident.verdict === verdict ? 'chosen' : 'second', type: 'button', title: chosen ? `${t('key')} ${key.toUpperCase()}` : null,
    'aria-pressed': String(incident.verdict === verdict), onclick: give(incident, verdict, again),
  }, t(`verdict-${verdict}`), chosen && h('kbd', {}, key.toUpperCase()))),
  incident.verdictReason && h('span', { class: 'small' }, t(`reason-${incident.verdictReason}`)),
  chosen && h('span', { class: 'small soft keys' }, `${t('verdict-false')}: `, REASONS.false.map((reason, i) => [h('kbd', {}, String(i + 1)), ` ${t(`reason-${reason}`)} `])));
}

/** Lets keys judge the incident until the page ends; -> how to end it sooner. */
export function verdictKeys(incident, again, until) {
  const listen = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') || event.target.closest('input, select, textarea')) return;
    const said = incident && keyed(event.key.toLowerCase());
    if (!said || (incident.verdict === said.verdict && incident.verdictReason === (said.reason ?? null))) return;
    if (said.reason === 'other') why(incident, said.verdict, again, said.reason);
    else doing(() => say(incident, said, again))(event);
  };
  document.addEventListener('keydown', listen);
  const end = () => document.removeEventListener('keydown', listen);
  until(end);
  return end;
}
