import { whoAmI } from '../../desk/js/me.js';

const KINDS = ['order.changed', 'order.escalated', 'incident.changed', 'camera.changed', 'device.changed', 'site.changed', 'crew.changed', 'check.changed', 'suspension.changed', 'endpoint.changed', 'flow-rule.changed', 'dust-rule.changed', 'rain.changed', 'reset'];
const SILENT = 40_000; // the server says something each 15 seconds
const UNANSWERED = 10_000;
const ASLEEP = 20_000;

/**
 * Follows what happens. The browser goes on where a connection broke off; that one has died without a word, and that the
 * machine has slept, is noticed here.
 */
export class News {
  #on;
  #source = null;
  #heardAt = 0;
  #lastTick = Date.now();
  #ended = false;

  /** `on` is told: heard (something has happened), opened, lost, slept, signedOut. */
  constructor(on) {
    this.#on = on;
  }

  begin() {
    this.#follow();
    setInterval(() => this.#look(), 1000);
    document.addEventListener('resume', () => this.#look());
    window.addEventListener('online', () => this.#follow());
  }

  get open() {
    return this.#source?.readyState === EventSource.OPEN;
  }

  end() {
    this.#ended = true;
    this.#source?.close();
  }

  #follow() {
    if (this.#ended) return;
    this.#source?.close();
    const source = new EventSource('/api/v1/events');
    const alive = () => { this.#heardAt = performance.now(); };
    this.#source = source;
    alive();
    source.addEventListener('open', () => { alive(); this.#on.opened(); });
    source.addEventListener('beat', alive);
    source.addEventListener('error', () => {
      if (source !== this.#source) return;
      this.#on.lost();
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.#again(source), 3000);
    });
    for (const kind of KINDS) source.addEventListener(kind, () => { alive(); this.#on.heard(); });
  }

  /** After a refusal, which the browser does not ask again after: who is signed out is told so. */
  async #again(source) {
    if (source !== this.#source || this.#ended) return;
    try {
      await whoAmI();
      this.#follow();
    } catch (error) {
      if (error.status === 401) this.#on.signedOut();
      else setTimeout(() => this.#again(source), 3000);
    }
  }

  #look() {
    if (this.#ended) return;
    const now = Date.now();
    const slept = Math.abs(now - this.#lastTick) > ASLEEP;
    const silent = performance.now() - this.#heardAt > (this.open ? SILENT : UNANSWERED);
    this.#lastTick = now;
    if (slept) this.#on.slept();
    else if (silent) this.#on.lost();
    if (slept || silent) this.#follow();
  }
}
