/* What things are called, in the language and the theme of the moment. */

import { clean } from "./dom.js";

export function createWords(labels) {
  const order = {
    types: Object.keys(labels.types),
    predicates: Object.keys(labels.predicates),
    statuses: Object.keys(labels.statuses),
  };
  const words = {
    language: "zh",
    dark: false,
    ui: (name, ...values) =>
      labels.ui[name][words.language].replace(/\{([a-d])\}/g, (_, slot) => String(values["abcd".indexOf(slot)])),
    predicate: (name, reversed) => word("predicates", name, reversed ? words.language + "_inverse" : words.language),
    type: (name) => word("types", name),
    status: (name) => word("statuses", name),
    qualifier: (name) => word("qualifiers", name),
    folded: (name) => Boolean((labels.types[name] || {}).folded),
    style(type) {
      const known = labels.types[type] || { shape: "dot", light: "#777777", dark: "#aaaaaa" };
      return { shape: known.shape, color: words.dark ? known.dark : known.light };
    },
    rank: (table, name) => order[table].indexOf(name) + 1 || 99,
    /** Compares names of a table by its order, unknown ones last by name. */
    by: (table) => (a, b) => words.rank(table, a) - words.rank(table, b) || (a < b ? -1 : a > b ? 1 : 0),
    number: (value) => value.toLocaleString(words.language === "zh" ? "zh-CN" : "en"),
  };
  const word = (table, name, key) =>
    labels[table][name]
      ? labels[table][name][key || words.language] || labels[table][name][words.language]
      : clean(name);
  return words;
}
