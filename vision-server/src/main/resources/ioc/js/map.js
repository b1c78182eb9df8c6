import { get, query } from '../../desk/js/api.js';
import { h } from '../../desk/js/dom.js';
import { t } from './words.js';

const COLOURS = { late: '#ff6b5e', asking: '#f0b23e', waiting: '#63a9f5', working: '#4fca98', resting: '#8fa3ad', clear: '#3d6b5d' };
const KINDS = { 'refuse-station': '桶', 'public-toilet': '厕', road: '路' };
const WGS84 = 'wgs84';
const MEASURES = 200;
const OUTLINE = 90; // metres of the map around each place of a village

/** What a base map is drawn like, by the names that its layers have in the usual schemas. */
const GROUND = {
  earth: ['#101b21'], water: ['#0f2a3a'], landcover: ['#13241f'], landuse: ['#13241f'], park: ['#13241f'], natural: ['#13241f'],
  buildings: ['#1a272f'], building: ['#1a272f'], roads: [null, '#2b3d48', 1.2], transportation: [null, '#2b3d48', 1.2], boundaries: [null, '#37505e', 1], boundary: [null, '#37505e', 1],
};

/** The live map: places and crews of a moment over a base map, or over the district's outline where there is none. */
export class DistrictMap {
  #ol = window.ol;
  #marks = new Map();
  #styles = new Map();
  #source;
  #crew;
  #outline;
  #view;
  #datum = WGS84;
  #box = null;
  #asked = 0;
  #onPlace;
  #onMark;
  /** What was asked for when what is shown was read. */
  #part = {};
  #fitted = false;
  /** All places, and whether they are what is shown: until somebody looks closer. */
  #whole = [];
  #atHome = true;
  #measured = 0;

  /** `onPlace` is told of a place that is pointed at, `onMark` of a mark of several with open orders. */
  constructor(onPlace, onMark) {
    this.#onPlace = onPlace;
    this.#onMark = onMark;
    const { ol } = window;
    this.#source = new ol.source.Vector();
    this.#crew = new ol.source.Vector();
    this.#outline = new ol.source.Vector();
    this.#view = new ol.View({ center: [0, 0], zoom: 2, maxZoom: 20, enableRotation: false });
    this.element = h('div', { id: 'map' });
    this.hint = h('div', { class: 'hint', hidden: true });
    this.legend = h('div', { class: 'legend' });
  }

