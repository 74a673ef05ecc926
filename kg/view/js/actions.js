/* What can be done with a node: its neighbours, expand, hide, dossier, the shortest path to another. */

import { button, make } from "./dom.js";
import { createFinder } from "./finder.js";

/** app: the page's state and ways to change it, from page.js; find: from search.js. */
export function createActions(app, find) {
  const { data, words, go, ego, scope } = app;
  const { ui } = words;

  return function actions(number) {
    const { state, view } = app;
    const depth = state.scope === "ego" && state.of === number ? state.depth : 0;
    const near = make(
      "div",
      { className: "segments", role: "group", "aria-label": ui("ego") },
      [1, 2, 3].map((each) =>
        button(each === 1 ? ui("ego_1") : ui("ego_depth", each), () => ego(number, each), {
          "aria-pressed": String(depth === each),
        }),
      ),
    );
    const inFocus = state.show === "graph" && state.scope !== "all" && view.inside.has(number);
    const field = make("input", {
      type: "search",
      id: "path-to",
      role: "combobox",
      autocomplete: "off",
      spellcheck: false,
      placeholder: ui("path_to"),
      "aria-label": ui("path_to"),
      "aria-expanded": "false",
      "aria-controls": "path-results",
      "aria-autocomplete": "list",
    });
    const offers = make("ul", {
      id: "path-results",
      className: "results",
      role: "listbox",
      "aria-label": ui("path_to"),
      hidden: true,
    });
    createFinder(field, offers, {
      data,
      words,
      find,
      choose: (other) => other !== number && scope("path", { of: number, to: other }),
    });
    return make(
      "div",
      { className: "actions" },
      near,
      inFocus
        ? button(ui("expand"), () => go({ extra: [...new Set([...state.extra, number])] }), {
            disabled: state.extra.includes(number),
          })
        : null,
      inFocus
        ? button(ui("hide"), () => go({ hidden: [...new Set([...state.hidden, number])], selected: null, fact: "" }))
        : null,
      button(ui("dossier"), () => go({ show: "dossier", of: number, selected: [number], fact: "" })),
      make("div", { className: "search path" }, field, offers),
    );
  };
}
