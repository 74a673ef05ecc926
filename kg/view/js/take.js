/* The export menu. */

import { $, clean } from "./dom.js";
import { lines } from "./names.js";
import { asFile, csv, download, png, svg } from "./export.js";

/** app: the page's state and ways to change it, from page.js. */
export function createTaking(app, { stage, table, telling }) {
  const { data, words, selection, go, copied } = app;

  const fileName = (ending) =>
    `${
      clean(document.title)
        .replace(/[\\/:*?"<>|\s]+/g, "_")
        .slice(0, 60) || "graph"
    }.${ending}`;

  function pictureData() {
    const shown = stage.picture().picture();
    const named = shown.names && new Set(shown.names.filter((name) => !name.big).map((name) => name.id));
    const rows = (item) => (named && !named.has(item.id) ? [] : item.rows || lines(data.name(item.id)));
    const style = (item) => (item.dots ? null : words.style(data.typeOf(item.id)));
    return { ...shown, items: shown.items.map((item) => ({ ...item, rows: rows(item), style: style(item) })) };
  }

  const taking = {
    png: async () =>
      download(fileName("png"), await png(stage.canvases(), $("graph").clientWidth, $("graph").clientHeight)),
    svg: () => download(fileName("svg"), asFile(svg({ ...pictureData(), title: document.title }))),
    csv: () => download(fileName("csv"), csv(table.rows(selection.facts(app.view)))),
    link: (event) => copied(location.href, event.currentTarget),
    cite: (event) =>
      copied([...new Set(selection.facts(app.view).map(telling.citation))].join("\n"), event.currentTarget),
  };
  for (const [name, take] of Object.entries(taking))
    $(`take-${name}`).onclick = async (event) => {
      if (["png", "svg"].includes(name) && app.state.show !== "graph") go({ show: "graph" });
      await take(event);
      $("take").open = false;
    };
}
