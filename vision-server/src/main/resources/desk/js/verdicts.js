import { post } from './api.js';
import { doing, h, toast } from './dom.js';
import { t } from './i18n.js';
import { may } from './me.js';

/** The verdicts with their keys. */
const VERDICTS = [['true', 't'], ['false', 'f'], ['unsure', 'u']];

function give(incident, verdict, again) {
  return doing(async () => {
    await post(`/incidents/${incident.id}/verdict`, { verdict });
    toast(t('updated'));
    await again();
  });
}

/** The incident that the keys work on: the first that nobody has judged, or the only one there is. */
export function underKeys(incidents) {
  const judged = may('incidents:write') ? incidents.filter((i) => i.source === 'camera') : [];
  return judged.find((i) => !i.verdict) ?? (judged.length === 1 ? judged[0] : undefined);
}

/** Buttons for the three verdicts; `keyed`: whether the keys work on this incident. */
export function verdicts(incident, keyed, again) {
  if (incident.source !== 'camera' || !may('incidents:write')) return null;
  return h('span', { class: 'row verdicts' }, VERDICTS.map(([verdict, key]) => h('button', {
    class: incident.verdict === verdict ? 'chosen' : 'second', type: 'button', title: keyed ? `${t('key')} ${key.toUpperCase()}` : null,
    'aria-pressed': String(incident.verdict === verdict), onclick: give(incident, verdict, again),
  }, t(`verdict-${verdict}`), keyed && h('kbd', {}, key.toUpperCase()))));
}

/** Lets keys judge the incident until the page ends; -> how to end it sooner. */
export function verdictKeys(incident, again, until) {
  const listen = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea')) return;
    const chosen = VERDICTS.find(([, key]) => key === event.key.toLowerCase());
    if (chosen && incident && incident.verdict !== chosen[0]) give(incident, chosen[0], again)(event);
  };
  document.addEventListener('keydown', listen);
  const end = () => document.removeEventListener('keydown', listen);
  until(end);
  return end;
}
