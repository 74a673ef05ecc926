/* From the selection to what is drawn: the whole graph or its communities for the overview, some 150 nodes for the focus. */

import { arrange } from "./arrange.js";
import { box } from "./names.js";

const LONG = 12; // characters of a leader in a community's name
const MARGIN = 26; // px around a community's members
const NAMED = 10; // nodes from which a community's name stands in the overview

const shorten = (name) =>
  Array.from(name).length > LONG
    ? `${Array.from(name)
        .slice(0, LONG - 1)
        .join("")}…`
    : name;

/** Where most of the values lie: strays do not count. */
function range(values) {
  const sorted = values.sort((a, b) => a - b),
    stray = Math.floor(values.length * 0.01);
  return [sorted[stray], sorted[sorted.length - 1 - stray]];
}

export function createScene(data, words) {
  const { node, pairs } = data;
  const known = new WeakMap();
  let places = new Map(),
    placed = "";

  const leaders = (id) => data.communities[id].map((number) => shorten(data.name(number)));
  const colorOf = (number) => words.style(data.typeOf(number)).color;
  const many = ({ nodes }, state) => nodes.length > data.limit && !state.dots;

  /** Communities of the visible nodes, largest first: {id, rows of the name, told, count, x, y, w and h (half its size), dots: [x, y, color …]}. */
  function communities(view, tall) {
    if (!known.has(view)) known.set(view, {});
    return (known.get(view)[tall ? "tall" : "wide"] ??= gathered(view, tall));
  }

  function gathered({ nodes, passing }, tall) {
    const across = tall ? node.y : node.x,
      down = tall ? node.x : node.y;
    const found = new Map();
    for (const number of nodes) {
      const id = node.community[number];
      if (!found.has(id)) found.set(id, { id, members: [], linked: false });
      found.get(id).members.push(number);
      if (passing.degree[number]) found.get(id).linked = true;
    }
    const groups = [...found.values()].filter(({ members, linked }) => linked || members.length > 1);
    return groups
      .map(({ id, members }) => {
        const [left, right] = range(members.map((number) => across[number])),
          [upper, lower] = range(members.map((number) => down[number]));
        const dots = members.flatMap((number) => [across[number], down[number], colorOf(number)]);
        const count = members.length;
        return {
          id,
          rows: leaders(id),
          count,
          x: (left + right) / 2,
          y: (upper + lower) / 2,
          w: (right - left) / 2 + MARGIN,
          h: (lower - upper) / 2 + MARGIN,
          dots,
          told: words.ui("members", words.number(count)),
        };
      })
      .sort((a, b) => b.count - a.count || a.id - b.id);
  }

  function between(groups, { links }) {
    const place = new Map(groups.map(({ id }, number) => [id, number])),
      found = new Map();
    for (const pair of links) {
      const a = place.get(node.community[pairs.from[pair]]),
        b = place.get(node.community[pairs.to[pair]]);
      if (a === b) continue;
      const key = Math.min(a, b) * groups.length + Math.max(a, b);
      found.set(key, (found.get(key) || 0) + 1);
    }
    return [...found]
      .map(([key, count]) => ({ a: Math.floor(key / groups.length), b: key % groups.length, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, 3 * groups.length);
  }

  /** What the overview draws; tall: on a screen higher than wide, so turned upright. */
  function overview(view, state, tall) {
    const groups = communities(view, tall);
    if (many(view, state)) return { communities: true, items: groups, links: between(groups, view), hulls: [] };
    const { degree } = view.passing;
    const order = [...view.nodes].sort((a, b) => degree[b] - degree[a] || a - b);
    const place = new Map(order.map((number, i) => [number, i]));
    const items = order.map((id) => ({
      id,
      x: tall ? node.y[id] : node.x[id],
      y: tall ? node.x[id] : node.y[id],
      r: Math.min(11, 3 + 1.1 * Math.sqrt(degree[id])),
      color: colorOf(id),
    }));
    const links = view.links
      .map((pair) => ({
        a: place.get(pairs.from[pair]),
        b: place.get(pairs.to[pair]),
        across: node.community[pairs.from[pair]] !== node.community[pairs.to[pair]],
      }))
      .sort((a, b) => a.across - b.across || a.a + a.b - b.a - b.b);
    return {
      communities: false,
      items,
      links,
      hulls: groups.filter(({ count }) => count >= NAMED).map(({ rows, x, y, id }) => ({ id, rows, x, y })),
    };
  }

  /** What the focus view draws; fresh: whether these are other nodes than before, so that nothing had to keep its place. */
  function focus(view, state) {
    const key = JSON.stringify([state.scope, state.of, state.to, state.depth]);
    const kept = key === placed ? places : new Map();
    const pairsShown = view.links.map((pair) => [pairs.from[pair], pairs.to[pair]]);
    const known = view.nodes.every((number) => kept.has(number) || (state.scope === "top" && data.opening.has(number)));
    if (known) places = new Map(view.nodes.map((number) => [number, kept.get(number) || data.opening.get(number)]));
    else
      places = arrange(
        [...view.nodes].sort((a, b) => a - b),
        pairsShown,
        (id) => box(data.name(id)),
        new Map(view.nodes.map((id) => [id, [node.x[id], node.y[id]]])),
        kept,
      );
    const fresh = key !== placed || view.nodes.some((number) => !kept.has(number));
    placed = key;
    const items = view.nodes.map((id) => ({ id, x: places.get(id)[0], y: places.get(id)[1] }));
    const links = view.links.map((pair) => {
      const passing = [...data.byPair.of(pair)].filter((i) => view.passing.factOn[i]);
      return {
        id: pair,
        from: data.fact.s[passing[0]],
        to: data.fact.o[passing[0]],
        count: passing.length,
        planned: passing.every((i) => data.statuses[data.fact.status[i]] !== "actual"),
      };
    });
    return { items, links, fresh };
  }

  return { overview, focus, communities, many };
}
