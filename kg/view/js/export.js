/* What can be taken out of the page: pictures, tables, text for the clipboard. */

import { clean, css, draw, make, outline } from "./dom.js";

export function download(name, blob) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Text to the clipboard, by the old way where a browser refuses the new one; true if it went. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = make("textarea", { value: text, className: "offscreen", "aria-hidden": "true" });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** Rows as CSV that spreadsheets read: UTF-8 with a mark, no cell a formula. */
export function csv(rows) {
  const cell = (text) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return new Blob(["\ufeff", rows.map((row) => row.map((text) => cell(String(text))).join(",")).join("\r\n"), "\r\n"], {
    type: "text/csv;charset=utf-8",
  });
}

/** Canvases of one place over each other, at the size of a box, on the page's ground. */
export function png(canvases, width, height) {
  const ratio = Math.max(2, window.devicePixelRatio || 1);
  const sheet = make("canvas", { width: width * ratio, height: height * ratio });
  const context = sheet.getContext("2d");
  context.scale(ratio, ratio);
  context.fillStyle = css("--page");
  context.fillRect(0, 0, width, height);
  for (const canvas of canvases)
    context.drawImage(canvas, canvas.offsetLeft, canvas.offsetTop, canvas.clientWidth, canvas.clientHeight);
  // Not toBlob, which waits for a browser with nothing to draw until it has time: up to seven seconds.
  const packed = atob(sheet.toDataURL("image/png").split(",")[1]);
  return new Blob([Uint8Array.from(packed, (character) => character.charCodeAt(0))], { type: "image/png" });
}

const short = (number) => number.toFixed(1);

/** A node's mark. */
function mark({ x, y, radius, style }) {
  const scale = radius / 6.5;
  const transform = `translate(${short(x - 7 * scale)} ${short(y - 7 * scale)}) scale(${scale.toFixed(3)})`;
  return draw("path", { d: outline(style.shape), fill: style.color, transform });
}

/** A community: a field with its members as dots, [x, y, color …]. */
function field({ x, y, w, h, dots }) {
  const [left, top] = [short(x - w), short(y - h)],
    size = { width: short(2 * w), height: short(2 * h), rx: 16 };
  const group = draw("g", {}, draw("rect", { x: left, y: top, ...size, fill: css("--card"), stroke: css("--edge") }));
  for (let i = 0; i < dots.length; i += 3)
    group.append(draw("circle", { cx: short(dots[i]), cy: short(dots[i + 1]), r: 1.8, fill: dots[i + 2] }));
  return group;
}

function line(a, b, planned) {
  const dashes = planned ? { "stroke-dasharray": "5 4" } : {};
  return draw("line", { x1: short(a.x), y1: short(a.y), x2: short(b.x), y2: short(b.y), ...dashes });
}

/** A picture as SVG. items: {id, x, y, radius, rows: of the name, style} or, with w, h and dots, communities; links: {from, to, planned}. */
export function svg({ width, height, items, links, title }) {
  const place = new Map(items.map((item) => [item.id, item]));
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const root = draw("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    ...size,
    "font-family": css("--sans"),
    lang: "zh-CN",
  });
  const strokes = draw("g", { stroke: css("--edge"), "stroke-width": 1, fill: "none" });
  for (const { from, to, planned } of links)
    if (place.has(from) && place.has(to)) strokes.append(line(place.get(from), place.get(to), planned));
  const halo = { stroke: css("--halo"), "stroke-width": 3, "paint-order": "stroke" };
  const names = draw("g", { fill: css("--ink"), ...halo, "text-anchor": "middle", "font-size": 12 });
  for (const { x, y, radius, rows } of items)
    rows.forEach((row, number) =>
      names.append(draw("text", { x: short(x), y: short(y + radius + 13 + 14 * number) }, row)),
    );
  const ground = draw("rect", { width, height, fill: css("--page") });
  root.append(
    draw("title", {}, clean(title)),
    ground,
    strokes,
    ...items.map((item) => (item.dots ? field(item) : mark(item))),
    names,
  );
  return root;
}

export const asFile = (element) =>
  new Blob(['<?xml version="1.0" encoding="UTF-8"?>\n', new XMLSerializer().serializeToString(element), "\n"], {
    type: "image/svg+xml",
  });
