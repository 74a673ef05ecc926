/* Names in a picture: wrapped, and each put where it covers nothing and nothing covers it. */

const LINE = 1.2; // of the font size
const WRAP = 9; // full-width characters a line, as layout.py counts

const broad = (character) => (character.charCodeAt(0) < 0x2e80 ? 0.55 : 1);

/** The width of a text in full-width characters. */
export function breadth(text) {
  let sum = 0;
  for (const character of text) sum += broad(character);
  return sum;
}

const wrapped = new Map();

/** A name in one line or two of like length, at most WRAP wide. */
export function lines(name) {
  if (wrapped.has(name)) return wrapped.get(name);
  const total = breadth(name);
  const limit = total > WRAP ? Math.min(Math.ceil(total / 2), WRAP) : WRAP;
  const rows = [""];
  let width = 0;
  for (const character of name) {
    if (width + broad(character) > limit && rows.length === 2) {
      rows[1] = rows[1].slice(0, -1) + "…";
      break;
    }
    if (width + broad(character) > limit) {
      rows.push("");
      width = 0;
    }
    rows[rows.length - 1] += character;
    width += broad(character);
  }
  wrapped.set(name, rows);
  return rows;
}

/** Width and height in px of a name with its mark, as layout.py has it. */
export function box(name) {
  const rows = lines(name);
  return [Math.max(26, Math.ceil(Math.max(...rows.map(breadth))) * 12.5) + 8, 24 + rows.length * 15 + 6];
}

/** What lies over a picture, as rectangles: names under it would not be read. */
export function covered(picture) {
  const over = [...picture.parentElement.children].filter((element) => element !== picture && element.offsetParent);
  return over.map(({ offsetLeft: x, offsetTop: y, offsetWidth, offsetHeight }) => [
    x,
    y,
    x + offsetWidth,
    y + offsetHeight,
  ]);
}

/** Writes names on a canvas of this size; taken: rectangles [left, top, right, bottom] to keep free. */
export function createPlacer(context, { width, height, font, halo, taken }) {
  Object.assign(context, {
    textAlign: "center",
    textBaseline: "middle",
    lineJoin: "round",
    lineWidth: 3.5,
    strokeStyle: halo,
  });
  const free = ([left, top, right, bottom]) =>
    left >= 0 &&
    right <= width &&
    top >= 0 &&
    bottom <= height &&
    taken.every((other) => left >= other[2] || right <= other[0] || top >= other[3] || bottom <= other[1]);

  /** Writes rows at the first free of `places`, [side, side, x, y], at any rate if forced; the rectangle, or null. */
  return function put(rows, places, { size, weight, color, force }) {
    context.font = `${weight} ${size}px ${font}`;
    context.fillStyle = color;
    const wide = Math.max(...rows.map((row) => context.measureText(row).width)) + 4,
      high = rows.length * size * LINE;
    const rectangles = places.map(([dx, dy, x, y]) => [
      x + ((dx - 1) * wide) / 2,
      y + ((dy - 1) * high) / 2,
      x + ((dx + 1) * wide) / 2,
      y + ((dy + 1) * high) / 2,
    ]);
    const chosen = rectangles.find(free) || (force ? rectangles[0] : null);
    if (!chosen) return null;
    taken.push(chosen);
    rows.forEach((row, number) => {
      const x = chosen[0] + wide / 2,
        y = chosen[1] + (number + 0.5) * size * LINE;
      context.strokeText(row, x, y);
      context.fillText(row, x, y);
    });
    return chosen;
  };
}
