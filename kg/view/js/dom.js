/* Elements. Strings of the data reach the page by textContent alone. */

const TURNING = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A text without characters that would turn or break the line it stands in. */
export function clean(text) {
  return text.replace(TURNING, "");
}

export const $ = (id) => document.getElementById(id);

/** An element: properties are set as such, `aria-…`, `data-…`, `role`, `lang`, `for` as attributes; children are nodes or text. */
export function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name.includes("-") || name === "role" || name === "lang" || name === "for") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export function button(text, onclick, properties) {
  return make("button", { type: "button", onclick, ...properties }, text);
}

const OUTLINES = {
  dot: "M7 1a6 6 0 1 0 .01 0z",
  square: "M1.5 1.5h11v11h-11z",
  diamond: "M7 .5 13.5 7 7 13.5 .5 7z",
  triangle: "M7 1 13.5 12.5H.5z",
  triangleDown: "M7 13 .5 1.5h13z",
  hexagon: "M3.7 1.3h6.6L13.6 7l-3.3 5.7H3.7L.4 7z",
  star: "M7 .6 8.9 5l4.7.4-3.6 3 1.1 4.7L7 10.6l-4.1 2.5L4 8.4l-3.6-3L5.1 5z",
};

/** The outline of a type's mark in a box of 14 by 14. */
export function outline(shape) {
  return OUTLINES[shape] || OUTLINES.dot;
}

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element with these attributes. */
export function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function icon({ shape, color }) {
  return draw(
    "svg",
    { viewBox: "0 0 14 14", class: "shape", "aria-hidden": "true" },
    draw("path", { d: outline(shape), fill: color }),
  );
}

/** The value of a colour or font of the style sheet. */
export function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
