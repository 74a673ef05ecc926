/* Many lines, marks and dots on a canvas, fast: one path for many, and nothing that would not be seen. */

import { css } from "./dom.js";

const CHUNK = 200; // lines a stroke: one path of many thousands is slow
const SQUARE = 2.6; // px of a radius below which a mark is a square

/** frame(): where the canvas is now: {at: {scale, x, y}, size: {width, height, spareX, spareY}}. */
export function createBrush(context, frame) {
  /** Whether a box around a point of the screen, w and h half its size, is out of sight. */
  function unseen(x, y, w, h) {
    const { width, height, spareX, spareY } = frame().size;
    return x < -spareX - w || y < -spareY - h || x > width + spareX + w || y > height + spareY + h;
  }

  /** Lines between items: {a, b} by place. */
  function strokes(items, links, color, width) {
    const { at, size } = frame();
    const [left, upper] = [-size.spareX, -size.spareY];
    const [right, lower] = [size.width + size.spareX, size.height + size.spareY];
    const beyond = (p, q, low, high) => (p < low && q < low) || (p > high && q > high);
    Object.assign(context, { strokeStyle: color, lineWidth: width });
    let count = 0;
    context.beginPath();
    for (const link of links) {
      const a = items[link.a];
      const b = items[link.b];
      const [ax, ay] = [a.x * at.scale + at.x, a.y * at.scale + at.y];
      const [bx, by] = [b.x * at.scale + at.x, b.y * at.scale + at.y];
      if (beyond(ax, bx, left, right) || beyond(ay, by, upper, lower)) continue;
      context.moveTo(ax, ay);
      context.lineTo(bx, by);
      if (++count % CHUNK) continue;
      context.stroke();
      context.beginPath();
    }
    context.stroke();
  }

  const sorted = (byColor, color) => byColor.get(color) || byColor.set(color, []).get(color);

  /** Nodes as discs, or as squares where they are tiny. */
  function marks(items, radius) {
    const { at } = frame();
    const byColor = new Map();
    for (const item of items) {
      const [x, y, r] = [item.x * at.scale + at.x, item.y * at.scale + at.y, radius(item)];
      if (!unseen(x, y, r, r)) sorted(byColor, item.color).push(x, y, r);
    }
    for (const [color, list] of byColor) {
      context.fillStyle = color;
      context.beginPath();
      for (let i = 0; i < list.length; i += 3) {
        const [x, y, r] = [list[i], list[i + 1], list[i + 2]];
        if (r < SQUARE) {
          context.fillRect(x - r, y - r, 2 * r, 2 * r);
        } else {
          context.moveTo(x + r, y);
          context.arc(x, y, r, 0, 7);
        }
      }
      context.fill();
    }
  }

  /** Communities: a field each with its members as dots, at most `most` of them. */
  function fields(items, most) {
    const { at } = frame();
    const dot = Math.min(5, Math.max(1.1, 5 * at.scale));
    const byColor = new Map();
    Object.assign(context, { fillStyle: css("--card"), strokeStyle: css("--edge"), lineWidth: 1.2 });
    context.beginPath();
    let shown = 0;
    for (const item of items) {
      const [x, y] = [item.x * at.scale + at.x, item.y * at.scale + at.y];
      const [w, h] = [item.w * at.scale, item.h * at.scale];
      if (unseen(x, y, w, h)) continue;
      context.roundRect(x - w, y - h, 2 * w, 2 * h, Math.min(18, w, h));
      for (let i = 0; i < item.dots.length && shown < most; i += 3, shown++)
        sorted(byColor, item.dots[i + 2]).push(item.dots[i] * at.scale + at.x, item.dots[i + 1] * at.scale + at.y);
    }
    context.fill();
    context.stroke();
    for (const [color, list] of byColor) {
      context.fillStyle = color;
      for (let i = 0; i < list.length; i += 2) context.fillRect(list[i] - dot, list[i + 1] - dot, 2 * dot, 2 * dot);
    }
  }

  return { strokes, marks, fields };
}
