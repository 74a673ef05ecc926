/* A fact in words: its ends, its figures, its sentence with the words marked, where it stands, and how to cite it. */

import { button, clean, icon, make } from "./dom.js";

/** go(i): called with the node that was chosen. */
export function createTelling(data, words, go) {
  const { ui } = words;

  function nodeButton(number, plain) {
    return make(
      "button",
      {
        type: "button",
        className: "end",
        onclick: (event) => {
          event.stopPropagation();
          go(number);
        },
      },
      plain ? null : icon(words.style(data.typeOf(number))),
      data.name(number),
    );
  }

  function valueText(value) {
    return clean(
      "date" in value && value.date && value.date !== value.text ? `${value.text} (${value.date})` : value.text,
    );
  }

  /** The fact's other end, seen from its subject or (reversed) from its object. */
  function otherEnd(i, reversed) {
    if (reversed) return nodeButton(data.fact.s[i]);
    const value = data.value(i);
    return value ? make("span", { className: "end" }, valueText(value)) : nodeButton(data.fact.o[i]);
  }

  const endText = (i) => (data.value(i) ? valueText(data.value(i)) : data.name(data.fact.o[i]));

  const qualifiers = (i) =>
    data
      .qualifiersOf(i)
      .filter((pair) => pair[1] !== false)
      .map(([name, value]) => [words.qualifier(name), typeof value === "boolean" ? "" : clean(value)]);

  function marks(i) {
    const list = qualifiers(i).map(([name, text]) =>
      text
        ? make("span", { className: "qualifier" }, name + " ", make("b", {}, text))
        : make("span", { className: "chip" }, name),
    );
    const status = data.statuses[data.fact.status[i]];
    if (status !== "actual") list.push(make("span", { className: "chip" }, words.status(status)));
    if (data.inferred(i) !== undefined) list.push(make("span", { className: "chip" }, ui("inferred")));
    return list;
  }

  /** The sentence with its words marked; marks count code points. */
  function quote(list) {
    const characters = Array.from(data.text(list[0]));
    const spans = [];
    for (const i of list)
      for (let k = 0; k < data.fact.marks[i].length; k += 2)
        spans.push([data.fact.marks[i][k], data.fact.marks[i][k + 1]]);
    const block = make("blockquote", { className: "quote", lang: "zh-CN" });
    let done = 0;
    for (const [start, end] of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
      if (end <= done) continue;
      const from = Math.max(start, done);
      block.append(
        clean(characters.slice(done, from).join("")),
        make("mark", {}, clean(characters.slice(from, end).join(""))),
      );
      done = end;
    }
    block.append(clean(characters.slice(done).join("")));
    return block;
  }

  const titleOf = (i) => (data.article(i).title ? `《${clean(data.article(i).title)}》` : ui("untitled"));

  function page(i) {
    const { publisher, page: told, file } = data.article(i);
    const parts = [publisher, told ? (/^[A-Za-z]?\d+[A-Za-z]?$/.test(told) ? ui("page_number", told) : told) : ""]
      .filter(Boolean)
      .map(clean);
    return parts.join(" ") || clean(file || "");
  }

  /** Where the sentence stands, as text. */
  const sourceText = (i) =>
    [titleOf(i), page(i), data.date(i) || ui("undated"), data.article(i).link || ""]
      .filter(Boolean)
      .join(ui("citation_separator"));

  /** The sentence with its source, to be quoted elsewhere. */
  const citation = (i) => ui("citation", clean(data.text(i)), sourceText(i));

  function source(i) {
    const { link, file } = data.article(i);
    const parts = [
      make("cite", {}, make("bdi", {}, titleOf(i))),
      data.date(i) || ui("undated"),
      make("bdi", {}, page(i)),
    ];
    if (link) parts.push(make("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, ui("original")));
    else if (file && clean(file) !== page(i)) parts.push(make("bdi", {}, clean(file)));
    parts.push(ui("rule", clean(data.rules[data.fact.rule[i]])), ui("confidence", data.fact.conf[i].toFixed(2)));
    return make(
      "p",
      { className: "source" },
      parts.flatMap((part, number) => (number ? [" · ", part] : [part])),
    );
  }

  /** What a click on a fact opens. copy(text, button) */
  function evidence(list, copy) {
    const carried = data.inferred(list[0]);
    return make(
      "div",
      { className: "evidence" },
      quote(list),
      carried ? make("p", { className: "source" }, ui("inferred_from", clean(carried))) : null,
      source(list[0]),
      button(ui("copy_citation"), (event) => copy(citation(list[0]), event.currentTarget), { className: "small" }),
    );
  }

  return {
    nodeButton,
    valueText,
    otherEnd,
    endText,
    qualifiers,
    marks,
    quote,
    titleOf,
    page,
    sourceText,
    citation,
    source,
    evidence,
  };
}
