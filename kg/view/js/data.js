/* The page's data: unpacked, indexed, and asked here for everything that others need to know of a node or a fact. */

import { clean } from "./dom.js";

async function unpack(element) {
  const packed = atob(JSON.parse(element.textContent));
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

/** Rows of `keys` (numbers below `count`) in a compact table: those of key k are list[start[k]] … list[start[k + 1] - 1]. */
function grouped(count, keys, rows) {
  const start = new Int32Array(count + 1);
  for (const key of keys) start[key + 1]++;
  for (let i = 0; i < count; i++) start[i + 1] += start[i];
  const next = start.slice(),
    list = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) list[next[keys[i]]++] = rows ? rows[i] : i;
  return { start, list, of: (key) => list.subarray(start[key], start[key + 1]) };
}

/** Pairs of nodes with relations between them: from, to, and which pair each fact belongs to (-1: none). */
function paired({ s, o }, count) {
  const places = new Map(),
    from = [],
    to = [],
    pairOf = new Int32Array(s.length).fill(-1);
  for (let i = 0; i < s.length; i++) {
    const a = s[i],
      b = o[i];
    if (b < 0 || a === b) continue;
    const key = a < b ? a * count + b : b * count + a;
    let place = places.get(key);
    if (place === undefined) {
      places.set(key, (place = from.length));
      from.push(a);
      to.push(b);
    }
    pairOf[i] = place;
  }
  return { from: Int32Array.from(from), to: Int32Array.from(to), pairOf };
}

export async function load(element) {
  const data = await unpack(element);
  const { node, fact, sentence, articles } = data;
  const count = node.id.length;
  const pairs = paired(fact, count);

  const subjects = [],
    rows = [];
  for (let i = 0; i < fact.s.length; i++) {
    subjects.push(fact.s[i]);
    rows.push(i);
    if (fact.o[i] >= 0 && fact.o[i] !== fact.s[i]) {
      subjects.push(fact.o[i]);
      rows.push(i);
    }
  }
  const byNode = grouped(count, subjects, rows);
  const inPair = [...pairs.pairOf.keys()].filter((i) => pairs.pairOf[i] >= 0);
  const byPair = grouped(
    pairs.from.length,
    inPair.map((i) => pairs.pairOf[i]),
    inPair,
  );
  const ends = pairs.from.length,
    both = new Int32Array(2 * ends),
    numbers = new Int32Array(2 * ends);
  both.set(pairs.from);
  both.set(pairs.to, ends);
  for (let i = 0; i < 2 * ends; i++) numbers[i] = i % ends;
  const pairsOf = grouped(count, both, numbers);
  const members = grouped(data.communities.length, node.community);
  const placeOf = new Map(node.id.map((id, number) => [id, number]));
  const cleaned = new Array(count);
  const other = (pair, number) => (pairs.from[pair] === number ? pairs.to[pair] : pairs.from[pair]);

  return {
    ...data,
    count,
    facts: fact.s.length,
    placeOf,
    byNode,
    byPair,
    pairsOf,
    members,
    pairs,
    other,
    opening: new Map(data.opening.id.map((number, i) => [number, [data.opening.x[i], data.opening.y[i]]])),
    name: (number) =>
      cleaned[number] === undefined
        ? (cleaned[number] = clean(node.label[number]) || node.id[number])
        : cleaned[number],
    typeOf: (number) => data.types[node.type[number]],
    /** What a community is called: after its best connected members. */
    community(id) {
      return data.communities[id].map((number) => this.name(number)).join("、");
    },
    aliases: (number) => node.aliases[number] || [],
    article: (i) => articles[sentence.article[fact.t[i]]],
    date: (i) => articles[sentence.article[fact.t[i]]].date || "",
    text: (i) => sentence.text[fact.t[i]],
    value: (i) => (fact.o[i] < 0 ? data.values[-1 - fact.o[i]] : null),
    qualifiersOf: (i) => (fact.q[i] === undefined ? [] : data.qualifiers[fact.q[i]]),
    inferred: (i) => fact.inferred[i],
    /** What tells a fact from all others, whatever its number in this file: it goes into addresses. */
    key(i) {
      const value = this.value(i);
      const parts = [
        node.id[fact.s[i]],
        data.predicates[fact.p[i]],
        value ? JSON.stringify(value) : node.id[fact.o[i]],
        this.article(i).id,
        sentence.start[fact.t[i]],
      ];
      let hash = 2166136261; // FNV-1a
      for (const character of parts.join("\n")) hash = Math.imul(hash ^ character.codePointAt(0), 16777619) >>> 0;
      return hash.toString(36);
    },
  };
}
