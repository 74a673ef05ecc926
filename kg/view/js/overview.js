/* The whole graph on a canvas. While it is panned a drawn picture is moved; while it is zoomed only so many lines, marks
   and names are drawn; once it rests, everything is. Above a few thousand nodes it shows communities instead. */

import { css, make } from "./dom.js";
import { createPlacer, lines } from "./names.js";

const SPARE = 0.22; // of the box, drawn on each side beyond it, so that panning needs no drawing
const REST = 140; // ms without movement, after which everything is drawn
const CAP = { links: 2500, marks: 3000, names: 28 }; // while zooming
const NAMES = 150;
const CHUNK = 200; // lines a stroke: one path of many thousands is slow
const CELL = 90; // px of the grid in which the mark under the pointer is looked for

/** on: {node(i), community(i), open(i), blank()}; nameOf(i) */
export function createOverview(box, { nameOf, on }) {
  const base = make("canvas", { className: "base" }), top = make("canvas", { className: "top", tabIndex: 0 });
  top.setAttribute("role", "application");
  box.append(base, top);
  const context = base.getContext("2d"), above = top.getContext("2d");
  let model = { communities: false, items: [], links: [], hulls: [] };
  let at = { scale: 1, x: 0, y: 0 }; // screen = world * scale + x
  let drawn = { ...at };
  let size = { width: 0, height: 0, ratio: 1, spareX: 0, spareY: 0 };
  let moving = 0, asked = 0, hovered = -1, selected = null, grid = null, names = [];

  const toScreen = (item) => [item.x * at.scale + at.x, item.y * at.scale + at.y];
  const radius = (item) => (model.communities ? item.h * at.scale : Math.min(14, Math.max(1.3, item.r * (0.25 + at.scale))));

  function measure() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2), width = box.clientWidth, height = box.clientHeight;
    if (width === size.width && height === size.height && ratio === size.ratio) return;
    const spareX = Math.round(width * SPARE), spareY = Math.round(height * SPARE);
    size = { width, height, ratio, spareX, spareY };
    for (const [canvas, x, y] of [[base, spareX, spareY], [top, 0, 0]]) {
      canvas.width = (width + 2 * x) * ratio;
      canvas.height = (height + 2 * y) * ratio;
      Object.assign(canvas.style, { width: `${width + 2 * x}px`, height: `${height + 2 * y}px`, left: `${-x}px`, top: `${-y}px` });
    }
  }

  function strokes(links, color, width) {
    context.strokeStyle = color;
    context.lineWidth = width;
    const { items } = model, left = -size.spareX, upper = -size.spareY, right = size.width + size.spareX, lower = size.height + size.spareY;
    const { scale, x, y } = at;
    let count = 0;
    context.beginPath();
    for (const link of links) {
      const a = items[link.a], b = items[link.b];
      const ax = a.x * scale + x, ay = a.y * scale + y, bx = b.x * scale + x, by = b.y * scale + y;
      if ((ax < left && bx < left) || (ax > right && bx > right) || (ay < upper && by < upper) || (ay > lower && by > lower)) continue;
      context.moveTo(ax, ay);
      context.lineTo(bx, by);
      if (++count % CHUNK === 0) {
        context.stroke();
        context.beginPath();
      }
    }
    context.stroke();
  }

  function marks(items) {
    const byColor = new Map();
    for (const item of items) {
      const [x, y] = toScreen(item), r = radius(item);
      if (x < -size.spareX - r || y < -size.spareY - r || x > size.width + size.spareX + r || y > size.height + size.spareY + r) continue;
      if (!byColor.has(item.color)) byColor.set(item.color, []);
      byColor.get(item.color).push(x, y, r);
    }
    for (const [color, list] of byColor) {
      context.fillStyle = color;
      context.beginPath();
      for (let i = 0; i < list.length; i += 3) {
        const [x, y, r] = [list[i], list[i + 1], list[i + 2]];
        if (r < 2.6) context.fillRect(x - r, y - r, 2 * r, 2 * r);
        else {
          context.moveTo(x + r, y);
          context.arc(x, y, r, 0, 7);
        }
      }
      context.fill();
    }
  }

  /** Communities: a field each with its members as dots. */
  function fields(items, capped) {
    const dot = Math.min(5, Math.max(1.1, 5 * at.scale)), byColor = new Map();
    Object.assign(context, { fillStyle: css("--card"), strokeStyle: css("--edge"), lineWidth: 1.2 });
    context.beginPath();
    let shown = 0;
    for (const item of items) {
      const [x, y] = toScreen(item), w = item.w * at.scale, h = item.h * at.scale;
      if (x < -size.spareX - w || y < -size.spareY - h || x > size.width + size.spareX + w || y > size.height + size.spareY + h) continue;
      context.roundRect(x - w, y - h, 2 * w, 2 * h, Math.min(18, w, h));
      for (let i = 0; i < item.dots.length && !(capped && shown > CAP.marks); i += 3, shown++) {
        const color = item.dots[i + 2];
        if (!byColor.has(color)) byColor.set(color, []);
        byColor.get(color).push(item.dots[i] * at.scale + at.x, item.dots[i + 1] * at.scale + at.y);
      }
    }
    context.fill();
    context.stroke();
    for (const [color, list] of byColor) {
      context.fillStyle = color;
      for (let i = 0; i < list.length; i += 2) context.fillRect(list[i] - dot, list[i + 1] - dot, 2 * dot, 2 * dot);
    }
  }

  /** What is to be named, best first: communities, then nodes. */
  function* wanted() {
    for (const hull of model.hulls) yield { ...hull, size: 14, weight: 700, big: true };
    for (const item of model.items) yield { ...item, rows: model.communities ? item.rows : lines(nameOf(item.id)), size: model.communities ? 12.5 : 12, weight: model.communities ? 600 : 500 };
  }

  function writeNames(limit) {
    const font = css("--sans"), halo = css("--halo"), ink = css("--ink"), soft = css("--soft");
    const over = [...box.parentElement.children].filter((element) => element !== box && element.offsetParent);
    const taken = over.map((element) => [element.offsetLeft, element.offsetTop, element.offsetLeft + element.offsetWidth, element.offsetTop + element.offsetHeight]);
    const put = createPlacer(context, { width: size.width, height: size.height, font, halo, taken });
    const beside = createPlacer(context, { width: size.width, height: size.height, font, halo, taken: { every: (test) => taken.every(test) && filled.every(test), push: (box) => taken.push(box) } });
    const filled = model.communities ? model.items.map((item) => [...toScreen(item), item.w * at.scale, item.h * at.scale]).map(([x, y, w, h]) => [x - w, y - h, x + w, y + h]) : [];
    names = [];
    let tried = 0;
    for (const name of wanted()) {
      if (names.length >= limit * Math.min(1, 0.35 + at.scale) || tried > 6 * limit) return;
      const [x, y] = toScreen(name);
      if (x < 0 || y < 0 || x > size.width || y > size.height) continue;
      tried++;
      const r = name.big ? 0 : radius(name) + 2;
      const below = [[0, 1, x, y + r], [0, -1, x, y - r]];
      const places = name.big ? [[0, 0, x, y], [0, -1, x, y - 14], [0, 1, x, y + 14]] : model.communities ? below : [...below, [1, 0, x + r, y], [-1, 0, x - r, y]];
      const look = { size: name.size, weight: name.weight, color: name.big ? soft : ink };
      if ((model.communities && beside(name.rows, places, look)) || put(name.rows, places, look)) names.push(name);
    }
  }

  /** capped: only as much as keeps up with the fingers. */
  function paint(capped) {
    measure();
    if (!size.width) return;
    drawn = { ...at };
    base.style.transform = "";
    context.setTransform(size.ratio, 0, 0, size.ratio, size.spareX * size.ratio, size.spareY * size.ratio);
    context.clearRect(-size.spareX, -size.spareY, size.width + 2 * size.spareX, size.height + 2 * size.spareY);
    const edge = css("--edge");
    if (model.communities) {
      context.globalAlpha = 0.45;
      for (const link of model.links) strokes([link], edge, Math.min(8, 0.5 + 0.6 * Math.sqrt(link.count)));
    } else {
      const { within, across } = model;
      context.globalAlpha = 0.16;
      if (!capped) strokes(across, edge, 1);
      context.globalAlpha = 0.6;
      strokes(capped ? within.slice(0, CAP.links) : within, edge, 1);
    }
    context.globalAlpha = 1;
    if (model.communities) fields(model.items, capped);
    else marks(capped ? model.items.slice(0, CAP.marks) : model.items);
    writeNames(capped ? CAP.names : NAMES);
    overlay();
  }

  function frame() {
    asked = 0;
    const zoomed = at.scale !== drawn.scale, dx = at.x - drawn.x, dy = at.y - drawn.y;
    if (zoomed || Math.abs(dx) > size.spareX || Math.abs(dy) > size.spareY) paint(true);
    else base.style.transform = `translate(${dx}px, ${dy}px)`;
    if (hovered >= 0 || selected) overlay();
  }

  function move() {
    if (!asked) asked = requestAnimationFrame(frame);
    clearTimeout(moving);
    moving = setTimeout(() => { moving = 0; paint(false); }, REST);
  }

  function ring(item, color, width) {
    const [x, y] = toScreen(item), w = item.w * at.scale, h = item.h * at.scale;
    above.beginPath();
    if (model.communities) above.roundRect(x - w, y - h, 2 * w, 2 * h, Math.min(18, w, h));
    else above.arc(x, y, radius(item) + 2, 0, 7);
    Object.assign(above, { strokeStyle: color, lineWidth: width });
    above.stroke();
  }

  /** What is under the pointer or selected, with its links, over the picture. */
  function overlay() {
    above.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
    above.clearRect(0, 0, size.width, size.height);
    const lit = hovered >= 0 ? hovered : selected ? model.items.findIndex((item) => item.id === selected) : -1;
    if (lit < 0) return;
    const item = model.items[lit], strong = css("--edge-strong");
    above.beginPath();
    Object.assign(above, { strokeStyle: strong, lineWidth: 1.3 });
    const ends = [];
    for (const link of model.links) {
      if (link.a !== lit && link.b !== lit) continue;
      const other = model.items[link.a === lit ? link.b : link.a];
      ends.push(other);
      above.moveTo(...toScreen(item));
      above.lineTo(...toScreen(other));
    }
    above.stroke();
    for (const each of model.communities ? [] : [item, ...ends.slice(0, 200)]) {
      const [x, y] = toScreen(each);
      above.beginPath();
      above.arc(x, y, radius(each), 0, 7);
      above.fillStyle = each.color;
      above.fill();
    }
    ring(item, css("--ink"), 2);
    const put = createPlacer(above, { width: size.width, height: size.height, font: css("--sans"), halo: css("--halo"), taken: [] });
    for (const [number, each] of [item, ...ends.slice(0, 24)].entries()) {
      const [x, y] = toScreen(each), r = radius(each) + 3;
      const rows = model.communities ? [...each.rows, each.told] : lines(nameOf(each.id));
      put(rows, [[0, 1, x, y + r], [0, -1, x, y - r], [1, 0, x + r, y], [-1, 0, x - r, y]], { size: number ? 12 : 13, weight: number ? 500 : 700, color: css("--ink"), force: !number });
    }
  }

  function under(x, y) {
    const worldX = (x - at.x) / at.scale, worldY = (y - at.y) / at.scale;
    let best = -1, nearest = Infinity;
    const test = (index) => {
      const item = model.items[index], [sx, sy] = toScreen(item);
      const far = model.communities ? Math.max(Math.abs(sx - x) - item.w * at.scale, Math.abs(sy - y) - item.h * at.scale) : Math.hypot(sx - x, sy - y) - radius(item);
      if (far < Math.min(nearest, 7)) [best, nearest] = [index, far];
    };
    if (model.communities) model.items.forEach((_, index) => test(index));
    else {
      if (!grid) {
        grid = new Map();
        model.items.forEach((item, index) => {
          const cell = `${Math.floor(item.x / CELL)},${Math.floor(item.y / CELL)}`;
          if (!grid.has(cell)) grid.set(cell, []);
          grid.get(cell).push(index);
        });
      }
      const reach = 20 / at.scale;
      if ((2 * reach / CELL) ** 2 > grid.size) model.items.forEach((_, index) => test(index));
      else for (let column = Math.floor((worldX - reach) / CELL); column <= Math.floor((worldX + reach) / CELL); column++)
        for (let row = Math.floor((worldY - reach) / CELL); row <= Math.floor((worldY + reach) / CELL); row++) (grid.get(`${column},${row}`) || []).forEach(test);
    }
    return best;
  }

  function choose(index) {
    if (index < 0) on.blank();
    else if (model.communities) on.community(model.items[index].id);
    else on.node(model.items[index].id);
  }

  function zoomAt(factor, x, y) {
    const scale = Math.min(8, Math.max(0.01, at.scale * factor)), real = scale / at.scale;
    at = { scale, x: x - (x - at.x) * real, y: y - (y - at.y) * real };
    move();
  }

  /* One pointer drags, two pinch; a click is a press that stays where it is. */
  const pointers = new Map();
  let pressed = null;
  const spot = (event) => {
    const { left, top: upper } = top.getBoundingClientRect();
    return [event.clientX - left, event.clientY - upper];
  };
  top.addEventListener("pointerdown", (event) => {
    top.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, spot(event));
    pressed = pointers.size === 1 ? spot(event) : null;
  });
  top.addEventListener("pointermove", (event) => {
    const [x, y] = spot(event), before = pointers.get(event.pointerId);
    if (before && pointers.size === 1) {
      if (pressed && Math.hypot(x - pressed[0], y - pressed[1]) < 4) return;
      pressed = null;
      at = { ...at, x: at.x + x - before[0], y: at.y + y - before[1] };
      pointers.set(event.pointerId, [x, y]);
      move();
    } else if (before) {
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      const factor = Math.hypot(x - other[0], y - other[1]) / Math.max(1, Math.hypot(before[0] - other[0], before[1] - other[1]));
      pointers.set(event.pointerId, [x, y]);
      zoomAt(factor, (x + other[0]) / 2, (y + other[1]) / 2);
    } else if (!moving) {
      const found = under(x, y);
      top.style.cursor = found >= 0 ? "pointer" : "grab";
      if (found !== hovered) {
        hovered = found;
        overlay();
      }
    }
  });
  const lift = (event) => {
    pointers.delete(event.pointerId);
    if (event.type === "pointerup" && pressed) choose(under(...pressed));
    pressed = null;
  };
  for (const name of ["pointerup", "pointercancel"]) top.addEventListener(name, lift);
  top.addEventListener("pointerleave", () => {
    if (hovered < 0) return;
    hovered = -1;
    overlay();
  });
  top.addEventListener("dblclick", (event) => {
    const found = under(...spot(event));
    if (found >= 0 && !model.communities) on.open(model.items[found].id);
  });
  top.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomAt(Math.exp(-Math.max(-60, Math.min(60, event.deltaY * (event.deltaMode ? 20 : 1))) * 0.0035), ...spot(event));
  }, { passive: false });
  top.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    const factor = { "+": 1.25, "=": 1.25, "-": 0.8 }[event.key];
    if (!step && !factor) return;
    event.preventDefault();
    if (factor) zoomAt(factor, size.width / 2, size.height / 2);
    else {
      at = { ...at, x: at.x + step[0], y: at.y + step[1] };
      move();
    }
  });

  const overview = {
    frame: top,
    canvases: [base, top],
    /** items: {id, x, y, r, color}, of communities rows (their name), told and dots instead of color, best first; links: {a, b, count or across} by place in items, best first; hulls: {x, y, rows}. */
    show(next, fresh) {
      model = { ...next, within: next.links.filter((link) => !link.across), across: next.links.filter((link) => link.across) };
      grid = null;
      hovered = -1;
      measure();
      if (fresh) overview.fit();
      else paint(false);
    },
    fit() {
      measure();
      if (!model.items.length || !size.width) return paint(false);
      let [left, upper, right, lower] = [Infinity, Infinity, -Infinity, -Infinity];
      for (const { x, y, w = 0, h = 0 } of model.items) {
        left = Math.min(left, x - w);
        right = Math.max(right, x + w);
        upper = Math.min(upper, y - h);
        lower = Math.max(lower, y + h);
      }
      const width = Math.max(60, size.width - 70), height = Math.max(60, size.height - 100);
      const scale = Math.min(width / Math.max(right - left, 1), height / Math.max(lower - upper, 1), 1.5);
      at = { scale, x: size.width / 2 - (left + right) / 2 * scale, y: size.height / 2 + 10 - (upper + lower) / 2 * scale };
      return paint(false);
    },
    select(id, bring) {
      selected = id;
      const item = model.items.find((each) => each.id === id);
      if (item && bring) {
        const [x, y] = toScreen(item);
        if (x < 60 || y < 60 || x > size.width - 60 || y > size.height - 60 || at.scale < 0.3) {
          const scale = Math.max(at.scale, 0.45);
          at = { scale, x: size.width / 2 - item.x * scale, y: size.height / 2 - item.y * scale };
          paint(false);
        }
      }
      overlay();
    },
    zoom: (factor) => zoomAt(factor, size.width / 2, size.height / 2),
    redraw: () => paint(false),
    size: () => paint(false),
    picture() {
      const items = model.items.map((item) => ({ ...item, x: item.x * at.scale + at.x, y: item.y * at.scale + at.y, radius: radius(item) }));
      return { width: size.width, height: size.height, items, links: model.links.map(({ a, b, count }) => ({ from: items[a].id, to: items[b].id, count })), names, communities: model.communities };
    },
    order: () => model.items.map(({ id }) => id),
    open: (id) => (model.communities ? on.community(id) : on.node(id)),
  };
  return overview;
}
