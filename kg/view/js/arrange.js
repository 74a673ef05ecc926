/* Places for a few hundred nodes at once: stress by gradient descent over pairs, then names pushed apart.
   Zheng, Pawar, Goodman, Graph Drawing by Stochastic Gradient Descent, 2018. The same for the same graph. */

const LENGTH = 104; // px of one step
const BEND = 0.72; // as in layout.py: chains curl up
const SWEEPS = 30;
const CELL = 26;

function distances(count, links) {
  const near = Array.from({ length: count }, () => []);
  for (const [a, b] of links) {
    near[a].push(b);
    near[b].push(a);
  }
  const far = Array.from({ length: count }, () => new Int16Array(count).fill(-1));
  let most = 1;
  for (let root = 0; root < count; root++) {
    const row = far[root],
      queue = [root];
    row[root] = 0;
    for (let place = 0; place < queue.length; place++)
      for (const other of near[queue[place]])
        if (row[other] < 0) {
          row[other] = row[queue[place]] + 1;
          queue.push(other);
        }
    most = Math.max(most, row[queue[queue.length - 1]]);
  }
  return { far, most };
}

function stress(points, links) {
  const count = points.length,
    pairs = [];
  const { far, most } = distances(count, links);
  for (let a = 0; a < count; a++)
    for (let b = 0; b < a; b++)
      pairs.push([a, b, LENGTH * (far[a][b] < 0 ? Math.min(most, 3) + 1 : far[a][b]) ** BEND]);
  let seed = 20250304;
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 4294967296;
  const longest = LENGTH * (most + 1) ** BEND,
    decay = Math.log((0.1 * LENGTH ** 2) / longest ** 2) / (SWEEPS - 1);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const rate = longest ** 2 * Math.exp(decay * sweep);
    for (let i = pairs.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [pairs[i], pairs[j]] = [pairs[j], pairs[i]];
    }
    for (const [a, b, wanted] of pairs) {
      const dx = points[a][0] - points[b][0],
        dy = points[a][1] - points[b][1],
        length = Math.hypot(dx, dy) || 1e-6;
      const move = (Math.min(rate / wanted ** 2, 1) * (length - wanted)) / 2 / length;
      points[a][0] -= move * dx;
      points[a][1] -= move * dy;
      points[b][0] += move * dx;
      points[b][1] += move * dy;
    }
  }
}

function separate(points, boxes) {
  for (let round = 0; round < 60; round++) {
    let touched = false;
    for (let a = 0; a < points.length; a++)
      for (let b = 0; b < a; b++) {
        const dx = points[a][0] - points[b][0],
          dy = points[a][1] - points[b][1];
        const x = (boxes[a][0] + boxes[b][0]) / 2 - Math.abs(dx),
          y = (boxes[a][1] + boxes[b][1]) / 2 - Math.abs(dy);
        if (x < 1 || y < 1) continue;
        touched = true;
        const axis = x < y ? 0 : 1,
          push = 0.3 * (axis ? y : x) * ((axis ? dy : dx) < 0 ? -1 : 1);
        points[a][axis] += push;
        points[b][axis] -= push;
      }
    if (!touched) return;
  }
}

/** The free place nearest to what the new node is linked to, by a spiral of the golden angle. */
function beside(points, boxes, box, aim) {
  for (let number = 1; ; number++) {
    const radius = CELL * Math.sqrt(number) * 1.5,
      angle = number * 2.399963229728653;
    const x = aim[0] + radius * Math.cos(angle),
      y = aim[1] + radius * Math.sin(angle);
    if (
      points.every(
        (point, i) =>
          Math.abs(point[0] - x) >= (boxes[i][0] + box[0]) / 2 || Math.abs(point[1] - y) >= (boxes[i][1] + box[1]) / 2,
      )
    )
      return [x, y];
  }
}

/** ids: nodes; links: pairs of ids; boxOf(id): width and height with the name; start, kept: Map id -> [x, y], kept ones stay. */
export function arrange(ids, links, boxOf, start, kept) {
  const places = new Map(ids.filter((id) => kept.has(id)).map((id) => [id, kept.get(id)]));
  if (!places.size) {
    const number = new Map(ids.map((id, i) => [id, i]));
    const points = ids.map((id, i) =>
      start.has(id)
        ? [...start.get(id)]
        : [30 * Math.sqrt(i) * Math.cos(i * 2.4), 30 * Math.sqrt(i) * Math.sin(i * 2.4)],
    );
    stress(
      points,
      links.map(([a, b]) => [number.get(a), number.get(b)]),
    );
    separate(points, ids.map(boxOf));
    return new Map(ids.map((id, i) => [id, points[i]]));
  }
  const near = new Map(ids.map((id) => [id, []]));
  for (const [a, b] of links) {
    near.get(a).push(b);
    near.get(b).push(a);
  }
  const points = [...places.values()],
    boxes = [...places.keys()].map(boxOf);
  const middle = points.reduce(([x, y], point) => [x + point[0] / points.length, y + point[1] / points.length], [0, 0]);
  for (const id of ids.filter((each) => !places.has(each))) {
    const friends = near
      .get(id)
      .filter((other) => places.has(other))
      .map((other) => places.get(other));
    const aim = friends.length
      ? friends.reduce(([x, y], point) => [x + point[0] / friends.length, y + point[1] / friends.length], [0, 0])
      : middle;
    const point = beside(points, boxes, boxOf(id), aim);
    places.set(id, point);
    points.push(point);
    boxes.push(boxOf(id));
  }
  return places;
}
