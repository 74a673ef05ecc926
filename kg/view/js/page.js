/* The page: one state, kept in the address; every action makes a new one, and everything is redrawn from it. */

import { $, button, clean, make } from "./dom.js";
import { load } from "./data.js";
import { createWords } from "./words.js";
import { FRESH, format, initial, parse } from "./state.js";
import { createSearch } from "./search.js";
import { createFinder } from "./finder.js";
import { createSelection } from "./selection.js";
import { createScene } from "./scene.js";
import { createStage } from "./stage.js";
import { createActions } from "./actions.js";
import { createTaking } from "./take.js";
import { createTelling } from "./told.js";
import { createPanel } from "./panel.js";
import { createTable } from "./table.js";
import { createTimeline } from "./timeline.js";
import { createFilters } from "./filters.js";
import { createDossier } from "./dossier.js";
import { copy } from "./export.js";
import { listen } from "./keys.js";

const ROWS = 200;
const PHONE = 60; // nodes of a picture on a phone

async function start() {
  const data = await load($("data"));
  const words = createWords(data.labels);
  const { ui } = words;
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)"),
    narrow = window.matchMedia("(max-width: 700px)");
  const selection = createSelection(data),
    scene = createScene(data, words),
    find = createSearch(data);
  const folded = data.types.filter(words.folded);
  const drawable = [...data.node.type].filter((type) => !folded.includes(data.types[type])).length;
  const base = initial({
    opening: drawable > data.limit ? "all" : "top",
    folded,
    limit: narrow.matches ? PHONE : data.limit,
  });
  let state = { ...base },
    view = null,
    rows = ROWS,
    theme = "",
    listed = [];

  /* The state and its address */

  function go(patch, replace) {
    state = { ...state, ...patch };
    const address = `#${format(state, base, data)}`;
    if (address !== (location.hash || "#")) {
      const depth = (history.state && history.state.depth) || 0;
      if (replace) history.replaceState({ depth }, "", address);
      else history.pushState({ depth: depth + 1 }, "", address);
    }
    render();
  }

  function arrive() {
    const { state: told, unknown } = parse(location.hash || (data.open ? `#${data.open}` : ""), base, data);
    state = told;
    render();
    if (unknown.length) say(ui("unknown_ids", unknown.map(clean).join(ui("list_separator"))));
  }

  const back = () =>
    history.state && history.state.depth ? history.back() : go({ ...base, language: state.language });
  const scope = (name, more) => go({ ...FRESH, scope: name, limit: base.limit, ...more });
  const ego = (number, depth) => scope("ego", { of: number, depth, selected: [number] });
  const community = (id) =>
    scope("community", {
      of: data.members
        .of(id)
        .reduce((best, number) => (data.byNode.of(number).length > data.byNode.of(best).length ? number : best)),
    });

  /** Shows a node: where it stands if it is in the picture, else with its neighbours. */
  function visit(number) {
    if (state.show === "dossier") return go({ of: number, selected: [number], fact: "" });
    const there = view.inside.has(number) && !(state.scope === "all" && scene.many(view, state));
    if (state.show === "table" || there) go({ selected: [number], fact: "" });
    else ego(number, 1);
    if (state.show === "graph") stage.bring(number);
    if (narrow.matches) $("panel").scrollIntoView({ block: "start" });
    return undefined;
  }

  let saying = 0;
  function say(text) {
    $("say").textContent = text;
    clearTimeout(saying);
    saying = setTimeout(() => {
      $("say").textContent = "";
    }, 4000);
  }

  async function copied(text, from) {
    say(ui((await copy(text)) ? "copied" : "copy_refused"));
    if (from) from.focus();
  }

  const app = {
    ...{ data, words, scene, selection, go, scope, ego, community, say, copied },
    get state() {
      return state;
    },
    get view() {
      return view;
    },
  };
  const stage = createStage(app);
  const actions = createActions(app, find);
  const telling = createTelling(data, words, visit);
  const panel = createPanel(data, words, telling, {
    go: visit,
    fact: (key) => go({ fact: key }, true),
    copy: copied,
    community,
  });
  const table = createTable(data, words, telling, (i) => go({ selected: [data.fact.s[i]], fact: data.key(i) }));
  const filters = createFilters(data, words, (key, value) => go({ [key]: value }));
  const timeline = createTimeline(data, words, (from, until) => go({ from, until }, true));
  const dossier = createDossier(data, words, panel, telling, {
    actions: (number) =>
      make(
        "div",
        { className: "actions" },
        button(ui("dossier_graph"), () => ego(number, 1)),
        button(ui("print"), () => window.print()),
        button(ui("copy_link"), (event) => copied(location.href, event.currentTarget)),
      ),
  });

  function where() {
    const crumbs = [];
    const name = (number) => `“${data.name(number)}”`;
    if (state.scope === "ego") crumbs.push(ui("ego_of", name(state.of), state.depth));
    if (state.scope === "community") crumbs.push(ui("community_of", data.community(data.node.community[state.of])));
    if (state.scope === "path") crumbs.push(ui("path_of", name(state.of), name(state.to)));
    if (state.scope === "top" && drawable > data.limit) crumbs.push(ui("top_of"));
    return crumbs;
  }

  /** What the page has not got, after what it shows. */
  const beyond = () => (data.beyond ? [ui("left_beyond", words.number(data.beyond))] : []);

  function drawStatus() {
    const groups = state.scope === "all" && scene.many(view, state);
    const parts = [
      ...where(),
      groups
        ? ui("shown_communities", words.number(view.nodes.length), words.number(scene.communities(view).length))
        : ui("shown", words.number(view.nodes.length), words.number(view.links.length)),
    ];
    if (groups)
      view.left.left_isolated = view.nodes.length - scene.communities(view).reduce((sum, { count }) => sum + count, 0);
    for (const [name, count] of Object.entries(view.left)) if (count) parts.push(ui(name, words.number(count)));
    parts.push(...beyond());
    $("status").textContent = parts.join(ui("separator"));
    const actions = [];
    if (view.left.left_limit)
      actions.push(
        button(ui("raise_limit", Math.min(state.limit * 2, state.limit + view.left.left_limit)), () =>
          go({ limit: state.limit * 2 }),
        ),
      );
    if (view.left.left_hidden) actions.push(button(ui("unhide"), () => go({ hidden: [] })));
    if (view.left.left_isolated && !groups && state.scope === "top")
      actions.push(button(ui("show_everything"), () => scope("all")));
    if (groups) actions.push(button(ui("show_dots"), () => go({ dots: true })));
    else if (state.dots && state.scope === "all")
      actions.push(button(ui("show_communities"), () => go({ dots: false })));
    $("status-actions").replaceChildren(...actions);
    $("back").hidden = !(history.state && history.state.depth) && state.scope === base.scope;
    for (const [id, name] of [
      ["to-all", "all"],
      ["to-top", "top"],
    ])
      $(id).setAttribute("aria-pressed", String(state.scope === name));
  }

  function drawTable() {
    $("table").hidden = state.show !== "table";
    listed = state.show === "table" ? selection.facts(view) : [];
    if (state.show !== "table") return;
    table.fill($("table").querySelector("table"), listed, state.sort, rows, (sort, name) => {
      go({ sort }, true);
      $("table").querySelector(`th.${name} button`).focus();
    });
    $("rows").textContent = [...where(), ui("rows", words.number(listed.length)), ...beyond()].join(ui("separator"));
    $("more").hidden = listed.length <= rows;
    $("more").textContent = ui(
      "more_rows",
      words.number(Math.min(ROWS, listed.length - rows)),
      words.number(listed.length - rows),
    );
  }

  function drawPanel() {
    const [first, second] = state.selected || [null, null];
    let content;
    if (state.selected && second === undefined) {
      const own = [...data.byNode.of(first)],
        kept = selection.factsOf(own, view.passing);
      content = panel.node(first, kept, own.length - kept.length, actions(first), state.fact);
    } else if (state.selected) {
      const pair = [...data.pairsOf.of(first)].find((each) => data.other(each, first) === second);
      const between = pair === undefined ? [] : selection.factsOf(data.byPair.of(pair), view.passing);
      content = panel.link(between, null, state.fact);
    } else if (state.scope === "path") {
      content = panel.path(
        state.of,
        state.to,
        view.path,
        (a, b) =>
          selection.factsOf(
            data.byPair.of([...data.pairsOf.of(a)].find((each) => data.other(each, a) === b)),
            view.passing,
          ),
        state.fact,
      );
    } else {
      const ranked = view.nodes
        .map((number) => [number, view.passing.degree[number]])
        .sort((a, b) => b[1] - a[1] || a[0] - b[0]);
      const groups =
        state.scope === "all"
          ? scene
              .communities(view)
              .filter(({ count }) => count > 4)
              .slice(0, 8)
          : [];
      content = panel.start(ranked.slice(0, 14), groups);
    }
    const close = state.selected
      ? button("×", () => go({ selected: null, fact: "" }), { className: "close", "aria-label": ui("close") })
      : "";
    $("panel").replaceChildren(...[close, ...content].filter((part) => part !== "" && part !== null));
    $("panel").hidden = state.show === "dossier" || (state.show === "table" && !state.selected);
    document.querySelector("main").classList.toggle("wide", $("panel").hidden);
  }

  function drawDossier() {
    $("dossier").hidden = state.show !== "dossier";
    document.body.classList.toggle("reading", state.show === "dossier");
    if (state.show !== "dossier") return;
    const own = [...data.byNode.of(state.of)],
      passing = selection.filter(state, [state.of]),
      kept = selection.factsOf(own, passing);
    $("dossier").replaceChildren(...dossier(state.of, kept, own.length - kept.length, { passing }));
  }

  function drawWords() {
    document.documentElement.lang = words.language === "zh" ? "zh-CN" : "en";
    for (const element of document.querySelectorAll("[data-ui]")) element.textContent = ui(element.dataset.ui);
    for (const element of document.querySelectorAll("[data-ui-label]"))
      element.setAttribute("aria-label", ui(element.dataset.uiLabel));
    for (const element of document.querySelectorAll("[data-ui-title]")) element.title = ui(element.dataset.uiTitle);
    $("search").placeholder = ui("search");
    $("language").lang = words.language === "zh" ? "en" : "zh-CN";
    $("summary").textContent = ui(
      "summary",
      words.number(data.count),
      words.number(data.facts),
      words.number(data.articles.length),
    );
    $("beyond").hidden = !data.beyond;
    $("beyond").textContent = data.beyond ? ui("beyond", words.number(data.beyond)) : "";
    $("help-keys").replaceChildren(
      ...ui("help_keys")
        .split("\n")
        .flatMap((line) => {
          const [key, does] = line.split("|");
          return [make("dt", {}, make("kbd", {}, key)), make("dd", {}, does)];
        }),
    );
  }

  function render() {
    const language = state.language || "zh",
      dark = theme ? theme === "dark" : prefersDark.matches;
    if (words.language !== language || words.dark !== dark || !view) {
      Object.assign(words, { language, dark });
      document.documentElement.dataset.theme = dark ? "dark" : "light";
      drawWords();
    }
    const focused =
      document.activeElement && document.activeElement.closest("#panel [data-key]")
        ? document.activeElement.closest("[data-key]").dataset.key
        : "";
    const scrolled = $("panel").scrollTop,
      shownBefore = $("panel").dataset.shows,
      shows = JSON.stringify([state.selected, state.scope, state.of, state.to]);
    view = selection.visible(state);
    filters(state);
    timeline.show(state);
    for (const id of ["as-graph", "as-table"]) $(id).setAttribute("aria-pressed", String(state.show === id.slice(3)));
    $("timeline").hidden = !timeline.used || state.show === "dossier";
    $("center").dataset.show = state.show;
    drawDossier();
    drawPanel();
    stage.show();
    drawTable();
    drawStatus();
    $("panel").scrollTop = shownBefore === shows ? scrolled : 0;
    $("panel").dataset.shows = shows;
    if (focused) document.querySelector(`#panel [data-key="${CSS.escape(focused)}"] .toggle`)?.focus();
  }

  createTaking(app, { stage, table, telling });

  /* What the reader does */

  createFinder($("search"), $("results"), {
    data,
    words,
    find,
    choose: (number) => {
      visit(number);
      $("panel").focus({ preventScroll: true });
    },
  });
  $("as-graph").onclick = () => go({ show: "graph" });
  $("as-table").onclick = () => {
    rows = ROWS;
    go({ show: "table" });
  };
  $("more").onclick = () => {
    rows += ROWS;
    drawTable();
  };
  $("fit").onclick = () => stage.picture().fit();
  $("zoom-in").onclick = () => stage.picture().zoom(1.3);
  $("zoom-out").onclick = () => stage.picture().zoom(1 / 1.3);
  $("back").onclick = back;
  $("to-all").onclick = () => scope("all");
  $("to-top").onclick = () => scope("top");
  $("physics").onclick = () => {
    if (state.scope === "all") scope("top");
    $("physics").setAttribute("aria-pressed", String(stage.physics()));
  };
  $("language").onclick = () => go({ language: words.language === "zh" ? "en" : "" });
  $("theme").onclick = () => {
    theme = words.dark ? "light" : "dark";
    render();
  };
  $("undated").onchange = () => go({ undated: $("undated").checked });
  $("all-dates").onclick = () => go({ from: "", until: "", undated: true });
  $("help-open").onclick = () => $("help").showModal();
  $("help-close").onclick = () => $("help").close();
  $("help").addEventListener("click", (event) => event.target === $("help") && $("help").close());
  listen({
    "/": () => $("search").focus(),
    "?": () => $("help").showModal(),
    t: () => go({ show: state.show === "table" ? "graph" : "table" }),
    g: () => {
      if (state.show === "graph") stage.picture().frame.focus();
    },
    0: () => {
      if (state.show === "graph") stage.picture().fit();
    },
    Escape: () => {
      if ($("take").open) $("take").open = false;
      else if (state.selected && state.show === "graph" && state.scope === base.scope) go({ selected: null, fact: "" });
      else back();
    },
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#take")) $("take").open = false;
  });
  prefersDark.addEventListener("change", () => {
    theme = "";
    render();
  });
  window.addEventListener("popstate", arrive);
  let resizing = 0;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => state.show === "graph" && stage.picture().size(), 80);
  });
  $("filters").open = !narrow.matches;
  narrow.addEventListener("change", () => {
    $("filters").open = !narrow.matches;
  });

  arrive();
  if (!narrow.matches && !location.hash && !data.open) $("search").focus({ preventScroll: true });
  document.documentElement.dataset.ready = "yes";
}

if (typeof DecompressionStream === "undefined") $("too-old").hidden = false;
else
  start().catch((error) => {
    $("too-old").hidden = false;
    throw error;
  });
