/* The whole graph on a canvas. While it is panned a drawn picture is moved; while it is zoomed only so many lines, marks
   and names are drawn; once it rests, everything is. It can show communities instead of nodes: scene.js decides. */

import { createBrush } from "./brush.js";
import { css, make } from "./dom.js";
import { listenGestures } from "./gestures.js";
import { covered, createPlacer, lines } from "./names.js";

const SPARE = 0.22; // of the box, drawn on each side beyond it, so that panning needs no drawing
const REST = 140; // ms without movement, after which everything is drawn
const CAP = { links: 2500, marks: 3000, names: 28 }; // while zooming
const NAMES = 150;
const CERTAIN = 28000; // square px a community that is named even where the name covers members of others
const CELL = 90; // px of the grid in which the mark under the pointer is looked for

/** on: {node(i), community(i), open(i), blank()}; nameOf(i) */
export function createOverview(box, { nameOf, on }) {
  const base = make("canvas", { className: "base" }),
    top = make("canvas", { className: "top", tabIndex: 0 });
  box.append(base, top);
  const context = base.getContext("2d"),
    above = top.getContext("2d");
  let model = { communities: false, items: [], links: [], hulls: [] };
  let at = { scale: 1, x: 0, y: 0 }; // screen = world * scale + x
  let drawn = { ...at };
  let size = { width: 0, height: 0, ratio: 1, spareX: 0, spareY: 0 };
  let moving = 0,
    asked = 0,
    hovered = -1,
    selected = null,
    grid = null,
    names = [];

  const brush = createBrush(context, () => ({ at, size }));
  const toScreen = (item) => [item.x * at.scale + at.x, item.y * at.scale + at.y];
  const radius = (item) =>
    model.communities ? item.h * at.scale : Math.min(14, Math.max(1.3, item.r * (0.25 + at.scale)));

  function measure() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2),
      width = box.clientWidth,
      height = box.clientHeight;
    if (width === size.width && height === size.height && ratio === size.ratio) return;
    const spareX = Math.round(width * SPARE),
      spareY = Math.round(height * SPARE);
    size = { width, height, ratio, spareX, spareY };
    for (const [canvas, x, y] of [
      [base, spareX, spareY],
      [top, 0, 0],
    ]) {
      canvas.width = (width + 2 * x) * ratio;
      canvas.height = (height + 2 * y) * ratio;
      Object.assign(canvas.style, {
        width: `${width + 2 * x}px`,
        height: `${height + 2 * y}px`,
        left: `${-x}px`,
        top: `${-y}px`,
      });
    }
  }

  /** What is to be named, best first: communities, then nodes. */
  function* wanted() {
    for (const hull of model.hulls) yield { ...hull, size: 14, weight: 700, big: true };
    for (const item of model.items)
      yield {
        ...item,
        rows: model.communities ? item.rows : lines(nameOf(item.id)),
        size: model.communities ? 12.5 : 12,
        weight: model.communities ? 600 : 500,
      };
  }

  function writeNames(limit) {
    const font = css("--sans"),
      halo = css("--halo"),
      ink = css("--ink"),
      soft = css("--soft");
    const taken = covered(box);
    const put = createPlacer(context, { width: size.width, height: size.height, font, halo, taken });
    const beside = createPlacer(context, {
      width: size.width,
      height: size.height,
      font,
      halo,
      taken: { every: (test) => taken.every(test) && filled.every(test), push: (box) => taken.push(box) },
    });
    const filled = model.communities
      ? model.items
          .map((item) => [...toScreen(item), item.w * at.scale, item.h * at.scale])
          .map(([x, y, w, h]) => [x - w, y - h, x + w, y + h])
      : [];
    names = [];
    let tried = 0;
    for (const name of wanted()) {
      if (names.length >= limit * Math.min(1, 0.35 + at.scale) || tried > 6 * limit) return;
      const [x, y] = toScreen(name);
      if (x < 0 || y < 0 || x > size.width || y > size.height) continue;
      tried++;
      const r = name.big ? 0 : radius(name) + 2;
      const below = [
        [0, 1, x, y + r],
        [0, -1, x, y - r],
      ];
      const places = name.big
        ? [
            [0, 0, x, y],
            [0, -1, x, y - 14],
            [0, 1, x, y + 14],
          ]
        : model.communities
          ? below
          : [...below, [1, 0, x + r, y], [-1, 0, x - r, y]];
      const look = { size: name.size, weight: name.weight, color: name.big ? soft : ink };
      if (
        (model.communities && beside(name.rows, places, look)) ||
        ((!model.communities || names.length < (size.width * size.height) / CERTAIN) && put(name.rows, places, look))
      )
        names.push(name);
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
      for (const link of model.links)
        brush.strokes(model.items, [link], edge, Math.min(8, 0.5 + 0.6 * Math.sqrt(link.count)));
    } else {
      const { within, across } = model;
      context.globalAlpha = 0.16;
      if (!capped) brush.strokes(model.items, across, edge, 1);
      context.globalAlpha = 0.6;
      brush.strokes(model.items, capped ? within.slice(0, CAP.links) : within, edge, 1);
    }
    context.globalAlpha = 1;
    if (model.communities) brush.fields(model.items, capped ? CAP.marks : Infinity);
    else brush.marks(capped ? model.items.slice(0, CAP.marks) : model.items, radius);
    writeNames(capped ? CAP.names : NAMES);
    overlay();
  }

  function frame() {
    asked = 0;
    const zoomed = at.scale !== drawn.scale,
      dx = at.x - drawn.x,
      dy = at.y - drawn.y;
    if (zoomed || Math.abs(dx) > size.spareX || Math.abs(dy) > size.spareY) paint(true);
    else base.style.transform = `translate(${dx}px, ${dy}px)`;
    if (hovered >= 0 || selected) overlay();
  }

  function move() {
    if (!asked) asked = requestAnimationFrame(frame);
    clearTimeout(moving);
    moving = setTimeout(() => {
      moving = 0;
      paint(false);
    }, REST);
  }

  function ring(item, color, width) {
    const [x, y] = toScreen(item),
      w = item.w * at.scale,
      h = item.h * at.scale;
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
    const item = model.items[lit],
      strong = css("--edge-strong");
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
    const put = createPlacer(above, {
      width: size.width,
      height: size.height,
      font: css("--sans"),
      halo: css("--halo"),
      taken: [],
    });
    for (const [number, each] of [item, ...ends.slice(0, 24)].entries()) {
      const [x, y] = toScreen(each),
        r = radius(each) + 3;
      const rows = model.communities ? [...each.rows, each.told] : lines(nameOf(each.id));
      put(
        rows,
        [
          [0, 1, x, y + r],
          [0, -1, x, y - r],
          [1, 0, x + r, y],
          [-1, 0, x - r, y],
        ],
        { size: number ? 12 : 13, weight: number ? 500 : 700, color: css("--ink"), force: !number },
      );
    }
  }

  function under(x, y) {
    const worldX = (x - at.x) / at.scale,
      worldY = (y - at.y) / at.scale;
    let best = -1,
      nearest = Infinity;
    const test = (index) => {
      const item = model.items[index],
        [sx, sy] = toScreen(item);
      const far = model.communities
        ? Math.max(Math.abs(sx - x) - item.w * at.scale, Math.abs(sy - y) - item.h * at.scale)
        : Math.hypot(sx - x, sy - y) - radius(item);
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
      if (((2 * reach) / CELL) ** 2 > grid.size) model.items.forEach((_, index) => test(index));
      else
        for (let column = Math.floor((worldX - reach) / CELL); column <= Math.floor((worldX + reach) / CELL); column++)
          for (let row = Math.floor((worldY - reach) / CELL); row <= Math.floor((worldY + reach) / CELL); row++)
            (grid.get(`${column},${row}`) || []).forEach(test);
    }
    return best;
  }

  function choose(index) {
    if (index < 0) on.blank();
    else if (model.communities) on.community(model.items[index].id);
    else on.node(model.items[index].id);
  }

  function zoomAt(factor, x, y) {
    const scale = Math.min(8, Math.max(0.01, at.scale * factor)),
      real = scale / at.scale;
    at = { scale, x: x - (x - at.x) * real, y: y - (y - at.y) * real };
    move();
  }

  listenGestures(top, {
    drag(dx, dy) {
      at = { ...at, x: at.x + dx, y: at.y + dy };
      move();
    },
    zoom: zoomAt,
    middle: () => [size.width / 2, size.height / 2],
    point(place) {
      if (moving) return;
      const found = place ? under(...place) : -1;
      top.style.cursor = found >= 0 ? "pointer" : "grab";
      if (found === hovered) return;
      hovered = found;
      overlay();
    },
    click: (place) => choose(under(...place)),
    open(place) {
      const found = under(...place);
      if (found >= 0 && !model.communities) on.open(model.items[found].id);
    },
  });

  const overview = {
    frame: top,
    canvases: [base, top],
    /** items: {id, x, y, r, color}, of communities rows (their name), told and dots instead of color, best first; links: {a, b, count or across} by place in items, best first; hulls: {x, y, rows}. */
    show(next, fresh) {
      model = {
        ...next,
        within: next.links.filter((link) => !link.across),
        across: next.links.filter((link) => link.across),
      };
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
      const width = Math.max(60, size.width - 70),
        height = Math.max(60, size.height - 100);
      const scale = Math.min(width / Math.max(right - left, 1), height / Math.max(lower - upper, 1), 1.5);
      at = {
        scale,
        x: size.width / 2 - ((left + right) / 2) * scale,
        y: size.height / 2 + 10 - ((upper + lower) / 2) * scale,
      };
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
      const items = model.items.map((item) => ({
        ...item,
        x: item.x * at.scale + at.x,
        y: item.y * at.scale + at.y,
        radius: radius(item),
        w: item.w * at.scale,
        h: item.h * at.scale,
        dots:
          item.dots && item.dots.map((value, i) => (i % 3 === 2 ? value : value * at.scale + (i % 3 ? at.y : at.x))),
      }));
      return {
        width: size.width,
        height: size.height,
        items,
        links: model.links.map(({ a, b, count }) => ({ from: items[a].id, to: items[b].id, count })),
        names,
        communities: model.communities,
      };
    },
    order: () => model.items.map(({ id }) => id),
    open: (id) => (model.communities ? on.community(id) : on.node(id)),
  };
  return overview;
}
