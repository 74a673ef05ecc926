/* The panel beside the picture: a node's facts, a link's facts, a path step by step, or where to begin. */

import { button, clean, icon, make } from "./dom.js";

/** telling: from told.js; on: {go(i), fact(key), copy(text, button), community(n)}. */
export function createPanel(data, words, telling, on) {
  const { ui } = words;
  const newestFirst = (a, b) =>
    data.date(a) < data.date(b) ? 1 : data.date(a) > data.date(b) ? -1 : data.fact.t[a] - data.fact.t[b];

  /** Facts that one sentence says in one way, together. */
  function together(list) {
    const groups = new Map();
    for (const i of [...list].sort(newestFirst)) {
      const key = [data.fact.t[i], data.fact.rule[i], data.fact.status[i], data.fact.conf[i], data.inferred(i)].join(
        "\n",
      );
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(i);
    }
    return [...groups.values()];
  }

  /** A row that opens on its sentence. open: whether it is open now. */
  function row(list, heads, open) {
    const key = data.key(list[0]);
    const toggle = button(
      make("span", { className: "date" }, data.date(list[0]) || ui("undated")),
      (event) => {
        event.stopPropagation();
        on.fact(open ? "" : key);
      },
      {
        className: "toggle",
        "aria-expanded": String(open),
        "aria-label": ui(open ? "close_sentence" : "open_sentence", data.date(list[0]) || ui("undated")),
      },
    );
    const item = make(
      "li",
      { className: open ? "fact open" : "fact", "data-key": key },
      make(
        "div",
        { className: "head", onclick: () => on.fact(open ? "" : key) },
        toggle,
        make(
          "div",
          { className: "ends" },
          list.map((i) => [heads(i)]),
          telling.marks(list[0]),
        ),
      ),
      open ? telling.evidence(list, on.copy) : null,
    );
    return item;
  }

  function group(title, list, heads, isOpen) {
    const rows = together(list).map((each) => row(each, heads, isOpen(each)));
    return [
      make("h3", {}, title, make("span", { className: "count" }, words.number(list.length))),
      make("ul", { className: "facts" }, rows),
    ];
  }

  /** Facts by relation and direction, newest first. number: the node they are seen from, null for a link. */
  function relations(list, number, heads, open) {
    const groups = new Map();
    for (const i of list) {
      const reversed = number !== null && data.fact.s[i] !== number;
      const key = data.predicates[data.fact.p[i]] + (reversed ? "<" : ">");
      if (!groups.has(key)) groups.set(key, { predicate: data.predicates[data.fact.p[i]], reversed, list: [] });
      groups.get(key).list.push(i);
    }
    const order = [...groups.values()].sort(
      (a, b) => words.by("predicates")(a.predicate, b.predicate) || a.reversed - b.reversed,
    );
    const few = list.length <= 3;
    const isOpen = (each) =>
      (open ? each.some((i) => data.key(i) === open) : false) || (few && open === "") || open === "*";
    return order.flatMap((each) =>
      group(words.predicate(each.predicate, each.reversed), each.list, (i) => heads(i, each.reversed), isOpen),
    );
  }

  /** The node's head: type, name, aliases. */
  function heading(number) {
    const aliases = data.aliases(number).map(clean).filter(Boolean);
    return [
      make("p", { className: "kind" }, icon(words.style(data.typeOf(number))), words.type(data.typeOf(number))),
      make("h2", {}, make("bdi", {}, data.name(number))),
      aliases.length
        ? make(
            "p",
            { className: "also" },
            ui("aliases") + ui("colon"),
            make("bdi", {}, aliases.join(ui("list_separator"))),
          )
        : "",
    ];
  }

  function allSentences(list, open) {
    if (list.length <= 3) return "";
    return button(ui(open === "*" ? "close_all" : "open_all"), () => on.fact(open === "*" ? "" : "*"), {
      className: "small",
      "aria-pressed": String(open === "*"),
    });
  }

  return {
    node(number, list, hidden, actions, open) {
      return [
        ...heading(number),
        actions,
        make(
          "div",
          { className: "row" },
          make("span", { className: "hint" }, ui("facts_of", words.number(list.length))),
          allSentences(list, open),
        ),
        ...relations(list, number, (i, reversed) => telling.otherEnd(i, reversed), open),
        list.length ? "" : make("p", { className: "hint" }, ui("no_facts")),
        hidden ? make("p", { className: "hint" }, ui("hidden_facts", words.number(hidden))) : "",
      ];
    },

    /** The facts between two nodes, by relation. */
    link(list, actions, open) {
      const ends = list.length ? [data.fact.s[list[0]], data.fact.o[list[0]]] : [];
      return [
        make(
          "h2",
          { className: "link" },
          ends.flatMap((number, place) => (place ? [" — ", telling.nodeButton(number)] : [telling.nodeButton(number)])),
        ),
        actions,
        ...relations(
          list,
          null,
          (i) => [
            telling.nodeButton(data.fact.s[i], true),
            make("span", { className: "qualifier" }, " → "),
            telling.otherEnd(i, false),
          ],
          open,
        ),
        list.length ? "" : make("p", { className: "hint" }, ui("no_facts")),
      ];
    },

    /** One shortest path, step by step. between(a, b): the facts of a step. */
    path(from, to, nodes, between, open) {
      const head = [
        make("h2", {}, ui("path_title")),
        make(
          "p",
          { className: "hint" },
          nodes.length ? ui("path_length", nodes.length - 1) : ui("path_none", data.name(from), data.name(to)),
        ),
      ];
      const steps = nodes.flatMap((number, place) => [
        make("p", { className: "stop" }, telling.nodeButton(number)),
        place + 1 < nodes.length
          ? make(
              "div",
              { className: "step" },
              relations(
                between(number, nodes[place + 1]),
                number,
                (i, reversed) => telling.otherEnd(i, reversed),
                open,
              ),
            )
          : "",
      ]);
      return [...head, ...steps];
    },

    /** Where to begin: communities and best connected nodes. ranked: [[node, links]]; communities: [{id, told}]. */
    start(ranked, communities) {
      const list = (entries) => make("ul", { className: "start" }, entries);
      const parts = [make("h2", {}, ui("start_here")), make("p", { className: "hint" }, ui("start_hint"))];
      if (communities.length) {
        parts.push(
          make("h3", {}, ui("communities")),
          list(
            communities.map(({ id, told }) =>
              make(
                "li",
                {},
                button([make("bdi", {}, data.community(id)), make("span", { className: "count" }, told)], () =>
                  on.community(id),
                ),
              ),
            ),
          ),
        );
      }
      parts.push(
        make("h3", {}, ui("best_connected")),
        list(
          ranked.map(([number, count]) =>
            make(
              "li",
              {},
              button(
                [
                  icon(words.style(data.typeOf(number))),
                  make("bdi", {}, data.name(number)),
                  make("span", { className: "count" }, ui("links", words.number(count))),
                ],
                () => on.go(number),
              ),
            ),
          ),
        ),
      );
      return parts;
    },

    heading,
    relations,
    together,
    newestFirst,
  };
}
