/* The selection as a table: what the picture shows, for those who would rather read, sort or listen. */

import { clean, make } from "./dom.js";

/** Values of one kind side by side: numbers before words. */
function compare(a, b) {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return typeof a === "number" ? a - b : a < b ? -1 : a > b ? 1 : 0;
}

/** open(i): show the fact in the panel. */
export function createTable(data, words, telling, open) {
  const { ui } = words;
  const value = (i) => {
    const told = data.value(i);
    return told === null ? data.name(data.fact.o[i]) : "value" in told ? Number(told.value) : told.date || told.text;
  };
  const details = (i) =>
    telling
      .qualifiers(i)
      .map(([name, text]) => `${name} ${text}`.trim())
      .join(ui("separator"));
  const status = (i) =>
    words.status(data.statuses[data.fact.status[i]]) +
    (data.inferred(i) === undefined ? "" : ui("separator") + ui("inferred"));
  const object = (i) => [
    data.value(i) ? telling.valueText(data.value(i)) : telling.nodeButton(data.fact.o[i], true),
    details(i) ? make("span", { className: "qualifier" }, " " + details(i)) : null,
  ];
  const columns = [
    { name: "subject", value: (i) => data.name(data.fact.s[i]), cell: (i) => telling.nodeButton(data.fact.s[i], true) },
    {
      name: "relation",
      value: (i) => words.predicate(data.predicates[data.fact.p[i]], false),
      cell: (i) => words.predicate(data.predicates[data.fact.p[i]], false),
    },
    { name: "object", value, cell: object },
    { name: "date", value: (i) => data.date(i), cell: (i) => data.date(i) || "–" },
    { name: "status", value: status, cell: status },
    { name: "confidence_short", value: (i) => data.fact.conf[i], cell: (i) => data.fact.conf[i].toFixed(2) },
    {
      name: "article",
      value: (i) => clean(data.article(i).title || ""),
      cell: (i) =>
        make(
          "button",
          { type: "button", className: "end", onclick: () => open(i), title: ui("open_sentence", data.date(i)) },
          telling.titleOf(i),
        ),
    },
  ];
  const words_of = { subject: (i) => data.name(data.fact.s[i]), object: telling.endText, details };

  return {
    /** Fills head and body with the facts, sorted; sort: "column+" or "column-" (downwards). */
    fill(table, facts, sort, limit, resort) {
      const name = sort.slice(0, -1),
        down = sort.endsWith("-");
      const column = columns.find((each) => each.name === name) || columns[3];
      const keyed = facts
        .map((i) => [column.value(i), i])
        .sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0]) || a[1] - b[1]);
      const head = make(
        "tr",
        {},
        columns.map((each) =>
          make(
            "th",
            {
              scope: "col",
              className: each.name,
              "aria-sort": each !== column ? "none" : down ? "descending" : "ascending",
            },
            make(
              "button",
              { type: "button", onclick: () => resort(each.name + (each === column && !down ? "-" : "+"), each.name) },
              ui(each.name),
            ),
          ),
        ),
      );
      const rows = keyed.slice(0, limit).map(([, i]) =>
        make(
          "tr",
          {},
          columns.map((each) => make("td", { className: each.name, "data-name": ui(each.name) }, each.cell(i))),
        ),
      );
      table.querySelector("thead").replaceChildren(head);
      table.querySelector("tbody").replaceChildren(...rows);
      return keyed.map(([, i]) => i);
    },
    /** Rows of plain text, the first with the names of the columns. */
    rows(facts) {
      const head = [
        "subject",
        "type",
        "relation",
        "object",
        "details",
        "date",
        "status",
        "confidence_short",
        "article",
        "source",
        "sentence",
      ].map((name) => ui(name));
      return [
        head,
        ...facts.map((i) => [
          words_of.subject(i),
          words.type(data.typeOf(data.fact.s[i])),
          words.predicate(data.predicates[data.fact.p[i]], false),
          words_of.object(i),
          details(i),
          data.date(i),
          status(i),
          data.fact.conf[i].toFixed(2),
          clean(data.article(i).title || ""),
          [telling.page(i), data.article(i).link].filter(Boolean).join(" "),
          clean(data.text(i)),
        ]),
      ];
    },
  };
}
