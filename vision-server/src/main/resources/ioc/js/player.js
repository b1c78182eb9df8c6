import { choose, h } from '../../desk/js/dom.js';
import { now } from './clock.js';
import { t } from './words.js';

const SPEEDS = [1, 10, 30, 60, 120];
const DAY = 86_400_000;
const ZONE_AHEAD = 8 * 3_600_000; // Asia/Shanghai knows no summer time

/** Plays a past day: a day to choose, where in it, and how fast. `shown` is told the moment, or null for now. */
export class Player {
  element;
  at = null;
  #shown;
  #speed = 60;
  #playing = false;
  #last = 0;

  constructor(element, shown) {
    this.element = element;
    this.#shown = shown;
    setInterval(() => this.#step(), 1000);
  }

  open() {
    this.at = new Date(now() - DAY);
    this.#playing = true;
    this.#last = performance.now();
    this.draw();
    this.#shown(this.at);
  }

  close() {
    this.at = null;
    this.#playing = false;
    this.element.replaceChildren();
    this.#shown(null);
  }

  #step() {
    const tick = performance.now();
    const passed = tick - this.#last;
    this.#last = tick;
    if (!this.at || !this.#playing) return;
    this.at = new Date(this.at.getTime() + passed * this.#speed);
    if (this.at.getTime() >= now()) {
      this.close(); // it has caught up with now
      return;
    }
    this.#place();
    this.#shown(this.at);
  }

  #midnight() {
    return Math.floor((this.at.getTime() + ZONE_AHEAD) / DAY) * DAY - ZONE_AHEAD;
  }

  #place() {
    const range = this.element.querySelector('[name=moment]');
    const day = this.element.querySelector('[name=day]');
    if (range && document.activeElement !== range) range.value = Math.floor((this.at.getTime() - this.#midnight()) / 1000);
    if (day && document.activeElement !== day) day.value = new Date(this.#midnight() + ZONE_AHEAD).toISOString().slice(0, 10);
  }

  /** Another day at the same time of the day; of today, which is not over, from its begin. */
  #choose(midnight) {
    const time = midnight + this.at.getTime() - this.#midnight();
    this.#go(time >= now() - 60_000 ? midnight : time);
  }

  #go(time) {
    if (!Number.isFinite(time)) return;
    this.at = new Date(Math.min(time, now() - 1000));
    this.#place();
    this.#shown(this.at);
  }

  draw() {
    if (!this.at) {
      this.element.replaceChildren();
      return;
    }
    const speed = choose(SPEEDS.map((n) => [String(n), `${n}×`]), String(this.#speed), { name: 'speed', 'aria-label': t('speed') });
    speed.addEventListener('change', () => { this.#speed = Number(speed.value); });
    const play = h('button', { type: 'button', name: 'play', onclick: () => { this.#playing = !this.#playing; play.textContent = t(this.#playing ? 'pause' : 'play'); } }, t(this.#playing ? 'pause' : 'play'));
    this.element.replaceChildren(
      h('input', { type: 'date', name: 'day', max: new Date(now() + ZONE_AHEAD).toISOString().slice(0, 10), onchange: (event) => this.#choose(Date.parse(`${event.target.value}T00:00:00+08:00`)) }),
      h('input', { type: 'range', name: 'moment', min: 0, max: 86399, step: 30, oninput: (event) => this.#go(this.#midnight() + Number(event.target.value) * 1000) }),
      speed, play,
      h('button', { type: 'button', name: 'live', class: 'chosen', onclick: () => this.close() }, t('backToNow')));
    this.#place();
  }
}
