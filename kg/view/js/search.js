/* Finding a name by what it holds, by pinyin, by initials, or by a mixture: 韩, han, hanh, hh. */

import { clean } from "./dom.js";

const plain = (text) => clean(text).normalize("NFKC").toLowerCase();

export function createSearch(data) {
  const readings = new Map(Object.entries(data.pinyin).map(([character, told]) => [character, told.split(" ")]));
  const names = new Array(data.count);
  const of = (number) =>
    (names[number] = names[number] || [data.node.label[number], ...data.aliases(number)].map(plain));

  /** Whether letters from `at` are the name's characters from `place`, their readings, or beginnings of these. */
  function reads(name, place, letters, at) {
    if (at === letters.length) return true;
    if (place === name.length) return false;
    if (letters[at] === name[place] && reads(name, place + 1, letters, at + 1)) return true;
    for (const reading of readings.get(name[place]) || []) {
      for (let length = Math.min(reading.length, letters.length - at); length > 0; length--) {
        if (letters.startsWith(reading.slice(0, length), at) && reads(name, place + 1, letters, at + length))
          return true;
      }
    }
    return false;
  }

  /** How well a name fits: 0 the whole, 1 its beginning, 2 within, 3 its reading, 4 a reading within, 9 not. */
  function fit(name, wanted, latin) {
    const place = name.indexOf(wanted);
    if (place >= 0) return name.length === wanted.length ? 0 : place === 0 ? 1 : 2;
    if (!latin) return 9;
    const characters = Array.from(name);
    for (let start = 0; start < characters.length; start++)
      if (reads(characters, start, latin, 0)) return start ? 4 : 3;
    return 9;
  }

  /** At most `limit` nodes that fit the text, best first, then those with most facts; and how many there are. */
  return function find(text, limit) {
    const wanted = plain(text).trim();
    if (!wanted) return { found: [], total: 0 };
    const latin = /[a-z]/.test(wanted) ? wanted.replace(/[' ]/g, "") : "";
    const fitting = [];
    for (let number = 0; number < data.count; number++) {
      let best = 9;
      for (const name of of(number)) best = Math.min(best, fit(name, wanted, latin));
      if (best < 9) fitting.push([best, data.byNode.of(number).length, number]);
    }
    fitting.sort((a, b) => a[0] - b[0] || b[1] - a[1] || a[2] - b[2]);
    return { found: fitting.slice(0, limit).map((entry) => entry[2]), total: fitting.length };
  };
}
