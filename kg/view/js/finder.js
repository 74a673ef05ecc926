/* A field that finds a node by name or pinyin and offers what fits. */

import { icon, make } from "./dom.js";

const LIMIT = 12;

/** choose(i): called with the node chosen; the list stands below the field. */
export function createFinder(input, list, { data, words, find, choose }) {
  let found = [],
    total = 0,
    active = 0;

  function show() {
    const open = input.value.trim() !== "" && document.activeElement === input;
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    const offers = found.map((number, place) =>
      make(
        "li",
        {
          id: `${list.id}-${place}`,
          role: "option",
          "aria-selected": String(place === active),
          onpointerdown: (event) => {
            event.preventDefault();
            take(number);
          },
        },
        icon(words.style(data.typeOf(number))),
        make("bdi", {}, data.name(number)),
        make("small", {}, words.type(data.typeOf(number))),
      ),
    );
    if (!found.length)
      offers.push(
        make(
          "li",
          { role: "option", "aria-disabled": "true", "aria-selected": "false" },
          [
            words.ui("search_none"),
            ...(data.beyond ? [words.ui("left_beyond", words.number(data.beyond))] : []),
          ].join(words.ui("separator")),
        ),
      );
    if (total > found.length)
      offers.push(
        make(
          "li",
          { role: "option", "aria-disabled": "true", "aria-selected": "false", className: "rest" },
          words.ui("search_more", words.number(total - found.length)),
        ),
      );
    list.replaceChildren(...(open ? offers : []));
    if (open && found.length) input.setAttribute("aria-activedescendant", `${list.id}-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function take(number) {
    input.value = "";
    input.blur();
    choose(number);
  }

  input.addEventListener("input", () => {
    ({ found, total } = find(input.value, LIMIT));
    active = 0;
    show();
  });
  for (const name of ["focus", "blur"]) input.addEventListener(name, show);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      active = (active + step + found.length) % found.length;
      show();
      list.children[active].scrollIntoView({ block: "nearest" });
      event.preventDefault();
    } else if (event.key === "Enter" && found.length && !event.isComposing) {
      take(found[active]);
      event.preventDefault();
    } else if (event.key === "/" && !input.value) {
      event.preventDefault(); // it leads here, and one is here
    } else if (event.key === "Escape") {
      input.value = "";
      input.blur();
      event.stopPropagation();
    }
  });
}
