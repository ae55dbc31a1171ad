// Builds hub/web/outlines/vietnam.json, the outline under the map of libraries, from Natural Earth (public domain) as
// the package world-atlas brings it. Needed only to change it: npm install && npm run outline
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const COUNTRY = "704"; // ISO 3166-1 numeric
const COARSE = 0.035; // degrees that a simplified line may leave the true one
const SMALL = 0.004; // square degrees below which an island is not drawn

const topology = JSON.parse(readFileSync("node_modules/world-atlas/countries-10m.json"));
const [scaleX, scaleY] = topology.transform.scale;
const [shiftX, shiftY] = topology.transform.translate;
const arcs = topology.arcs.map((arc) => {
  let x = 0;
  let y = 0;
  return arc.map(([dx, dy]) => [(x += dx) * scaleX + shiftX, (y += dy) * scaleY + shiftY]);
});

const ring = (indices) =>
  indices.flatMap((index, n) => {
    const arc = index < 0 ? [...arcs[~index]].reverse() : arcs[index];
    return n ? arc.slice(1) : arc;
  });

const away = ([x, y], [x1, y1], [x2, y2]) => {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = dx || dy ? Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy))) : 0;
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
};

// Douglas and Peucker's simplification of a line.
const simpler = (line) => {
  if (line.length < 3) return line;
  let [far, most] = [0, 0];
  for (let n = 1; n < line.length - 1; n++) {
    const distance = away(line[n], line[0], line[line.length - 1]);
    if (distance > most) [far, most] = [n, distance];
  }
  if (most <= COARSE) return [line[0], line[line.length - 1]];
  return [...simpler(line.slice(0, far + 1)).slice(0, -1), ...simpler(line.slice(far))];
};

const area = (points) =>
  Math.abs(
    points.reduce((sum, [x, y], n) => {
      const [nextX, nextY] = points[(n + 1) % points.length];
      return sum + x * nextY - nextX * y;
    }, 0) / 2,
  );

const country = topology.objects.countries.geometries.find((geometry) => geometry.id === COUNTRY);
const polygons = country.type === "Polygon" ? [country.arcs] : country.arcs;
const rings = polygons
  .map(([outer]) => ring(outer))
  .filter((points) => area(points) >= SMALL)
  .sort((a, b) => area(b) - area(a))
  .map((points) => {
    const half = Math.floor(points.length / 2); // a closed line is simplified in two halves
    const line = [...simpler(points.slice(0, half + 1)).slice(0, -1), ...simpler(points.slice(half))];
    return line.map(([x, y]) => [Math.round(x * 100) / 100, Math.round(y * 100) / 100]);
  });

const made = {
  source: "Natural Earth 4.1, 1:10m (public domain), simplified; archipelagos as maps published in Viet Nam show them",
  rings,
  // Too small to be drawn at this size: a few points stand for them.
  archipelagos: [
    { vi: "Quần đảo Hoàng Sa", en: "Hoàng Sa (Paracel Islands)", points: [[112.33, 16.83], [111.61, 16.53], [112.0, 16.45], [111.2, 15.78]] },
    { vi: "Quần đảo Trường Sa", en: "Trường Sa (Spratly Islands)", points: [[114.33, 11.43], [114.37, 10.38], [114.47, 9.9], [111.92, 8.65], [112.92, 8.87], [113.83, 7.37]] },
  ],
};
mkdirSync("../hub/web/outlines", { recursive: true });
writeFileSync("../hub/web/outlines/vietnam.json", JSON.stringify(made, null, 0).replaceAll("]],[[", "]],\n[[") + "\n");
console.log(rings.length, "rings,", rings.flat().length, "points");
