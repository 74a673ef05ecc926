"use strict";
/* Facts as text: the panel beside the picture and the table. Strings reach the page by textContent alone. */

/** An element: properties are set as such, `aria-…`, `data-…`, `role`, `lang` as attributes; children are nodes or text. */
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name.includes("-") || name === "role" || name === "lang") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

const OUTLINES = {
  dot: "M7 1a6 6 0 1 0 .01 0z", square: "M1.5 1.5h11v11h-11z", diamond: "M7 .5 13.5 7 7 13.5 .5 7z", triangle: "M7 1 13.5 12.5H.5z",
  triangleDown: "M7 13 .5 1.5h13z", hexagon: "M3.7 1.3h6.6L13.6 7l-3.3 5.7H3.7L.4 7z",
  star: "M7 .6 8.9 5l4.7.4-3.6 3 1.1 4.7L7 10.6l-4.1 2.5L4 8.4l-3.6-3L5.1 5z",
};

function icon({ shape, color }) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 14 14");
  svg.setAttribute("class", "shape");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", OUTLINES[shape] || OUTLINES.dot);
  path.setAttribute("fill", color);
  svg.append(path);
  return svg;
}

/** The sentence with its words marked; marks count code points. */
function quote(text, marks) {
  const characters = Array.from(text);
  const block = make("blockquote", { className: "quote", lang: "zh-CN" });
  let done = 0;
  for (const [start, end] of marks) {
    if (end <= done) continue;
    const from = Math.max(start, done);
    block.append(characters.slice(done, from).join(""), make("mark", {}, characters.slice(from, end).join("")));
    done = end;
  }
  block.append(characters.slice(done).join(""));
  return block;
}

