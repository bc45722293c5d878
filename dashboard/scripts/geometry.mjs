// Makes the two maps: simplified, projected and written as short SVG paths, so that the page needs no map library.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoAlbersUsa, geoEqualEarth, geoMercator, geoPath } from "d3-geo";
import { feature } from "topojson-client";
import { presimplify, simplify, sphericalTriangleArea } from "topojson-simplify";

const require = createRequire(import.meta.url);
const HERE = new URL("../", import.meta.url);
const PLACES = JSON.parse(readFileSync(new URL("geometry/places.json", HERE), "utf8"));

const SCALE = 10; // steps of a tenth of a unit: fine enough for a wall of 4,000 pixels
const SMALL = 9; // units across: what is smaller cannot be hit or seen and gets a dot
const ANTARCTICA = "010";
const KOSOVO = "XKX";

// Places that the atlas draws within another one or leaves out: longitude, latitude.
const WORLD_DOTS = {
  BES: [-68.26, 12.18], CCK: [96.87, -12.16], CXR: [105.69, -10.45], GIB: [-5.35, 36.14], GLP: [-61.58, 16.25],
  GUF: [-53.1, 4], MTQ: [-61.02, 14.64], MYT: [45.16, -12.82], REU: [55.53, -21.11], SJM: [16, 78.5],
  TKL: [-171.8, -9.2], TUV: [179.2, -8.5],
  "GB-ENG": [-1.5, 52.6], "GB-NIR": [-6.7, 54.6], "GB-SCT": [-4.2, 56.8], "GB-WLS": [-3.8, 52.3],
};

// Far from the states: shown as dots in a box of their own, at these places of the drawing.
const US_FAR = { ASM: [700, 633], GUM: [745, 633], MNP: [790, 633], VIR: [935, 633] };
const US_BOX = { x: 672, y: 610, width: 290, height: 46 };
const US_PUERTO_RICO = [[836, 618], [912, 648]];

const codeOfNumber = new Map(Object.entries(PLACES).filter(([code, row]) => code.length === 3 && row[1]).map(([code, row]) => [row[1], code]));
const codeOfState = new Map(Object.entries(PLACES).filter(([code]) => code.startsWith("US-")).map(([code, row]) => [row[1], code]));

function simplified(atlas, object, steradians) {
  const topology = simplify(presimplify(atlas, sphericalTriangleArea), steradians);
  return feature(topology, topology.objects[object]).features;
}

/** Returns the rings of a projected shape as integer points, the largest first, without what cannot be seen. */
function rings(shape, projection) {
  const found = [];
  let ring = [];
  const at = (x, y) => [Math.round(x * SCALE), Math.round(y * SCALE)];
  const sink = {
    moveTo: (x, y) => { ring = [at(x, y)]; },
    lineTo: (x, y) => {
      const point = at(x, y);
      const last = ring[ring.length - 1];
      if (point[0] !== last[0] || point[1] !== last[1]) ring.push(point);
    },
    arc: () => {},
    closePath: () => { if (ring.length > 2) found.push(ring); },
  };
  geoPath(projection, sink)(shape);
  found.sort((one, other) => Math.abs(area(other)) - Math.abs(area(one)));
  return found.filter((one, index) => index === 0 || Math.abs(area(one)) > 60);
}

function area(ring) {
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) sum += (ring[j][0] - ring[i][0]) * (ring[j][1] + ring[i][1]);
  return sum / 2;
}

/** Returns a path of relative steps, which compress well because borders are short. */
function pathOf(found) {
  return found.map((ring) => {
    const steps = ring.slice(1).map((point, index) => [point[0] - ring[index][0], point[1] - ring[index][1]]);
    const words = steps.map(([x, y]) => `${x}${y < 0 ? "" : " "}${y}`);
    return `M${ring[0][0]} ${ring[0][1]}l${words.reduce((text, word) => text + (text && !word.startsWith("-") ? " " : "") + word, "")}z`;
  }).join("");
}

