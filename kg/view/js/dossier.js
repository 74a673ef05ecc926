/* Everything known of one thing on one page: a small network, a timeline, its facts, and the numbered citations. */

import { make } from "./dom.js";
import { arrange } from "./arrange.js";
import { svg } from "./export.js";
import { box, lines } from "./names.js";

const NEIGHBOURS = 22;

/** panel, telling: for headings and facts. */
export function createDossier(data, words, panel, telling, on) {
  const { ui } = words;

  /** The day something happened: the day of the event it is about if that is told, else that of the article. */
  function happened(i) {
    for (const number of [data.fact.s[i], data.fact.o[i]]) {
      if (number < 0) continue;
      for (const other of data.byNode.of(number)) {
        const value = data.value(other);
        if (data.fact.s[other] === number && value && value.date && data.predicates[data.fact.p[other]] === "heldOn")
          return [value.date, true];
      }
    }
    const value = data.value(i);
    if (value && value.date) return [value.date, true];
    return [data.date(i), false];
  }

  function network(number, links) {
    const { passing } = links,
      near = new Map(),
      next = new Map();
    for (const pair of data.pairsOf.of(number))
      if (passing.pairOn[pair]) near.set(data.other(pair, number), data.byPair.of(pair).length);
    const best = (counts) =>
      [...counts.keys()].sort(
        (a, b) => counts.get(b) - counts.get(a) || passing.degree[b] - passing.degree[a] || a - b,
      );
    const first = best(near).slice(0, NEIGHBOURS);
    for (const one of first)
      for (const pair of data.pairsOf.of(one)) {
        const other = data.other(pair, one);
        if (passing.pairOn[pair] && other !== number && !near.has(other)) next.set(other, (next.get(other) || 0) + 1);
      }
    const chosen = [...first, ...best(next).slice(0, NEIGHBOURS - first.length)];
    if (!chosen.length) return null;
    const ids = [number, ...chosen],
      inside = new Set(ids);
    const pairs = [...new Set(ids.flatMap((id) => [...data.pairsOf.of(id)]))].filter(
      (pair) => passing.pairOn[pair] && inside.has(data.pairs.from[pair]) && inside.has(data.pairs.to[pair]),
    );
    const places = arrange(
      ids,
      pairs.map((pair) => [data.pairs.from[pair], data.pairs.to[pair]]),
      (id) => box(data.name(id)),
      new Map(),
      new Map(),
    );
    const points = [...places.values()],
      low = [0, 1].map((axis) => Math.min(...points.map((point) => point[axis]))),
      high = [0, 1].map((axis) => Math.max(...points.map((point) => point[axis])));
    const items = ids.map((id) => ({
      id,
      x: places.get(id)[0] - low[0] + 70,
      y: places.get(id)[1] - low[1] + 24,
      radius: id === number ? 11 : 7,
      rows: lines(data.name(id)),
      style: words.style(data.typeOf(id)),
    }));
    const picture = svg({
      width: Math.round(high[0] - low[0] + 140),
      height: Math.round(high[1] - low[1] + 80),
      items,
      links: pairs.map((pair) => ({ from: data.pairs.from[pair], to: data.pairs.to[pair] })),
      title: ui("dossier_network", data.name(number)),
    });
    picture.setAttribute("role", "img");
    return make(
      "figure",
      {},
      picture,
      make(
        "figcaption",
        {},
        near.size > first.length
          ? ui("dossier_left", first.length, near.size)
          : ui(chosen.length > first.length ? "dossier_next" : "dossier_near", near.size, chosen.length - first.length),
      ),
    );
  }

  /** list: the node's facts that pass; links: from selection.visible. */
  return function dossier(number, list, hidden, links) {
    const sorted = [...list].sort((a, b) =>
      happened(a)[0] < happened(b)[0] ? -1 : happened(a)[0] > happened(b)[0] ? 1 : data.fact.t[a] - data.fact.t[b],
    );
    const cited = new Map();
    for (const i of sorted)
      if (!cited.has(data.fact.t[i])) cited.set(data.fact.t[i], { place: cited.size + 1, list: [] });
    for (const i of sorted) cited.get(data.fact.t[i]).list.push(i);
    const note = (i) =>
      make(
        "a",
        {
          className: "note",
          href: `#note-${cited.get(data.fact.t[i]).place}`,
          onclick: (event) => {
            event.preventDefault();
            document.getElementById(`note-${cited.get(data.fact.t[i]).place}`).scrollIntoView({ block: "center" });
          },
        },
        `[${cited.get(data.fact.t[i]).place}]`,
      );
    const phrase = (i) => {
      const reversed = data.fact.s[i] !== number;
      return [
        make("span", { className: "relation" }, words.predicate(data.predicates[data.fact.p[i]], reversed)),
        " ",
        telling.otherEnd(i, reversed),
        " ",
        ...telling.marks(i),
        note(i),
      ];
    };
    const timeline = [];
    for (const group of panel.together(sorted).sort((a, b) => sorted.indexOf(a[0]) - sorted.indexOf(b[0]))) {
      const [day, exact] = happened(group[0]);
      timeline.push(
        make(
          "li",
          {},
          make("time", { className: exact ? "" : "about", title: exact ? "" : ui("by_article") }, day || ui("undated")),
          make(
            "div",
            {},
            group.map((i) => make("p", {}, phrase(i))),
          ),
        ),
      );
    }
    const groups = new Map();
    for (const i of sorted) {
      const reversed = data.fact.s[i] !== number,
        name = words.predicate(data.predicates[data.fact.p[i]], reversed);
      if (!groups.has(name)) groups.set(name, { predicate: data.predicates[data.fact.p[i]], list: [] });
      groups.get(name).list.push(i);
    }
    const relations = [...groups]
      .sort((a, b) => words.by("predicates")(a[1].predicate, b[1].predicate))
      .map(([name, { list: own }]) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, name),
          make(
            "td",
            {},
            own.map((i) =>
              make(
                "span",
                { className: "item" },
                telling.otherEnd(i, data.fact.s[i] !== number),
                ...telling.marks(i),
                note(i),
              ),
            ),
          ),
        ),
      );
    const notes = [...cited.values()].map(({ place, list: own }) =>
      make("li", { id: `note-${place}`, value: place }, telling.quote(own), telling.source(own[0])),
    );
    const dates = sorted
      .map((i) => data.date(i))
      .filter(Boolean)
      .sort();
    const articles = new Set(sorted.map((i) => data.sentence.article[data.fact.t[i]])).size;
    return [
      make(
        "div",
        { className: "dossier-head" },
        panel.heading(number),
        make(
          "p",
          { className: "hint" },
          ui(
            "dossier_summary",
            words.number(list.length),
            words.number(articles),
            dates.length ? `${dates[0]} – ${dates[dates.length - 1]}` : ui("undated"),
          ),
        ),
        hidden ? make("p", { className: "hint" }, ui("hidden_facts", hidden)) : null,
        data.beyond ? make("p", { className: "hint" }, ui("beyond", words.number(data.beyond))) : null,
        on.actions(number),
      ),
      network(number, links),
      make(
        "section",
        {},
        make("h3", {}, ui("dossier_relations")),
        make("table", { className: "relations" }, make("tbody", {}, relations)),
      ),
      make("section", {}, make("h3", {}, ui("dossier_timeline")), make("ol", { className: "timeline" }, timeline)),
      make("section", {}, make("h3", {}, ui("dossier_sources")), make("ol", { className: "notes" }, notes)),
    ].filter(Boolean);
  };
}
