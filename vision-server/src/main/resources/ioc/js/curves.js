import { get } from '../../desk/js/api.js';
import { locale } from '../../desk/js/i18n.js';
import { h } from '../../desk/js/dom.js';
import { t } from './words.js';

/** Small plots beside each other, each with today, the day before and the week before. */
const PLOTS = [
  ['incidents', [['incidents', '#ff9d6b']]],
  ['orders', [['filed', '#63a9f5'], ['closed', '#4fca98']]],
  ['visitors', [['visitors', '#c79bf2']]],
  ['dust', [['pm10', '#f0b23e'], ['pm25', '#d9846a']]],
];

/** Whether an hour stands without a neighbour, of which a line shows nothing. */
const alone = (data) => data.some((value, i) => value !== null && (data[i - 1] ?? null) === null && (data[i + 1] ?? null) === null);

const HOUR = 3_600_000;
const EDGE = 12;
/** The lines of a curve, and how far each lies back. */
const LINES = [['now', 0], ['yesterday', 24 * HOUR], ['lastWeek', 7 * 24 * HOUR]];

export class Curves {
  element = h('div', { id: 'curves' });
  #chart = null;
  #day = null;
  /** Where the plots are drawn, pixels. */
  #grids = [];
  #onHour;

  /** `onHour` is told which curve and which hour of it somebody points at. */
  constructor(onHour) {
    this.#onHour = onHour;
  }

  begin() {
    this.#chart = window.echarts.init(this.element, null, { renderer: 'canvas' });
    const zr = this.#chart.getZr();
    zr.on('click', (event) => {
      const found = this.#nearest(event.offsetX, event.offsetY);
      if (found) this.#onHour(found.curve, found.hour);
    });
    zr.on('mousemove', (event) => zr.setCursorStyle(this.#plotAt(event.offsetX, event.offsetY) < 0 ? 'default' : 'pointer'));
    new ResizeObserver(() => { this.#chart.resize(); this.draw(); }).observe(this.element);
  }

  async read(at, signal) {
    this.#day = await get(`/curves${at ? `?at=${encodeURIComponent(at)}` : ''}`, signal);
    this.draw();
  }

  /** Which plot lies there, its edges a little wider than they are drawn: the highest point lies on one. */
  #plotAt(x, y) {
    const near = (at, from, long) => at >= from - EDGE && at <= from + long + EDGE;
    return this.#grids.findIndex(({ left, top, width, height }) => near(x, left, width) && near(y, top, height));
  }

  /** The point of a curve that lies nearest to where somebody points, of those of the hour that they point at. */
  #nearest(x, y) {
    const gridIndex = this.#plotAt(x, y);
    if (gridIndex < 0) return null;
    const at = Math.max(0, Math.min(23, Math.round(this.#chart.convertFromPixel({ gridIndex }, [x, y])[0])));
    let nearest = null;
    for (const [name] of PLOTS[gridIndex][1]) {
      const curve = this.#day.curves.find((one) => one.name === name);
      for (const [line, back] of LINES) {
        const value = curve?.[line][at] ?? null;
        if (value === null) continue;
        const off = Math.abs(this.#chart.convertToPixel({ gridIndex }, [at, value])[1] - y);
        if (!nearest || off < nearest.off) nearest = { off, curve: name, hour: new Date(Date.parse(this.#day.from) + at * HOUR - back) };
      }
    }
    return nearest;
  }

  draw() {
    if (!this.#day || !this.#chart) return;
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const width = this.element.clientWidth;
    const height = this.element.clientHeight;
    const columns = width > height * 2.4 ? PLOTS.length : width > height * 0.8 ? 2 : 1;
    const rows = Math.ceil(PLOTS.length / columns);
    const from = Date.parse(this.#day.from);
    const hours = Array.from({ length: 24 }, (_, i) => new Date(from + i * HOUR).toLocaleTimeString(locale(), { hour: '2-digit', timeZone: 'Asia/Shanghai' }).slice(0, 2));
    const named = new Map(this.#day.curves.map((curve) => [curve.name, curve]));
    const option = { animation: false, textStyle: { fontSize: size }, grid: [], xAxis: [], yAxis: [], series: [], title: [], tooltip: { trigger: 'axis', renderMode: 'richText', backgroundColor: '#16222a', borderColor: '#2b3d48', textStyle: { color: '#e8f0ee', fontSize: size } } };
    PLOTS.forEach(([name, curves], i) => {
      const left = (i % columns) * (width / columns);
      const top = Math.floor(i / columns) * (height / rows);
      option.title.push({ text: curves.length > 1 && name === 'orders' ? `${t('filedOne')}  {b|${t('closedOne')}}` : t(name), left: left + size * 0.7, top: top + size * 0.1, textStyle: { color: name === 'orders' ? curves[0][1] : '#93a6a4', fontSize: size, fontWeight: 500, rich: { b: { color: '#4fca98', fontSize: size } } } });
      option.grid.push({ left: left + size * 2.6, top: top + size * 2.3, width: width / columns - size * 3.4, height: height / rows - size * 3.9 });
      option.xAxis.push({ gridIndex: i, type: 'category', data: hours, boundaryGap: false, axisLine: { lineStyle: { color: '#2b3d48' } }, axisTick: { show: false }, axisLabel: { color: '#93a6a4', fontSize: size, interval: 5 } });
      option.yAxis.push({ gridIndex: i, type: 'value', minInterval: 1, splitNumber: 2, axisLabel: { color: '#93a6a4', fontSize: size }, splitLine: { lineStyle: { color: '#1b2830' } } });
      for (const [curve, colour] of curves) {
        const values = named.get(curve);
        if (!values) continue;
        const line = (data, when, style) => option.series.push({ type: 'line', name: `${t({ filed: 'filedOne', closed: 'closedOne' }[curve] ?? curve)} ${t(when)}`, xAxisIndex: i, yAxisIndex: i, data: data.map((value) => (value === null ? null : Math.round(value * 10) / 10)), showSymbol: alone(data), showAllSymbol: true, symbol: 'circle', symbolSize: size * 0.35, connectNulls: false, emphasis: { disabled: true }, ...style });
        line(values.lastWeek, 'lastWeek', { lineStyle: { width: size * 0.06, type: 'dotted', color: colour, opacity: 0.45 }, itemStyle: { color: colour } });
        line(values.yesterday, 'yesterday', { lineStyle: { width: size * 0.07, type: 'dashed', color: colour, opacity: 0.55 }, itemStyle: { color: colour } });
        line(values.now, 'today', { lineStyle: { width: size * 0.16, color: colour }, itemStyle: { color: colour }, areaStyle: curves.length === 1 ? { color: colour, opacity: 0.12 } : undefined });
      }
    });
    this.#grids = option.grid;
    this.#chart.setOption(option, true);
  }
}
