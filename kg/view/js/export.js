/* What can be taken out of the page: pictures, tables, text for the clipboard. */

import { clean, css, draw, make, outline } from "./dom.js";
import { lines } from "./names.js";

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
  return new Blob(["\ufeff", rows.map((row) => row.map((text) => cell(String(text))).join(",")).join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" });
}

/** Canvases of one place over each other, at the size of a box, on the page's ground. */
export function png(canvases, width, height) {
  const ratio = Math.max(2, window.devicePixelRatio || 1);
  const sheet = new OffscreenCanvas(width * ratio, height * ratio);
  const context = sheet.getContext("2d");
  context.scale(ratio, ratio);
  context.fillStyle = css("--page");
  context.fillRect(0, 0, width, height);
  for (const canvas of canvases) context.drawImage(canvas, canvas.offsetLeft, canvas.offsetTop, canvas.clientWidth, canvas.clientHeight);
  return sheet.convertToBlob({ type: "image/png" });
}

/** A picture as SVG. items: {id, x, y, radius, name, style}; links: {from, to, planned}; names: whether to write all. */
export function svg({ width, height, items, links, title }) {
  const place = new Map(items.map((item) => [item.id, item]));
  const root = draw("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, "font-family": css("--sans"), lang: "zh-CN" });
  root.append(draw("title", {}, clean(title)), draw("rect", { width, height, fill: css("--page") }));
  const strokes = draw("g", { stroke: css("--edge"), "stroke-width": 1, fill: "none" });
  for (const { from, to, planned } of links) {
    const a = place.get(from), b = place.get(to);
    if (a && b) strokes.append(draw("line", { x1: a.x.toFixed(1), y1: a.y.toFixed(1), x2: b.x.toFixed(1), y2: b.y.toFixed(1), ...(planned ? { "stroke-dasharray": "5 4" } : {}) }));
  }
  const marks = draw("g", {}), names = draw("g", { fill: css("--ink"), stroke: css("--halo"), "stroke-width": 3, "paint-order": "stroke", "text-anchor": "middle", "font-size": 12 });
  for (const item of items) {
    const scale = item.radius / 6.5;
    marks.append(draw("path", { d: outline(item.style.shape), fill: item.style.color, transform: `translate(${(item.x - 7 * scale).toFixed(1)} ${(item.y - 7 * scale).toFixed(1)}) scale(${scale.toFixed(3)})` }));
    if (item.name) lines(item.name).forEach((row, number) => names.append(draw("text", { x: item.x.toFixed(1), y: (item.y + item.radius + 13 + 14 * number).toFixed(1) }, row)));
  }
  root.append(strokes, marks, names);
  return root;
}

export const asFile = (element) => new Blob(['<?xml version="1.0" encoding="UTF-8"?>\n', new XMLSerializer().serializeToString(element), "\n"], { type: "image/svg+xml" });
