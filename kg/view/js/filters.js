/* The legend, which filters: types with their marks, relations, statuses, each with its count; and least confidence. */

import { $, button, icon, make } from "./dom.js";

const FEW = 7; // open at once; more are behind "more"

/** change(key, off): called with the names that were switched off. */
export function createFilters(data, words, change) {
  const { ui } = words;
  const tally = (values, names) => {
    const counts = new Map(names.map((name) => [name, 0]));
    for (const value of values) counts.set(names[value], counts.get(names[value]) + 1);
    return counts;
  };
  const groups = [
    {
      id: "types",
      key: "offTypes",
      counts: tally(data.node.type, data.types),
      by: words.by("types"),
      name: words.type,
      mark: words.style,
    },
    {
      id: "statuses",
      key: "offStatuses",
      counts: tally(data.fact.status, data.statuses),
      by: words.by("statuses"),
      name: words.status,
    },
    {
      id: "relations",
      key: "offPredicates",
      counts: tally(data.fact.p, data.predicates),
      by: words.by("predicates"),
      name: (name) => words.predicate(name, false),
    },
  ];
  const levels = [0, ...[...new Set(data.fact.conf)].sort((a, b) => a - b)].filter(
    (value, place, all) => !place || value > all[place - 1],
  );
  const slider = $("confidence");
  Object.assign(slider, { min: 0, max: levels.length - 1 });
  slider.addEventListener("input", () => change("confidence", levels[slider.value]));
  const wide = new Set();

  function fill({ id, key, counts, by, name, mark }, state) {
    const off = new Set(state[key]);
    const entries = [...counts].sort((a, b) => by(a[0], b[0]));
    const toggled = (value, on) => [...counts.keys()].filter((each) => (each === value ? !on : off.has(each)));
    const all = button(ui("check_all"), () => change(key, []), {
      "aria-label": `${ui(id)}${ui("colon")}${ui("check_all")}`,
    });
    const none = button(ui("check_none"), () => change(key, [...counts.keys()]), {
      "aria-label": `${ui(id)}${ui("colon")}${ui("check_none")}`,
    });
    const rows = entries.map(([value, count], place) =>
      make(
        "label",
        { hidden: place >= FEW && entries.length > FEW + 2 && !wide.has(id) && !off.has(value) },
        make("input", {
          type: "checkbox",
          value,
          checked: !off.has(value),
          onchange: (event) => change(key, toggled(value, event.target.checked)),
        }),
        mark ? icon(mark(value)) : null,
        make("span", { className: "name" }, name(value)),
        make("span", { className: "count" }, words.number(count)),
      ),
    );
    const hidden = rows.filter((row) => row.hidden).length;
    const more = hidden
      ? button(
          ui("more_filters", hidden),
          () => {
            wide.add(id);
            fill(
              groups.find((group) => group.id === id),
              state,
            );
          },
          { className: "more" },
        )
      : null;
    $(id).replaceChildren(make("legend", {}, make("span", {}, ui(id)), all, none), ...rows, ...(more ? [more] : []));
  }

  return function show(state) {
    const active = document.activeElement,
      held = active && active.closest("#filters fieldset[id]") ? [active.closest("fieldset").id, active.value] : null;
    for (const group of groups) fill(group, state);
    if (held && held[1])
      [...document.querySelectorAll(`#${held[0]} input`)].find((input) => input.value === held[1])?.focus();
    slider.value = levels.reduce((found, level, place) => (level <= state.confidence ? place : found), 0);
    $("confidence-told").textContent = state.confidence ? ui("at_least", state.confidence.toFixed(2)) : ui("any");
    slider.setAttribute("aria-valuetext", $("confidence-told").textContent);
  };
}
