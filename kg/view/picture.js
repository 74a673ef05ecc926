"use strict";
/* The picture: vis-network draws nodes and links at given places; names are drawn here, at one size on the screen,
   so that none covers another and more appear as one comes nearer. */

const FONT = 12.5;
const LINE = 1.2; // of the font size
const WRAP = 9; // full-width characters a line, as layout.py counts
const MARGIN = { side: 44, top: 56, bottom: 72 }; // px around the picture for names, buttons and the status line
const BIDI = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

/** A name without characters that would turn or break the line it stands in. */
function clean(text) {
  return text.replace(BIDI, "");
}

/** box: an element; styleOf(i): {shape, color}; nameOf(i); textOf(edge); on: {node, edge, open, blank}. */
function createPicture(box, { styleOf, nameOf, textOf, on }) {
  const nodes = new vis.DataSet();
  const edges = new vis.DataSet();
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  let shown = { nodes: [], edges: [], degree: new Map() };
  let selected = null; // {node} or {edge}
  let hovered = null;
  const wrapped = new Map();
  let moving = false;
  let dims = true; // whether a selection fades the rest

  const network = new vis.Network(box, { nodes, edges }, {
    physics: false,
    layout: { improvedLayout: false },
    interaction: { hover: true, keyboard: { enabled: true, bindToWindow: false }, selectConnectedEdges: false, tooltipDelay: 60000 },
    nodes: { borderWidth: 1.5, borderWidthSelected: 3, scaling: { label: false } },
    edges: { smooth: false, arrows: { to: { enabled: true, scaleFactor: 0.4 } }, width: 1, selectionWidth: 1, hoverWidth: 0.5 },
  });
  const canvas = box.querySelector("canvas");
  const frame = box.querySelector(".vis-network");
  frame.tabIndex = 0;

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /** The nodes and links to keep bright: null where nothing is selected. */
  function bright() {
    if (!selected) return null;
    const links = shown.edges.filter((edge) =>
      "edge" in selected ? edge.id === selected.edge : edge.from === selected.node || edge.to === selected.node);
    if ("edge" in selected && !links.length) return null;
    const ends = new Set(links.flatMap((edge) => [edge.from, edge.to]));
    if ("node" in selected) ends.add(selected.node);
    return { ends, links: new Set(links.map((edge) => edge.id)) };
  }

  function paint() {
    const keep = bright();
    const faint = (id) => keep && dims && !keep.ends.has(id);
    const halo = css("--halo"), plain = css("--edge"), strong = css("--edge-strong");
    nodes.update(shown.nodes.map((node) => {
      const { shape, color } = styleOf(node.id);
      const size = Math.min(5.5 + 2.3 * Math.sqrt(shown.degree.get(node.id) || 0), 17) * (shape === "star" ? 1.3 : 1);
      const chosen = selected && selected.node === node.id;
      return {
        id: node.id, shape, size, opacity: faint(node.id) ? 0.22 : 1,
        color: { background: color, border: chosen ? css("--ink") : halo, highlight: { background: color, border: css("--ink") }, hover: { background: color, border: css("--ink") } },
      };
    }));
    edges.update(shown.edges.map((edge) => {
      const lit = keep && keep.links.has(edge.id);
      return {
        id: edge.id, dashes: edge.planned ? [5, 4] : false, width: lit ? 1.8 : Math.min(1 + 0.4 * (edge.facts.length - 1), 3),
        color: { color: lit ? strong : plain, highlight: strong, hover: strong, opacity: keep && dims && !lit ? 0.25 : 0.9 },
      };
    }));
  }

  const broad = (character) => (character.charCodeAt(0) < 0x2e80 ? 0.55 : 1);

  /** A name in one line or two of like length, at most WRAP wide. */
  function lines(id) {
    if (wrapped.has(id)) return wrapped.get(id);
    const name = Array.from(clean(nameOf(id)));
    const total = name.reduce((sum, character) => sum + broad(character), 0);
    const limit = total > WRAP ? Math.min(Math.ceil(total / 2), WRAP) : WRAP;
    const rows = [""];
    let width = 0;
    for (const character of name) {
      if (width + broad(character) > limit && rows.length === 2) {
        rows[1] = rows[1].slice(0, -1) + "…";
        break;
      }
      if (width + broad(character) > limit) {
        rows.push("");
        width = 0;
      }
      rows[rows.length - 1] += character;
      width += broad(character);
    }
    wrapped.set(id, rows);
    return rows;
  }

  /** Names in order of importance, each at the first place by its node where it covers nothing and nothing covers it. */
  function drawNames(context) {
    if (!canvas.clientWidth) return; // not to be seen
    const ratio = canvas.width / canvas.clientWidth;
    const keep = bright();
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { put, spot } = placing(context);
    const rank = (id) => (selected && selected.node === id ? 3 : hovered && hovered.node === id ? 2 : keep && keep.ends.has(id) ? 1 : 0);
    const degree = (id) => shown.degree.get(id) || 0;
    const wanted = [...spot.keys()].filter((id) => !(keep && dims) || rank(id)).sort((a, b) => rank(b) - rank(a) || degree(b) - degree(a) || a - b);
    const name = (id, size) => {
      const { x, y, gap } = spot.get(id);
      const sides = [0.4, -0.4, 0.8, -0.8].flatMap((side) => [[side, 1, x, y + gap], [side, -1, x, y - gap]]);
      const places = [[0, 1, x, y + gap], [0, -1, x, y - gap], [1, 0, x + gap, y], [-1, 0, x - gap, y], ...sides];
      return put(lines(id), places, { size, weight: rank(id) > 1 ? 700 : 500, color: "--ink", force: rank(id) > 1 });
    };
    for (const id of wanted.filter((each) => !name(each, FONT))) name(id, FONT - 2);
    for (const edge of shown.edges) {
      const under = Boolean(hovered) && hovered.edge === edge.id;
      const center = hovered && "node" in hovered ? hovered.node : selected && selected.node;
      if (!under && center !== edge.from && center !== edge.to && !(keep && keep.links.has(edge.id))) continue;
      const [near, far] = center === edge.to ? [edge.to, edge.from].map((id) => spot.get(id)) : [edge.from, edge.to].map((id) => spot.get(id));
      if (!near || !far) continue;
      const places = [0.5, 0.62, 0.4, 0.72].map((part) => [0, 0, near.x + (far.x - near.x) * part, near.y + (far.y - near.y) * part]);
      put([clean(textOf(edge))], places, { size: FONT - 1, weight: 500, color: "--accent", force: under });
    }
    context.restore();
  }

  /** spot: where the nodes are on the screen; put: writes rows at the first free of `places`, [side, side, x, y], true if there was one. */
  function placing(context) {
    const points = network.getPositions();
    const scale = network.getScale();
    const over = [...box.parentElement.children].filter((element) => element !== box);
    const taken = over.map((element) => [element.offsetLeft, element.offsetTop, element.offsetLeft + element.offsetWidth, element.offsetTop + element.offsetHeight]);
    const spot = new Map();
    for (const { id } of shown.nodes) {
      const { x, y } = network.canvasToDOM(points[id]);
      const radius = nodes.get(id).size * scale;
      if (x < -60 || y < -60 || x > canvas.clientWidth + 60 || y > canvas.clientHeight + 60) continue;
      spot.set(id, { x, y, gap: radius + 2 });
      taken.push([x - radius * 0.8, y - radius * 0.8, x + radius * 0.8, y + radius * 0.8]);
    }
    const font = css("--sans");
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 3.5, strokeStyle: css("--halo") });
    const free = ([left, top, right, bottom]) => left >= 0 && right <= canvas.clientWidth
      && taken.every((other) => left >= other[2] || right <= other[0] || top >= other[3] || bottom <= other[1]);
    const put = (rows, places, { size, weight, color, force }) => {
      context.font = `${weight} ${size}px ${font}`;
      context.fillStyle = css(color);
      const width = Math.max(...rows.map((row) => context.measureText(row).width)) + 4, height = rows.length * size * LINE;
      const rectangles = places.map(([dx, dy, x, y]) => [x + (dx - 1) * width / 2, y + (dy - 1) * height / 2, x + (dx + 1) * width / 2, y + (dy + 1) * height / 2]);
      const chosen = rectangles.find(free) || (force ? rectangles[0] : null);
      if (!chosen) return false;
      taken.push(chosen);
      rows.forEach((row, number) => {
        const x = chosen[0] + width / 2, y = chosen[1] + (number + 0.5) * size * LINE;
        context.strokeText(row, x, y);
        context.fillText(row, x, y);
      });
      return true;
    };
    return { put, spot };
  }

  const bounds = (points) => points.reduce(([left, top, right, bottom], { x, y }) =>
    [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)], [Infinity, Infinity, -Infinity, -Infinity]);
  const room = () => ({ width: Math.max(box.clientWidth - 2 * MARGIN.side, 80), height: Math.max(box.clientHeight - MARGIN.top - MARGIN.bottom, 80) });

  /** The items turned upright on a tall screen and stretched, within reason, to the proportions of the box. */
  function toBox(items) {
    if (!items.length) return [];
    const tall = box.clientHeight > box.clientWidth * 1.2;
    const points = items.map(({ id, x, y }) => ({ id, x: tall ? y : x, y: tall ? x : y }));
    const [left, top, right, bottom] = bounds(points);
    const { width, height } = room();
    const factor = Math.sqrt(Math.max(0.5, Math.min(2, (width / height) * (Math.max(bottom - top, 1) / Math.max(right - left, 1)))));
    return points.map(({ id, x, y }) => ({ id, x: x * factor, y: y / factor }));
  }

  network.on("afterDrawing", drawNames);
  network.on("click", (event) => {
    if (event.nodes.length) on.node(event.nodes[0]);
    else if (event.edges.length) on.edge(shown.edges.find((edge) => edge.id === event.edges[0]));
    else on.blank();
  });
  network.on("doubleClick", (event) => event.nodes.length && on.open(event.nodes[0]));
  const hover = (what) => {
    hovered = what;
    frame.style.cursor = what ? "pointer" : "";
    network.redraw();
  };
  network.on("hoverNode", (event) => hover({ node: event.node }));
  network.on("hoverEdge", (event) => hover({ edge: event.edge }));
  network.on("blurNode", () => hover(null));
  network.on("blurEdge", () => hover(null));
  media.addEventListener("change", () => { paint(); network.redraw(); });
  if (document.fonts) document.fonts.ready.then(() => network.redraw());

  return {
    /** items: [{id, x, y}]; links: [{id, from, to, facts, planned}]; stretch: fill the box; dim: a selection fades the rest. */
    show(items, links, { stretch, dim }) {
      const degree = new Map();
      for (const { from, to } of links) for (const end of [from, to]) degree.set(end, (degree.get(end) || 0) + 1);
      hovered = null;
      selected = null;
      dims = dim;
      shown = { nodes: [], edges: [], degree }; // vis draws while its data change
      edges.clear();
      nodes.clear();
      nodes.add(stretch ? toBox(items) : items);
      edges.add(links.map(({ id, from, to }) => ({ id, from, to })));
      shown = { nodes: items, edges: links, degree };
      paint();
      this.fit();
    },
    fit() {
      if (!shown.nodes.length) return;
      const [left, top, right, bottom] = bounds(Object.values(network.getPositions()));
      const { width, height } = room();
      const scale = Math.min(width / Math.max(right - left, 1), height / Math.max(bottom - top, 1), 1.4);
      const position = { x: (left + right) / 2, y: (top + bottom) / 2 + (MARGIN.bottom - MARGIN.top) / 2 / scale };
      network.moveTo({ position, scale });
    },
    /** what: {node}, {edge} or null */
    select(what, move) {
      selected = what;
      paint();
      network.setSelection({ nodes: what && "node" in what && nodes.get(what.node) ? [what.node] : [], edges: [] }, { highlightEdges: false });
      if (move && what && nodes.get(what.node)) {
        const { x, y } = network.canvasToDOM(network.getPosition(what.node));
        const near = x > MARGIN.side && y > MARGIN.top && x < box.clientWidth - MARGIN.side && y < box.clientHeight - MARGIN.bottom;
        if (!near) network.moveTo({ position: network.getPosition(what.node) });
      }
      network.redraw();
    },
    zoom(factor) {
      network.moveTo({ scale: network.getScale() * factor });
    },
    physics() {
      moving = !moving;
      network.setOptions({ physics: moving ? { enabled: true, solver: "forceAtlas2Based", forceAtlas2Based: { gravitationalConstant: -70, springLength: 90, avoidOverlap: 0.6 }, stabilization: false } : false });
      return moving;
    },
  };
}