  /** Draws it into the page; once. `moved` is told when another part is looked at. */
  async begin(moved) {
    const { ol } = window;
    const base = await get('/map/base');
    this.#datum = base.datum;
    this.map = new ol.Map({
      target: this.element, view: this.#view, pixelRatio: Math.min(window.devicePixelRatio, 2),
      layers: [
        ...(base.type ? [this.#ground(base)] : []),
        new ol.layer.Vector({ source: this.#outline, style: (feature) => this.#outlined(feature) }),
        new ol.layer.Vector({ source: this.#crew, style: (feature) => this.#person(feature), declutter: 'names' }), // none over another, or over a mark
        new ol.layer.Vector({ source: this.#source, style: (feature) => this.#drawn(feature), updateWhileAnimating: true, declutter: 'names' }),
      ],
    });
    this.problem = base.problem;
    this.plain = !base.type;
    this.map.addControl(new ol.control.Control({ element: h('div', { class: 'ol-control ol-unselectable fit-all' }, h('button', { type: 'button', name: 'whole', title: t('wholeMap'), 'aria-label': t('wholeMap'), onclick: () => this.#fit(this.#whole) }, '⤢')) }));
    for (const touch of ['pointerdown', 'wheel']) this.map.getViewport().addEventListener(touch, () => { this.#atHome = false; }, { capture: true, passive: true });
    this.map.on('change:size', () => { if (this.#atHome) this.#fit(this.#whole); }); // a banner came or went
    this.map.on('moveend', moved);
    this.map.on('click', (event) => this.#clicked(event));
    this.map.on('pointermove', (event) => {
      this.element.style.cursor = this.map.hasFeatureAtPixel(event.pixel, { layerFilter: (layer) => layer.getSource() === this.#source }) ? 'pointer' : '';
    });
    const whole = await get(`/map?zoom=24&datum=${this.#datum}`);
    this.#whole = whole.items;
    this.#fit(this.#whole);
    if (this.plain) this.#draw(whole.items);
    this.relabel();
  }

  /** What its base map's coordinates are measured from. */
  get datum() {
    return this.#datum;
  }

  relabel() {
    const words = { late: 'late', asking: 'asking', waiting: 'waiting', working: 'workingPlace', resting: 'resting', clear: 'clear' };
    this.legend.replaceChildren(...Object.entries(words).map(([state, word]) => h('span', {}, h('i', { class: `dot ${state}` }), t(word))));
    for (const state of ['resting', 'clear']) this.legend.querySelector(`.dot.${state}`).style.background = COLOURS[state];
  }

  #ground(base) {
    const { ol } = this.#ol ? { ol: this.#ol } : window;
    const url = '/api/v1/map/tiles/{z}/{x}/{y}';
    if (!base.type.includes('vector')) return new ol.layer.Tile({ source: new ol.source.XYZ({ url, minZoom: base.minZoom, maxZoom: base.maxZoom }), opacity: 0.6 });
    const styles = new Map(Object.entries(GROUND).map(([name, [fill, stroke, width]]) => [name, new ol.style.Style({
      fill: fill ? new ol.style.Fill({ color: fill }) : undefined,
      stroke: stroke ? new ol.style.Stroke({ color: stroke, width }) : undefined,
    })]));
    return new ol.layer.VectorTile({
      source: new ol.source.VectorTile({ format: new ol.format.MVT(), url, minZoom: base.minZoom, maxZoom: base.maxZoom }),
      style: (feature) => styles.get(feature.get('layer')),
    });
  }

  /** Shows all places. */
  #fit(items) {
    if (items.length === 0) return;
    const { ol } = window;
    const extent = ol.extent.boundingExtent(items.map((one) => ol.proj.fromLonLat([one.longitude, one.latitude])));
    // With the outlines around them, the villages' names above and the legend below.
    this.#view.fit(ol.extent.buffer(extent, OUTLINE + 20), { padding: [this.#px(2.2), this.#px(1), this.#px(2.4), this.#px(1)], maxZoom: 17, size: this.map.getSize() });
    this.#fitted = true;
    this.#atHome = true;
  }

  /** The outline of each village around its places; of all together where no village is named. */
  #draw(items) {
    const { ol } = window;
    const villages = new Map();
    for (const one of items) {
      const name = one.site?.village ?? '';
      if (!villages.has(name)) villages.set(name, []);
      villages.get(name).push(ol.proj.fromLonLat([one.longitude, one.latitude]));
    }
    this.#outline.clear();
    for (const [name, points] of villages) {
      const ring = hull(points.flatMap((point) => around(point, OUTLINE)));
      const feature = new ol.Feature(new ol.geom.Polygon([ring]));
      feature.set('name', name);
      this.#outline.addFeature(feature);
    }
  }

  #outlined(feature) {
    const { ol } = window;
    const [west, , east, north] = feature.getGeometry().getExtent();
    return [
      new ol.style.Style({ fill: new ol.style.Fill({ color: 'rgba(42,68,80,.28)' }), stroke: new ol.style.Stroke({ color: '#2f4a57', width: 1.5 }) }),
      new ol.style.Style({ // its name above it, where no place is
        geometry: new ol.geom.Point([(west + east) / 2, north]),
        text: new ol.style.Text({ text: feature.get('name'), offsetY: -this.#px(0.8), font: `600 ${this.#px(1.15)}px sans-serif`, fill: new ol.style.Fill({ color: '#8aa5af' }) }),
      }),
    ];
  }

  #px(rem) {
    return Math.round(rem * parseFloat(getComputedStyle(document.documentElement).fontSize));
  }

  /** Reads the part that is looked at, of a moment or of now; the answer to an older question is dropped. */
  async read(at, signal) {
    if (!this.map?.getSize()) return;
    const mine = ++this.#asked;
    const { ol } = window;
    const extent = this.#view.calculateExtent(this.map.getSize());
    const [west, south] = ol.proj.toLonLat([extent[0], extent[1]]);
    const [east, north] = ol.proj.toLonLat([extent[2], extent[3]]);
    const clamp = (value, least, most) => Math.max(least, Math.min(most, value)).toFixed(6);
    const bbox = [clamp(west, -180, 180), clamp(south, -90, 90), clamp(east, -180, 180), clamp(north, -90, 90)].join(',');
    // Ours has 512 pixels at zoom 0, and marks grow with the letters.
    const zoom = Math.max(0, Math.min(24, Math.round(this.#view.getZoom() - 1 - Math.log2(this.#px(1) / 18))));
    const asked = { zoom, datum: this.#datum, bbox };
    const part = await get(`/map${query({ ...asked, at })}`, signal);
    if (mine !== this.#asked) return;
    this.#part = asked;
    this.show(part);
    if (!at && !this.#fitted && part.items.length > 0) {
      this.#whole = part.items;
      this.#fit(this.#whole);
    }
  }

  /** Changes what is different and leaves the rest alone. */
  show(part) {
    const { ol } = window;
    const began = performance.now();
    const seen = new Set();
    for (const item of part.items) {
      const id = item.site?.id ?? `${item.longitude.toFixed(5)},${item.latitude.toFixed(5)},${item.places}`;
      const look = `${item.state} ${item.open} ${item.places} ${item.site?.kind ?? ''}`;
      seen.add(id);
      let feature = this.#marks.get(id);
      const was = feature?.get('item');
      if (was && (was.longitude !== item.longitude || was.latitude !== item.latitude)) {
        feature.getGeometry().setCoordinates(ol.proj.fromLonLat([item.longitude, item.latitude])); // the place was put elsewhere
      }
      if (!feature) {
        feature = new ol.Feature(new ol.geom.Point(ol.proj.fromLonLat([item.longitude, item.latitude])));
        feature.setId(id);
        this.#marks.set(id, feature);
        feature.set('item', item, true);
        feature.set('look', look, true);
        this.#source.addFeature(feature);
      } else if (feature.get('look') !== look) {
        feature.set('item', item, true);
        feature.set('look', look); // draws anew
      } else {
        feature.set('item', item, true);
      }
    }
    for (const [id, feature] of this.#marks) {
      if (!seen.has(id)) {
        this.#source.removeFeature(feature);
        this.#marks.delete(id);
      }
    }
    const hint = this.problem || (part.unplaced > 0 ? t('unplaced')(part.unplaced) : part.items.length === 0 && this.#marks.size === 0 && !this.#fitted ? t('noPlaces') : '');
    this.hint.textContent = hint;
    this.hint.hidden = !hint;
    if (++this.#measured % MEASURES === 0) performance.clearMeasures('map-update'); // a wall stands for months
    performance.measure('map-update', { start: began });
  }

  /** Where whoever of the crew has told it is. */
  people(crew) {
    if (!this.map) return;
    const { ol } = window;
    this.#crew.clear(true);
    this.#crew.addFeatures(crew.filter((one) => one.position && one.status !== 'off').map((one) => {
      const feature = new ol.Feature(new ol.geom.Point(ol.proj.fromLonLat([one.position.longitude, one.position.latitude])));
      feature.set('hand', one);
      return feature;
    }));
  }

  #drawn(feature) {
    const look = feature.get('look');
    const known = this.#styles.get(look);
    if (known) return known;
    const { ol } = window;
    const { state, open, places, site } = feature.get('item');
    const colour = COLOURS[state];
    const quiet = state === 'clear';
    const radius = this.#px(places > 1 ? 0.85 + Math.min(0.8, Math.log10(places) / 2) : quiet ? 0.5 : 0.75);
    const text = open > 0 ? String(open) : places > 1 ? '' : quiet ? '' : KINDS[site?.kind] ?? '';
    const style = new ol.style.Style({
      zIndex: { late: 6, asking: 5, waiting: 4, working: 3, resting: 2, clear: 1 }[state],
      image: new ol.style.Circle({
        declutterMode: 'obstacle',
        radius,
        fill: new ol.style.Fill({ color: places > 1 && quiet ? 'rgba(61,107,93,.55)' : colour }),
        stroke: new ol.style.Stroke({ color: places > 1 ? 'rgba(255,255,255,.75)' : '#0b1216', width: places > 1 ? 2.5 : 1.5 }),
      }),
      text: text ? new ol.style.Text({ declutterMode: 'none', text, font: `700 ${this.#px(1)}px sans-serif`, fill: new ol.style.Fill({ color: '#08110f' }) }) : undefined,
    });
    this.#styles.set(look, style);
    return style;
  }

  #person(feature) {
    const { ol } = window;
    const { name, status } = feature.get('hand');
    const colour = { working: COLOURS.working, going: COLOURS.waiting }[status] ?? '#c7d3d1';
    const beside = [this.#px(1.1), -this.#px(0.9)]; // whoever stands at a place does not cover its number
    return new ol.style.Style({
      image: new ol.style.RegularShape({ declutterMode: 'none', points: 4, radius: this.#px(0.5), displacement: beside, fill: new ol.style.Fill({ color: colour }), stroke: new ol.style.Stroke({ color: '#0b1216', width: 1.5 }) }),
      text: this.#view.getZoom() >= 15.5 ? new ol.style.Text({ text: name, offsetX: beside[0], offsetY: -beside[1] + this.#px(1), font: `500 ${this.#px(1)}px sans-serif`, fill: new ol.style.Fill({ color: '#dfe9e6' }), stroke: new ol.style.Stroke({ color: '#0b1216', width: 3 }) }) : undefined,
    });
  }

  #clicked(event) {
    const feature = this.map.forEachFeatureAtPixel(event.pixel, (one, layer) => (layer.getSource() === this.#source ? one : undefined), { hitTolerance: 4 });
    if (!feature) return;
    const item = feature.get('item');
    const closer = () => this.#view.animate({ center: feature.getGeometry().getCoordinates(), zoom: this.#view.getZoom() + 1.6, duration: 250 });
    if (item.site) this.#onPlace(item.site);
    else if (item.open > 0) this.#onMark(item, this.#part, closer);
    else closer();
  }

  look(longitude, latitude) {
    this.#view.animate({ center: window.ol.proj.fromLonLat([longitude, latitude]), zoom: 17, duration: 250 });
  }
}

/** Eight points around one, at so many metres of the map. */
const around = ([x, y], far) => Array.from({ length: 8 }, (_, i) => [x + far * Math.cos((i * Math.PI) / 4), y + far * Math.sin((i * Math.PI) / 4)]);

/** The convex hull of points, closed (Andrew's monotone chain). */
export function hull(points) {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const turn = (o, a, b) => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
  const half = (list) => {
    const chain = [];
    for (const point of list) {
      while (chain.length > 1 && turn(chain.at(-2), chain.at(-1), point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  const ring = [...half(sorted), ...half(sorted.toReversed())];
  return [...ring, ring[0]];
}
