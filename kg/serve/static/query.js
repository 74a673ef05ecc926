// The query page: the editor asks this server alone, ready questions go into it, their parameters into fields beside it.
"use strict";

const OPENING = `SELECT ?name ?post
WHERE {
  ?who a kg:Person ; rdfs:label ?name ; kg:holdsPost/rdfs:label ?post .
}
ORDER BY ?name
LIMIT 100`;
const PARAMETER = /^# param ([a-z_]\w*) (\w+)(?: = ([^:]*?))?: (.+) \/ .+$/gm;

Yasgui.Yasqe.defaults.value = OPENING;
Yasgui.Yasqe.defaults.autocompleters = ["variables"]; // the others ask servers elsewhere
Yasgui.Yasqe.defaults.syntaxErrorCheck = false; // it takes known prefixes for errors; the server says line and column

const yasgui = new Yasgui(document.getElementById("yasgui"), {
  requestConfig: { endpoint: new URL("/sparql", location.href).href, method: "POST" },
  copyEndpointOnNewTab: true,
  persistenceId: null,
  endpointCatalogueOptions: { getData: () => [], keys: [], renderItem: () => {} },
});
const questions = document.getElementById("questions");
const values = document.getElementById("values");

function send() {
  const query = yasgui.getTab().getQuery();
  const fields = [...values.querySelectorAll("input")].filter((field) => query.includes(field.name.split(":")[0]));
  yasgui.getTab().setRequestConfig({ args: fields.map((field) => ({ name: field.name, value: field.value })) });
}

function ask(query, example) {
  values.replaceChildren();
  for (const [, name, type, preset, label] of query.matchAll(PARAMETER)) {
    const field = document.createElement("input");
    field.name = `$${name}:${type}`;
    field.value = example[name] ?? preset ?? "";
    field.addEventListener("input", send);
    const labelled = document.createElement("label");
    labelled.append(`${label} `, field, " ");
    values.append(labelled);
  }
  yasgui.getTab().setQuery(query);
  send();
}

function told(_, response) {
  const most = response?.headers?.get?.("x-truncated");
  document.getElementById("truncated").hidden = !most;
  document.getElementById("rows").textContent = most ?? "";
}

questions.addEventListener("change", () => {
  const chosen = questions.selectedOptions[0];
  const pairs = (chosen.dataset.example ?? "").split("; ").filter(Boolean);
  ask(chosen.value, Object.fromEntries(pairs.map((pair) => pair.split("=", 2))));
});

// What the results name is served here, wherever its IRI would lead.
document.getElementById("yasgui").addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const start = `${document.body.dataset.base}id/`;
  if (link?.href.startsWith(start)) {
    event.preventDefault();
    open(`/id/${link.href.slice(start.length)}`, "_blank", "noopener");
  }
});
const editor = yasgui.getTab().getYasqe();
editor.on("queryResponse", told);
editor.on("change", send);
send();
