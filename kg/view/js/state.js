/* What the reader has chosen, and the same as an address (`#…`), so that a link brings a colleague to it.
   Entities stand in the address by their ids, facts by their keys: both outlive a new build of the page. */

const SCOPES = ["all", "top", "ego", "community", "path"];
const SHOWN = ["graph", "table", "dossier"];

/** What a scope starts with. */
export const FRESH = Object.freeze({
  show: "graph",
  of: null,
  to: null,
  depth: 1,
  extra: [],
  hidden: [],
  selected: null,
  fact: "",
  dots: false,
});

/** The state that an empty address means. opening: scope; folded: types not drawn; limit: nodes in a picture. */
export function initial({ opening, folded, limit }) {
  const filters = { offTypes: folded, offPredicates: [], offStatuses: [], confidence: 0, from: "", until: "" };
  return { ...FRESH, scope: opening, ...filters, undated: true, limit, sort: "date-", language: "" };
}

const same = (a, b) => a.length === b.length && [...a].sort().every((value, place) => value === [...b].sort()[place]);
const day = (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? text : "");

/** The state as the part of an address behind `#`; data: for ids. */
export function format(state, base, data) {
  const id = (number) => data.node.id[number];
  const parts = [];
  const put = (name, value) => parts.push(`${name}=${value}`);
  const list = (values) => values.map(encodeURIComponent).join(",");
  if (state.show !== base.show) put("v", state.show);
  if (state.scope !== base.scope) put("in", state.scope);
  if (state.of !== null) put("of", encodeURIComponent(id(state.of)));
  if (state.to !== null) put("to", encodeURIComponent(id(state.to)));
  if (state.depth !== 1) put("d", state.depth);
  if (state.extra.length) put("x", list(state.extra.map(id)));
  if (state.hidden.length) put("h", list(state.hidden.map(id)));
  if (state.selected) put("s", list(state.selected.map(id)));
  if (state.fact) put("f", state.fact);
  if (state.dots) put("all", 1);
  for (const [name, key] of [
    ["t", "offTypes"],
    ["r", "offPredicates"],
    ["z", "offStatuses"],
  ])
    if (!same(state[key], base[key])) put(name, list(state[key]));
  if (state.confidence) put("c", state.confidence);
  if (state.from) put("a", state.from);
  if (state.until) put("b", state.until);
  if (!state.undated) put("u", 0);
  if (state.limit !== base.limit) put("n", state.limit);
  if (state.sort !== base.sort) put("o", encodeURIComponent(state.sort));
  if (state.language) put("l", state.language);
  return parts.join("&");
}

/** The state that an address means, and the ids in it that the data do not have. */
export function parse(text, base, data) {
  const given = new Map(
    text
      .replace(/^#/, "")
      .split("&")
      .filter((part) => part.includes("="))
      .map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
  );
  const unknown = [];
  const decode = (value) => {
    try {
      return decodeURIComponent(value);
    } catch {
      return value;
    }
  };
  const list = (name) => (given.get(name) || "").split(",").filter(Boolean).map(decode);
  const numbers = (name) =>
    list(name).flatMap((id) => {
      if (!data.placeOf.has(id)) unknown.push(id);
      return data.placeOf.has(id) ? [data.placeOf.get(id)] : [];
    });
  const one = (name) => (numbers(name).length ? numbers(name)[0] : null);
  const choice = (name, values, fallback) => (values.includes(given.get(name)) ? given.get(name) : fallback);
  const number = (name, low, high, fallback) =>
    given.has(name) && Number(given.get(name)) >= low ? Math.min(Number(given.get(name)), high) : fallback;
  const state = {
    ...base,
    show: choice("v", SHOWN, base.show),
    scope: choice("in", SCOPES, base.scope),
    of: one("of"),
    to: one("to"),
    depth: Math.round(number("d", 1, 3, 1)),
    extra: numbers("x"),
    hidden: numbers("h"),
    fact: decode(given.get("f") || ""),
    dots: given.get("all") === "1",
    confidence: number("c", 0, 1, 0),
    from: day(given.get("a") || ""),
    until: day(given.get("b") || ""),
    undated: given.get("u") !== "0",
    limit: Math.round(number("n", 10, 100000, base.limit)),
    sort: decode(given.get("o") || base.sort),
    language: choice("l", ["zh", "en"], ""),
  };
  const selected = numbers("s");
  state.selected = selected.length === 1 || selected.length === 2 ? selected : null;
  for (const [name, key] of [
    ["t", "offTypes"],
    ["r", "offPredicates"],
    ["z", "offStatuses"],
  ])
    if (given.has(name)) state[key] = list(name);
  const lacking = {
    ego: state.of === null,
    community: state.of === null,
    path: state.of === null || state.to === null,
  };
  if (lacking[state.scope]) state.scope = base.scope;
  if (state.show === "dossier" && state.of === null) state.show = "graph";
  return { state, unknown: [...new Set(unknown)] };
}
