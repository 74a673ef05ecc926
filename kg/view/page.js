"use strict";
/* The page: what is filtered, focused and selected, and everything redrawn from that. */

(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const { nodes, facts, labels } = data;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const narrow = window.matchMedia("(max-width: 700px)");
  const ROWS = 300;
  let language = "zh";

  const factsOf = nodes.map(() => []);
  for (const fact of facts) {
    factsOf[fact.s].push(fact);
    if (typeof fact.o === "number" && fact.o !== fact.s) factsOf[fact.o].push(fact);
  }
  const tally = (values) => values.reduce((counts, value) => counts.set(value, (counts.get(value) || 0) + 1), new Map());
  const typeOrder = Object.keys(labels.types), predicateOrder = Object.keys(labels.predicates), statusOrder = Object.keys(labels.statuses);
  const inOrder = (order) => ([a], [b]) => (order.indexOf(a) + 1 || 99) - (order.indexOf(b) + 1 || 99) || (a < b ? -1 : 1);

  const word = (table, name, key) => (labels[table][name] ? labels[table][name][key || language] || labels[table][name][language] : clean(name));
  const words = {
    ui: (name, a, b, c) => labels.ui[name][language].replace(/\{([abc])\}/g, (_, slot) => String({ a, b, c }[slot])),
    predicate: (name, reversed) => word("predicates", name, reversed ? language + "_inverse" : language),
    type: (name) => word("types", name),
    status: (name) => word("statuses", name),
    qualifier: (name) => word("qualifiers", name),
    order: (name) => predicateOrder.indexOf(name) + 1 || 99,
    typeStyle: (name) => ({ shape: (labels.types[name] || {}).shape || "dot", color: (labels.types[name] || { light: "#777777", dark: "#aaaaaa" })[dark.matches ? "dark" : "light"] }),
    style: (number) => words.typeStyle(nodes[number].type),
  };
  const { ui } = words;

  const state = {
    types: new Set(nodes.map((node) => node.type).filter((type) => !(labels.types[type] || {}).folded)),
    predicates: new Set(facts.map((fact) => fact.p)), statuses: new Set(facts.map((fact) => fact.status)),
    everything: false, ego: null, selected: null, table: false, sort: { column: 4, down: true }, rows: ROWS,
  };
  const past = []; // egos left, for "back"
  let view; // what visible() found

  const passes = (fact) => state.predicates.has(fact.p) && state.statuses.has(fact.status);

  /** Links between nodes of the chosen types, by pair, parallel relations together; keep: a node drawn whatever its type. */
  function links(keep) {
    const drawn = (number) => number === keep || state.types.has(nodes[number].type);
    const pairs = new Map();
    for (const fact of facts) {
      if (typeof fact.o !== "number" || fact.o === fact.s || !passes(fact) || !drawn(fact.s) || !drawn(fact.o)) continue;
      const key = Math.min(fact.s, fact.o) * nodes.length + Math.max(fact.s, fact.o);
      if (!pairs.has(key)) pairs.set(key, { id: key, from: fact.s, to: fact.o, facts: [], planned: true });
      const pair = pairs.get(key);
      pair.facts.push(fact);
      pair.planned = pair.planned && fact.status !== "actual";
    }
    return [...pairs.values()];
  }

  /** Nodes and links to draw, and how many are left out and why; content.py chooses the first nodes by the same rule. */
  function visible() {
    const pairs = links(state.ego ? state.ego.node : null);
    const around = nodes.map(() => []);
    for (const { from, to } of pairs) {
      around[from].push(to);
      around[to].push(from);
    }
    const left = { left_types: 0, left_isolated: 0, left_limit: 0 };
    let chosen;
    if (state.ego) {
      const depth = new Map([[state.ego.node, 0]]);
      for (const [number, steps] of depth) if (steps < state.ego.depth) for (const other of around[number]) if (!depth.has(other)) depth.set(other, steps + 1);
      chosen = [...depth.keys()];
      view = { depth };
    } else {
      const passing = nodes.map((_, number) => number).filter((number) => factsOf[number].some(passes));
      const typed = passing.filter((number) => state.types.has(nodes[number].type));
      const linked = typed.filter((number) => around[number].length).sort((a, b) => around[b].length - around[a].length || a - b);
      left.left_types = passing.length - typed.length;
      const first = new Set(linked.slice(0, data.limit));
      chosen = state.everything ? typed : [...first].filter((number) => around[number].some((other) => first.has(other)));
      left.left_isolated = state.everything ? 0 : typed.length - linked.length;
      left.left_limit = state.everything ? 0 : linked.length - chosen.length;
      view = {};
    }
    const inside = new Set(chosen);
    view = { ...view, around, left, inside, edges: pairs.filter(({ from, to }) => inside.has(from) && inside.has(to)) };
  }

  /** Places of an ego view: its node in the middle, the near ones around it, theirs behind them. */
  function rings(center, depth, around) {
    const near = [...depth.keys()].filter((number) => depth.get(number) === 1);
    near.sort((a, b) => (nodes[a].type < nodes[b].type ? -1 : nodes[a].type > nodes[b].type ? 1 : a - b));
    const behind = new Map(near.map((number) => [number, []]));
    for (const [number, steps] of depth) if (steps === 2) behind.get(around[number].find((other) => depth.get(other) === 1)).push(number);
    const weights = near.map((number) => Math.max(1, behind.get(number).length));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const inner = Math.max(170, (near.length * 62) / (2 * Math.PI)), outer = Math.max(inner + 150, (total * 60) / (2 * Math.PI));
    const places = new Map([[center, [0, 0]]]);
    const set = (number, angle, radius) => places.set(number, [Math.round(Math.cos(angle) * radius * 1.2), Math.round(Math.sin(angle) * radius)]);
    let start = -Math.PI / 2;
    near.forEach((number, index) => {
      const share = (2 * Math.PI * weights[index]) / total;
      set(number, start + share / 2, near.length > 12 && index % 2 ? inner + 62 : inner);
      behind.get(number).forEach((child, place) => set(child, start + (share * (place + 0.5)) / behind.get(number).length, outer + (place % 2 ? 70 : 0)));
      start += share;
    });
    return places;
  }

  function draw() {
    visible();
    const opening = [...view.inside].every((number) => "x" in nodes[number]);
    const places = state.ego ? rings(state.ego.node, view.depth, view.around) : null;
    picture.show([...view.inside].map((id) => {
      const [x, y] = places ? places.get(id) : opening ? [nodes[id].x, nodes[id].y] : [nodes[id].fx, nodes[id].fy];
      return { id, x, y };
    }), view.edges, { stretch: !state.ego, dim: !state.ego });
    if (state.selected) picture.select(state.selected);
    const parts = [ui("shown", view.inside.size, view.edges.length)];
    if (state.ego) parts.unshift(ui("ego_of", clean(nodes[state.ego.node].label), state.ego.depth));
    for (const [name, count] of Object.entries(view.left)) if (count) parts.push(ui(name, count));
    $("status").textContent = parts.join(ui("separator"));
    $("all").hidden = Boolean(state.ego) || !(state.everything || view.left.left_isolated || view.left.left_limit);
    $("all").textContent = ui(state.everything ? "show_focus" : "show_all");
    $("back").hidden = !state.ego;
  }

  function drawTable() {
    if (!state.table) return;
    const typed = (number) => typeof number === "number" && state.types.has(nodes[number].type);
    const scope = (fact) => !state.ego || fact.s === state.ego.node || fact.o === state.ego.node;
    const listed = facts.filter((fact) => passes(fact) && (typed(fact.s) || typed(fact.o)) && scope(fact));
    const { head, rows } = panel.table(listed, state.sort, (column) => {
      state.sort = { column, down: state.sort.column === column ? !state.sort.down : false };
      drawTable();
      $("table").querySelectorAll("th button")[column].focus();
    }, state.rows);
    $("table").querySelector("thead").replaceChildren(head);
    $("table").querySelector("tbody").replaceChildren(...rows);
    $("rows").textContent = (state.ego ? ui("ego_of", clean(nodes[state.ego.node].label), 1) + ui("separator") : "") + ui("rows", listed.length);
    $("more").hidden = listed.length <= state.rows;
    $("more").textContent = ui("more_rows", Math.min(ROWS, listed.length - state.rows), listed.length - state.rows);
  }

  function button(name, onclick) {
    return make("button", { type: "button", onclick }, ui(name));
  }

  function drawPanel() {
    const what = state.selected;
    const close = button("close", () => select(null));
    let content;
    if (what && "node" in what) {
      const own = factsOf[what.node], kept = own.filter(passes);
      const actions = [button("ego_1", () => openEgo(what.node, 1)), button("ego_2", () => openEgo(what.node, 2)), close];
      content = panel.node(what.node, kept, own.length - kept.length, actions);
    } else if (what) {
      content = panel.link(what.facts.filter(passes), [close]);
    } else {
      const ranked = [...view.inside].map((number) => [number, view.around[number].length]);
      content = panel.start(ranked.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 14));
    }
    $("panel").replaceChildren(...content.filter((part) => part !== ""));
    $("panel").scrollTop = 0;
    $("panel").hidden = state.table && !what;
    document.querySelector("main").classList.toggle("wide", $("panel").hidden);
  }

  function redraw() {
    draw();
    drawTable();
    drawPanel();
  }

  function select(what, move) {
    state.selected = what;
    picture.select(what, move);
    drawPanel();
  }

  /** Show a node: where it stands if it is in the picture, else with its neighbours. */
  function go(number) {
    if (!view.inside.has(number)) {
      state.selected = { node: number };
      openEgo(number, 1);
    } else {
      select({ node: number }, !state.table);
    }
    if (narrow.matches) $("panel").scrollIntoView({ block: "start" });
  }

  function openEgo(node, depth) {
    if (!state.ego || state.ego.node !== node || state.ego.depth !== depth) past.push(state.ego);
    state.ego = { node, depth };
    state.selected = { node };
    redraw();
  }

  function back() {
    if (!state.ego) return select(null);
    state.ego = past.pop() || null;
    if (state.ego) state.selected = { node: state.ego.node };
    redraw();
  }

  const picture = createPicture($("picture"), {
    styleOf: words.style,
    nameOf: (number) => nodes[number].label,
    textOf: (edge) => [...new Set(edge.facts.map((fact) => fact.p))].sort((a, b) => words.order(a) - words.order(b)).map((name) => words.predicate(name, false)).join(" · "),
    on: {
      node: (number) => select({ node: number }), edge: (edge) => select({ edge: edge.id, facts: edge.facts }),
      open: (number) => openEgo(number, 1), blank: () => select(null),
    },
  });
  const panel = createPanel(data, words, go);

  /** A group of check boxes with counts; chosen: the set that they change. */
  function checks(id, counts, order, name, chosen, shape) {
    const entries = [...counts].sort(inOrder(order));
    const box = $(id), title = box.querySelector("legend");
    const set = (values) => {
      chosen.clear();
      for (const value of values) chosen.add(value);
      for (const input of box.querySelectorAll("input")) input.checked = chosen.has(input.value);
      redraw();
    };
    const legend = make("legend", {}, ui(title.dataset.ui), make("button", { type: "button", onclick: () => set(counts.keys()) }, ui("check_all")), make("button", { type: "button", onclick: () => set([]) }, ui("check_none")));
    legend.dataset.ui = title.dataset.ui;
    const change = (event) => {
      if (event.target.checked) chosen.add(event.target.value);
      else chosen.delete(event.target.value);
      redraw();
    };
    box.replaceChildren(legend, ...entries.map(([value, count]) => make("label", {},
      make("input", { type: "checkbox", value, checked: chosen.has(value), onchange: change }), ...(shape ? [icon(shape(value))] : []),
      make("span", { className: "name" }, name(value)), make("span", { className: "count" }, String(count)))));
  }

  function drawFilters() {
    checks("types", tally(nodes.map((node) => node.type)), typeOrder, words.type, state.types, words.typeStyle);
    checks("relations", tally(facts.map((fact) => fact.p)), predicateOrder, (name) => words.predicate(name, false), state.predicates);
    checks("statuses", tally(facts.map((fact) => fact.status)), statusOrder, words.status, state.statuses);
  }

  function drawWords() {
    for (const element of document.querySelectorAll("button[data-ui], summary[data-ui]")) element.textContent = ui(element.dataset.ui);
    for (const element of document.querySelectorAll("[data-ui-label]")) element.setAttribute("aria-label", ui(element.dataset.uiLabel));
    $("search").placeholder = ui("search");
    $("search").setAttribute("aria-label", ui("search"));
    $("language").title = ui("language_title");
    $("language").lang = language === "zh" ? "en" : "zh-CN";
    $("physics").textContent = ui($("physics").getAttribute("aria-pressed") === "true" ? "physics_off" : "physics_on");
    $("summary").textContent = ui("summary", nodes.length, facts.length, data.articles.length);
  }

  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const names = nodes.map((node) => [node.label, ...node.aliases].map((name) => plain(clean(name))));

  /** Nodes whose name or alias holds the text: whole names first, then beginnings, then the best connected. */
  function find(text) {
    const wanted = plain(text.trim());
    if (!wanted) return [];
    const rank = (number) => Math.min(...names[number].map((name) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.includes(wanted) ? 2 : 9)));
    return nodes.map((_, number) => [rank(number), number]).filter(([score]) => score < 9)
      .sort((a, b) => a[0] - b[0] || factsOf[b[1]].length - factsOf[a[1]].length || a[1] - b[1]).slice(0, 12).map(([, number]) => number);
  }

  let found = [], active = 0;
  function drawResults() {
    const open = $("search").value.trim() !== "" && document.activeElement === $("search");
    $("results").hidden = !open;
    $("search").setAttribute("aria-expanded", String(open));
    $("results").replaceChildren(...(found.length ? found.map((number, place) => make("li", {
      id: `result-${place}`, role: "option", "aria-selected": String(place === active),
      onpointerdown: (event) => { event.preventDefault(); choose(number); },
    }, icon(words.style(number)), make("bdi", {}, clean(nodes[number].label)), make("small", {}, words.type(nodes[number].type)))) : [make("li", {}, ui("search_none"))]));
    if (open && found.length) $("search").setAttribute("aria-activedescendant", `result-${active}`);
    else $("search").removeAttribute("aria-activedescendant");
  }

  function choose(number) {
    $("search").value = "";
    $("search").blur();
    go(number);
    $("panel").focus({ preventScroll: true });
  }

  $("search").addEventListener("input", () => { found = find($("search").value); active = 0; drawResults(); });
  for (const name of ["focus", "blur"]) $("search").addEventListener(name, drawResults);
  $("search").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      active = (active + step + found.length) % found.length;
      drawResults();
      $(`result-${active}`).scrollIntoView({ block: "nearest" });
      event.preventDefault();
    } else if (event.key === "Enter" && found.length && !event.isComposing) {
      choose(found[active]);
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=search]");
    if (event.key === "/" && !typing) {
      $("search").focus();
      event.preventDefault();
    } else if (event.key === "Escape" && typing) {
      $("search").value = "";
      $("search").blur();
    } else if (event.key === "Escape") {
      back();
    }
  });

  function setTable(table) {
    state.table = table;
    $("table").hidden = !table;
    $("graph").hidden = table;
    $("as-table").setAttribute("aria-pressed", String(table));
    $("as-graph").setAttribute("aria-pressed", String(!table));
    redraw();
    if (!table) picture.fit();
  }
  $("as-table").onclick = () => setTable(true);
  $("as-graph").onclick = () => setTable(false);
  $("more").onclick = () => { state.rows += ROWS; drawTable(); };
  $("fit").onclick = () => picture.fit();
  $("zoom-in").onclick = () => picture.zoom(1.3);
  $("zoom-out").onclick = () => picture.zoom(1 / 1.3);
  $("back").onclick = back;
  $("all").onclick = () => { state.everything = !state.everything; redraw(); };
  $("physics").onclick = () => { $("physics").setAttribute("aria-pressed", String(picture.physics())); drawWords(); };
  $("language").onclick = () => { language = language === "zh" ? "en" : "zh"; drawWords(); drawFilters(); redraw(); };
  dark.addEventListener("change", () => { drawFilters(); drawPanel(); });

  $("filters").open = !narrow.matches;
  narrow.addEventListener("change", () => { $("filters").open = !narrow.matches; });
  drawWords();
  drawFilters();
  redraw();
})();