/** data: the page's; words: {ui, predicate, type, status, qualifier, style}; go(i): called with the node that was chosen. */
function createPanel(data, words, go) {
  const { ui } = words;

  function nodeButton(number, plain) {
    const node = data.nodes[number];
    return make("button", { type: "button", className: "end", onclick: () => go(number) }, ...(plain ? [] : [icon(words.style(number))]), clean(node.label));
  }

  function valueText(value) {
    return "date" in value && value.date && value.date !== value.text ? `${value.text} (${value.date})` : value.text;
  }

  function otherEnd(fact, reversed) {
    if (reversed) return nodeButton(fact.s);
    return typeof fact.o === "number" ? nodeButton(fact.o) : make("span", { className: "end" }, clean(valueText(fact.o)));
  }

  function qualifierText([name, value]) {
    return [words.qualifier(name), typeof value === "boolean" ? "" : clean(value)];
  }

  function qualifiers(fact) {
    return (fact.q || []).filter((pair) => pair[1] !== false).map((pair) => {
      const [name, text] = qualifierText(pair);
      return pair[1] === true ? make("span", { className: "chip" }, name) : make("span", { className: "qualifier" }, name + " ", make("b", {}, text));
    });
  }

  function source(fact) {
    const [, title, date, from, link] = data.articles[data.sentences[fact.t][0]];
    const parts = [
      make("cite", {}, make("bdi", {}, title ? `《${clean(title)}》` : ui("untitled"))), date || ui("undated"),
      link ? make("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, from) : make("bdi", {}, clean(from)),
      ui("rule", clean(fact.rule)), ui("confidence", fact.conf.toFixed(2)),
    ];
    return make("p", { className: "source" }, ...parts.flatMap((part, number) => (number ? [" · ", part] : [part])));
  }

  function chips(fact) {
    const list = [];
    if (fact.status !== "actual") list.push(make("span", { className: "chip" }, words.status(fact.status)));
    if ("inferred" in fact) {
      const chip = make("span", { className: "chip" }, ui("inferred"));
      list.push(chip);
      if (fact.inferred) list.push(make("span", { className: "qualifier" }, ui("inferred_from", clean(fact.inferred))));
    }
    return list;
  }

  /** One sentence and all that was read from it in one way. */
  function card(facts, heads) {
    const marks = facts.flatMap((fact) => fact.m).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return make("li", { className: "fact" },
      make("div", { className: "ends" }, ...facts.flatMap((fact) => [...heads(fact), ...qualifiers(fact)]), ...chips(facts[0])),
      quote(data.sentences[facts[0].t][1], marks), source(facts[0]));
  }

  function cards(facts, heads) {
    const groups = new Map();
    for (const fact of facts) {
      const key = [fact.t, fact.rule, fact.status, fact.conf, fact.inferred].join("\n");
      groups.set(key, [...(groups.get(key) || []), fact]);
    }
    return [...groups.values()].map((group) => card(group, heads));
  }

  const dateOf = (fact) => data.articles[data.sentences[fact.t][0]][2];
  const newestFirst = (a, b) => (dateOf(a) < dateOf(b) ? 1 : dateOf(a) > dateOf(b) ? -1 : a.t - b.t);

  function group(title, facts, heads) {
    const count = make("span", { className: "count" }, String(facts.length));
    return [make("h3", {}, title, count), make("ul", {}, ...cards([...facts].sort(newestFirst), heads))];
  }

  /** The node's facts, grouped by relation and direction, newest first. */
  function node(number, facts, hidden, actions) {
    const { label, type, aliases } = data.nodes[number];
    const groups = new Map();
    for (const fact of facts) {
      const reversed = fact.s !== number;
      const key = fact.p + (reversed ? "<" : ">");
      if (!groups.has(key)) groups.set(key, { predicate: fact.p, reversed, facts: [] });
      groups.get(key).facts.push(fact);
    }
    const order = [...groups.values()].sort((a, b) => words.order(a.predicate) - words.order(b.predicate) || a.reversed - b.reversed);
    return [
      make("p", { className: "kind" }, icon(words.style(number)), words.type(type)),
      make("h2", {}, make("bdi", {}, clean(label))),
      aliases.length ? make("p", { className: "also" }, ui("aliases") + ui("colon"), make("bdi", {}, aliases.map(clean).join(ui("list_separator")))) : "",
      make("div", { className: "actions" }, ...actions),
      ...order.flatMap((each) => group(words.predicate(each.predicate, each.reversed), each.facts, (fact) => [otherEnd(fact, each.reversed)])),
      facts.length ? "" : make("p", { className: "hint" }, ui("no_facts")),
      hidden ? make("p", { className: "hint" }, ui("hidden_facts", hidden)) : "",
    ];
  }

  /** The facts of a link, by relation. */
  function link(facts, actions) {
    const names = [...new Set(facts.map((fact) => fact.p))].sort((a, b) => words.order(a) - words.order(b));
    return [
      make("div", { className: "actions" }, ...actions),
      ...names.flatMap((name) => group(words.predicate(name, false), facts.filter((fact) => fact.p === name),
        (fact) => [nodeButton(fact.s), make("span", { className: "qualifier" }, "→"), otherEnd(fact, false)])),
    ];
  }

  /** What to look at first. ranked: [[node, links]] */
  function start(ranked) {
    return [
      make("h2", {}, ui("start_here")), make("p", { className: "hint" }, ui("start_hint")),
      make("ul", { className: "start" }, ...ranked.map(([number, count]) => make("li", {},
        make("button", { type: "button", onclick: () => go(number) }, icon(words.style(number)), make("bdi", {}, clean(data.nodes[number].label)),
          make("span", { className: "count" }, ui("links", count)))))),
    ];
  }

  const columns = [
    ["subject", (fact) => data.nodes[fact.s].label, (fact) => make("td", {}, nodeButton(fact.s, true))],
    ["relation", (fact) => words.predicate(fact.p, false), (fact) => make("td", { className: "short" }, words.predicate(fact.p, false))],
    ["object", (fact) => (typeof fact.o === "number" ? data.nodes[fact.o].label : "value" in fact.o ? Number(fact.o.value) : fact.o.date || fact.o.text),
      (fact) => make("td", {}, typeof fact.o === "number" ? nodeButton(fact.o, true) : clean(valueText(fact.o)))],
    ["details", (fact) => details(fact), (fact) => make("td", {}, details(fact))],
    ["date", (fact) => dateOf(fact), (fact) => make("td", { className: "short" }, dateOf(fact) || "–")],
    ["status", (fact) => words.status(fact.status), (fact) => make("td", { className: "short" }, words.status(fact.status) + ("inferred" in fact ? ui("separator") + ui("inferred") : ""))],
    ["confidence_short", (fact) => fact.conf, (fact) => make("td", { className: "number" }, fact.conf.toFixed(2))],
    ["article", (fact) => data.articles[data.sentences[fact.t][0]][1], (fact) => make("td", {}, clean(data.articles[data.sentences[fact.t][0]][1]) || ui("untitled"))],
  ];

  function details(fact) {
    return (fact.q || []).filter((pair) => pair[1] !== false).map(qualifierText).map(([name, text]) => `${name} ${text}`.trim()).join(ui("separator"));
  }

  /** Values of one kind side by side: numbers before words. */
  function compare(a, b) {
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return typeof a === "number" ? a - b : a.localeCompare(b, "zh-CN");
  }

  /** Header cells and the rows sorted. sort: {column, down}; resort(column) */
  function table(facts, sort, resort, limit) {
    const head = make("tr", {}, ...columns.map(([name], number) => make("th", { scope: "col", "aria-sort": number !== sort.column ? "none" : sort.down ? "descending" : "ascending" },
      make("button", { type: "button", onclick: () => resort(number) }, ui(name)))));
    const value = columns[sort.column][1];
    const keyed = facts.map((fact) => [value(fact), fact]).sort((a, b) => (sort.down ? -1 : 1) * compare(a[0], b[0]));
    return { head, rows: keyed.slice(0, limit).map(([, fact]) => make("tr", {}, ...columns.map(([, , cell]) => cell(fact)))) };
  }

  return { node, link, start, table };
}
