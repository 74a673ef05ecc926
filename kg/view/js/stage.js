/* The two pictures, made when they are first needed, and which of them is drawn with what. */

import { $ } from "./dom.js";
import { createFocus } from "./focus.js";
import { createOverview } from "./overview.js";
import { walk } from "./keys.js";

/** app: the page's state and ways to change it, from page.js. */
export function createStage(app) {
  const { data, words, scene, go, ego, community, say } = app;
  const { ui } = words;
  let focus = null,
    overview = null,
    drawn = "",
    drawnKind = "";

  function picture() {
    if (app.state.scope === "all") {
      overview =
        overview ||
        createOverview($("overview"), {
          nameOf: data.name,
          on: {
            node: (number) => go({ selected: [number], fact: "" }),
            community,
            open: (number) => ego(number, 1),
            blank,
          },
        });
      return overview;
    }
    focus =
      focus ||
      createFocus($("focus"), {
        styleOf: (number) => words.style(data.typeOf(number)),
        nameOf: data.name,
        textOf: linkText,
        on: {
          node: (number) => go({ selected: [number], fact: "" }),
          link: (link) => go({ selected: [link.from, link.to], fact: "" }),
          open: (number) => ego(number, 1),
          blank,
        },
      });
    return focus;
  }

  function blank() {
    if (app.state.selected) go({ selected: null, fact: "" });
  }

  function linkText({ id }) {
    const names = [
      ...new Set(
        [...data.byPair.of(id)].filter((i) => app.view.passing.factOn[i]).map((i) => data.predicates[data.fact.p[i]]),
      ),
    ];
    return names
      .sort(words.by("predicates"))
      .map((name) => words.predicate(name, false))
      .join(" · ");
  }

  const walked = new Set();
  function walkable(shown) {
    if (walked.has(shown)) return;
    walked.add(shown);
    walk(shown.frame, {
      order: shown.order,
      stop: (id) => {
        const group = scene.many(app.view, app.state) && app.state.scope === "all";
        say(
          group
            ? `${data.community(id)} ${ui("members", words.number(data.members.of(id).length))}`
            : `${data.name(id)} ${words.type(data.typeOf(id))} ${ui("links", app.view.passing.degree[id])}`,
        );
        if (group) shown.select(id, true);
        else {
          go({ selected: [id], fact: "" }, true);
          bring(id);
          shown.frame.focus();
        }
      },
      open: (id) => (scene.many(app.view, app.state) && app.state.scope === "all" ? community(id) : ego(id, 1)),
    });
  }

  function show() {
    $("overview").hidden = app.state.scope !== "all";
    $("focus").hidden = app.state.scope === "all";
    $("graph").hidden = app.state.show !== "graph";
    if (app.state.show !== "graph") {
      drawn = "";
      return;
    }
    const shown = picture();
    walkable(shown);
    shown.frame.setAttribute("role", "application");
    shown.frame.setAttribute("aria-label", ui("picture"));
    const of = [
      app.state.scope,
      app.state.of,
      app.state.to,
      app.state.depth,
      app.state.extra,
      app.state.hidden,
      app.state.offTypes,
      app.state.offPredicates,
      app.state.offStatuses,
      app.state.confidence,
      app.state.from,
      app.state.until,
      app.state.undated,
      app.state.limit,
      app.state.dots,
      words.language,
      words.dark,
    ];
    const wanted = JSON.stringify(of),
      kind = JSON.stringify([app.state.scope, app.state.of, app.state.to, app.state.depth, app.state.dots]);
    if (wanted !== drawn) {
      if (app.state.scope === "all")
        shown.show(
          scene.overview(app.view, app.state, $("graph").clientHeight > 1.2 * $("graph").clientWidth),
          !drawn || kind !== drawnKind,
        );
      else {
        const { items, links, fresh } = scene.focus(app.view, app.state);
        shown.show(items, links, fresh || !drawn);
      }
      [drawn, drawnKind] = [wanted, kind];
    }
    const [first, second] = app.state.selected || [null, null];
    if (app.state.scope === "all")
      shown.select(first !== null && scene.many(app.view, app.state) ? data.node.community[first] : first, false);
    else {
      const pair =
        second === null || second === undefined
          ? null
          : [...data.pairsOf.of(first)].find((each) => data.other(each, first) === second);
      shown.select(!app.state.selected ? null : pair === null ? { node: first } : { edge: pair }, false);
    }
  }

  /** Brings a node into sight. */
  function bring(number) {
    if (app.state.scope === "all") overview.select(number, true);
    else focus.select({ node: number }, true);
  }

  return {
    show,
    picture,
    bring,
    physics: () => focus.physics(),
    canvases: () => (app.state.scope === "all" ? overview.canvases : [focus.canvas]),
  };
}