function size(ring) {
  const xs = ring.map((point) => point[0]), ys = ring.map((point) => point[1]);
  return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)) / SCALE;
}

/** Returns where a symbol stands: the centre of mass of the largest ring. */
function centre(ring) {
  let x = 0, y = 0, sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const cross = ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1];
    sum += cross;
    x += (ring[j][0] + ring[i][0]) * cross;
    y += (ring[j][1] + ring[i][1]) * cross;
  }
  return sum === 0 ? ring[0] : [Math.round(x / (3 * sum)), Math.round(y / (3 * sum))];
}

function place(code, found) {
  const [x, y] = centre(found[0]);
  return { code, name: PLACES[code]?.[0] ?? "", x, y, small: size(found[0]) < SMALL, path: pathOf(found) };
}

function dot(code, x, y) {
  return { code, name: PLACES[code][0], x: Math.round(x * SCALE), y: Math.round(y * SCALE), small: true, path: "" };
}

function world() {
  const atlas = require("world-atlas/countries-50m.json");
  const width = 1000, height = 470;
  const shapes = simplified(atlas, "countries", 1.6e-5).filter((one) => one.id !== ANTARCTICA);
  const whole = { type: "FeatureCollection", features: feature(atlas, atlas.objects.countries).features.filter((one) => one.id !== ANTARCTICA) };
  const projection = geoEqualEarth().rotate([-11, 0]).fitExtent([[4, 4], [width - 4, height - 4]], whole);
  const full = new Map(whole.features.map((one) => [one.id ?? one.properties.name, one]));
  const made = [];
  for (const shape of shapes) {
    const code = shape.properties.name === "Kosovo" ? KOSOVO : codeOfNumber.get(shape.id) ?? "";
    let found = rings(shape, projection);
    if (found.length === 0) found = rings(full.get(shape.id ?? shape.properties.name), projection); // simplified away
    if (found.length > 0) made.push(place(code, found));
    else if (code) {
      const [x, y] = geoPath(projection).centroid(full.get(shape.id));
      made.push(dot(code, x, y));
    }
  }
  for (const [code, at] of Object.entries(WORLD_DOTS)) {
    if (!made.some((one) => one.code === code)) made.push(dot(code, ...projection(at)));
  }
  return { width, height, boxes: [], places: once(made) };
}

/** Returns each place once: what an atlas draws as a territory of its own under the number of its country is part of it. */
function once(made) {
  const known = new Map();
  for (const one of [...made].sort((one, other) => other.path.length - one.path.length)) {
    const before = one.code && known.get(one.code);
    if (before) before.path += one.path;
    else known.set(one.code || one, one);
  }
  return [...known.values()];
}

function states() {
  const atlas = require("us-atlas/states-10m.json");
  const width = 975, height = 662;
  const shapes = simplified(atlas, "states", 6e-7);
  const projection = geoAlbersUsa().scale(1280).translate([487.5, 300]);
  const made = shapes.filter((one) => codeOfState.has(one.id)).map((one) => place(codeOfState.get(one.id), rings(one, projection)));
  const island = shapes.find((one) => one.id === "72");
  made.push(place("PRI", rings(island, geoMercator().fitExtent(US_PUERTO_RICO, island))));
  for (const [code, [x, y]] of Object.entries(US_FAR)) made.push(dot(code, x, y));
  return { width, height, boxes: [US_BOX], places: made };
}

export function writeGeometry() {
  const folder = new URL("geometry/made/", HERE);
  mkdirSync(folder, { recursive: true });
  for (const [name, map] of [["world", world()], ["states", states()]]) {
    map.places.sort((one, other) => other.path.length - one.path.length);
    const rows = map.places.map((one) => [one.code, one.name, one.x, one.y, one.small ? 1 : 0, one.path]);
    const scaled = { width: map.width * SCALE, height: map.height * SCALE, boxes: map.boxes.map((box) => Object.values(box).map((one) => one * SCALE)), places: rows };
    writeFileSync(new URL(`${name}.json`, folder), JSON.stringify(scaled));
  }
}

