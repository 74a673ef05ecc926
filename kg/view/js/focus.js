/* The focus view: vis-network draws some 150 nodes and their links at given places; names are drawn here, at one size
   on the screen, so that none covers another and more appear as one comes nearer. */

import { css } from "./dom.js";
import { covered, createPlacer, lines } from "./names.js";

const FONT = 12.5;
const MARGIN = { side: 48, top: 56, bottom: 44 }; // px around the picture for names, buttons and the status line

/** box: an element; styleOf(i): {shape, color}; nameOf(i); textOf(link); on: {node, link, open, blank}. */
export function createFocus(box, { styleOf, nameOf, textOf, on }) {
  const nodes = new vis.DataSet();
  const edges = new vis.DataSet();
  let shown = { nodes: [], edges: [], degree: new Map() };
  let selected = null; // {node} or {edge}
  let hovered = null;
  let moving = false;
  let scaled = 0;

  const network = new vis.Network(
    box,
    { nodes, edges },
    {
      physics: false,
      layout: { improvedLayout: false },
      interaction: {
        hover: true,
        keyboard: { enabled: true, bindToWindow: false },
        selectConnectedEdges: false,
        tooltipDelay: 60000,
      },
      nodes: { borderWidth: 1.5, borderWidthSelected: 3, scaling: { label: false } },
      edges: {
        smooth: false,
        arrows: { to: { enabled: true, scaleFactor: 0.4 } },
        width: 1,
        selectionWidth: 1,
        hoverWidth: 0.5,
      },
    },
  );
  const canvas = box.querySelector("canvas");
  const frame = box.querySelector(".vis-network");
  frame.tabIndex = 0;

  /** The nodes and links to keep bright: null where nothing is selected. */
  function bright() {
    if (!selected) return null;
    const links = shown.edges.filter((edge) =>
      "edge" in selected ? edge.id === selected.edge : edge.from === selected.node || edge.to === selected.node,
    );
    if (!links.length && !("node" in selected && nodes.get(selected.node))) return null;
    const ends = new Set(links.flatMap((edge) => [edge.from, edge.to]));
    if ("node" in selected) ends.add(selected.node);
    return { ends, links: new Set(links.map((edge) => edge.id)) };
  }

  /** Marks and lines keep their size on the screen within bounds: never tiny when the picture is small. */
  function paint() {
    const keep = bright();
    const scale = network.getScale() || 1;
    scaled = scale;
    const faint = (id) => keep && !keep.ends.has(id);
    const halo = css("--halo"),
      plain = css("--edge"),
      strong = css("--edge-strong"),
      ink = css("--ink");
    nodes.update(
      shown.nodes.map((node) => {
        const { shape, color } = styleOf(node.id);
        const size =
          Math.min(7 + 2 * Math.sqrt(shown.degree.get(node.id) || 0), 18) *
          (shape === "star" ? 1.35 : shape.startsWith("tri") ? 1.15 : 1) *
          Math.min(1.2, Math.max(0.85, scale));
        const border = selected && selected.node === node.id ? ink : halo;
        return {
          id: node.id,
          shape,
          size: size / scale,
          opacity: faint(node.id) ? 0.22 : 1,
          borderWidth: 1.5 / scale,
          color: {
            background: color,
            border,
            highlight: { background: color, border: ink },
            hover: { background: color, border: ink },
          },
        };
      }),
    );
    edges.update(
      shown.edges.map((edge) => {
        const lit = keep && keep.links.has(edge.id);
        const width = (lit ? 2 : Math.min(1 + 0.4 * (edge.count - 1), 3)) / scale;
        return {
          id: edge.id,
          dashes: edge.planned ? [5 / scale, 4 / scale] : false,
          width,
          arrows: { to: { enabled: true, scaleFactor: 0.45 / Math.max(scale, 0.2) } },
          color: { color: lit ? strong : plain, highlight: strong, hover: strong, opacity: keep && !lit ? 0.25 : 0.9 },
        };
      }),
    );
  }

  function repaint() {
    if (Math.abs(Math.log(network.getScale() / scaled)) > 0.1) paint();
  }

  /** Names in order of importance, then what the links of the hovered or selected node say. */
  function drawNames(context) {
    if (!canvas.clientWidth) return; // not to be seen
    const ratio = canvas.width / canvas.clientWidth;
    const keep = bright();
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { spot, taken } = spots();
    const put = createPlacer(context, {
      width: canvas.clientWidth,
      height: canvas.clientHeight,
      font: css("--sans"),
      halo: css("--halo"),
      taken,
    });
    const ink = css("--ink"),
      accent = css("--accent");
    const rank = (id) =>
      selected && selected.node === id ? 3 : hovered && hovered.node === id ? 2 : keep && keep.ends.has(id) ? 1 : 0;
    const degree = (id) => shown.degree.get(id) || 0;
    const wanted = [...spot.keys()]
      .filter((id) => !keep || rank(id))
      .sort((a, b) => rank(b) - rank(a) || degree(b) - degree(a) || a - b);
    const name = (id, size) => {
      const { x, y, gap } = spot.get(id);
      const sides = [0.4, -0.4, 0.8, -0.8].flatMap((side) => [
        [side, 1, x, y + gap],
        [side, -1, x, y - gap],
      ]);
      const places = [[0, 1, x, y + gap], [0, -1, x, y - gap], [1, 0, x + gap, y], [-1, 0, x - gap, y], ...sides];
      return put(lines(nameOf(id)), places, {
        size,
        weight: rank(id) > 1 ? 700 : 500,
        color: ink,
        force: rank(id) > 1,
      });
    };
    for (const id of wanted.filter((each) => !name(each, FONT))) name(id, FONT - 1.5);
    for (const edge of shown.edges) {
      const under = Boolean(hovered) && hovered.edge === edge.id;
      const center = hovered && "node" in hovered ? hovered.node : selected && selected.node;
      if (!under && center !== edge.from && center !== edge.to && !(keep && keep.links.has(edge.id))) continue;
      const [near, far] =
        center === edge.to
          ? [edge.to, edge.from].map((id) => spot.get(id))
          : [edge.from, edge.to].map((id) => spot.get(id));
      if (!near || !far) continue;
      const places = [0.5, 0.62, 0.4, 0.72].map((part) => [
        0,
        0,
        near.x + (far.x - near.x) * part,
        near.y + (far.y - near.y) * part,
      ]);
      put([textOf(edge)], places, { size: FONT - 1, weight: 500, color: accent, force: under });
    }
    context.restore();
  }

  /** Where the nodes are on the screen, and what is taken by them and by the buttons over the picture. */
  function spots() {
    const points = network.getPositions();
    const scale = network.getScale();
    const taken = covered(box);
    const spot = new Map();
    for (const { id } of shown.nodes) {
      const { x, y } = network.canvasToDOM(points[id]);
      const radius = nodes.get(id).size * scale;
      if (x < -60 || y < -60 || x > canvas.clientWidth + 60 || y > canvas.clientHeight + 60) continue;
      spot.set(id, { x, y, gap: radius + 2 });
      taken.push([x - radius * 0.8, y - radius * 0.8, x + radius * 0.8, y + radius * 0.8]);
    }
    return { spot, taken };
  }

  const bounds = (points) =>
    points.reduce(
      ([left, top, right, bottom], { x, y }) => [
        Math.min(left, x),
        Math.min(top, y),
        Math.max(right, x),
        Math.max(bottom, y),
      ],
      [Infinity, Infinity, -Infinity, -Infinity],
    );
  const room = () => ({
    width: Math.max(box.clientWidth - 2 * MARGIN.side, 80),
    height: Math.max(box.clientHeight - MARGIN.top - MARGIN.bottom, 80),
  });

  /** The items turned upright on a tall screen and stretched, within reason, to the proportions of the box. */
  function toBox(items) {
    const tall = box.clientHeight > box.clientWidth * 1.2;
    const points = items.map(({ id, x, y }) => ({ id, x: tall ? y : x, y: tall ? x : y }));
    const [left, top, right, bottom] = bounds(points);
    const { width, height } = room();
    const factor = Math.sqrt(
      Math.max(0.5, Math.min(2, (width / height) * (Math.max(bottom - top, 1) / Math.max(right - left, 1)))),
    );
    return points.map(({ id, x, y }) => ({ id, x: x * factor, y: y / factor }));
  }

  /** Comes nearer, never farther, until the selected node and those around it fill the picture and can be read. */
  function approach() {
    const points = network.getPositions([...bright().ends]);
    const [left, top, right, bottom] = bounds(Object.values(points));
    const { width, height } = room();
    const scale = Math.min(width / Math.max(right - left, 1), height / Math.max(bottom - top, 1), 1.4);
    const { x, y } = network.canvasToDOM(points[selected.node]);
    const inside =
      x > MARGIN.side && y > MARGIN.top && x < box.clientWidth - MARGIN.side && y < box.clientHeight - MARGIN.bottom;
    if (inside && scale < network.getScale() * 1.15) return;
    network.moveTo({
      position: { x: (left + right) / 2, y: (top + bottom) / 2 },
      scale: Math.max(scale, network.getScale()),
    });
    repaint();
  }

  network.on("afterDrawing", drawNames);
  network.on("zoom", repaint);
  network.on("click", (event) => {
    if (event.nodes.length) on.node(event.nodes[0]);
    else if (event.edges.length) on.link(shown.edges.find((edge) => edge.id === event.edges[0]));
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
  if (document.fonts) document.fonts.ready.then(() => network.redraw());

  const focus = {
    frame,
    canvas,
    /** items: [{id, x, y}]; links: [{id, from, to, count, planned}]; fresh: other nodes than before, so fit them. */
    show(items, links, fresh) {
      const degree = new Map();
      for (const { from, to } of links) for (const end of [from, to]) degree.set(end, (degree.get(end) || 0) + 1);
      hovered = null;
      shown = { nodes: [], edges: [], degree }; // vis draws while its data change
      edges.clear();
      nodes.clear();
      nodes.add(items.length ? toBox(items) : []);
      edges.add(links.map(({ id, from, to }) => ({ id, from, to })));
      shown = { nodes: items, edges: links, degree };
      paint();
      if (fresh) focus.fit();
    },
    fit() {
      if (!shown.nodes.length) return;
      const [left, top, right, bottom] = bounds(Object.values(network.getPositions()));
      const { width, height } = room();
      const scale = Math.min(width / Math.max(right - left, 1), height / Math.max(bottom - top, 1), 1.4);
      const position = { x: (left + right) / 2, y: (top + bottom) / 2 + (MARGIN.bottom - MARGIN.top) / 2 / scale };
      network.moveTo({ position, scale });
      repaint();
    },
    /** what: {node}, {edge} or null; move: bring it into sight. */
    select(what, move) {
      selected = what;
      paint();
      network.setSelection(
        { nodes: what && "node" in what && nodes.get(what.node) ? [what.node] : [], edges: [] },
        { highlightEdges: false },
      );
      if (move && what && "node" in what && nodes.get(what.node)) approach();
      network.redraw();
    },
    zoom(factor) {
      network.moveTo({ scale: network.getScale() * factor });
      repaint();
    },
    redraw() {
      paint();
      network.redraw();
    },
    size() {
      network.setSize(`${box.clientWidth}px`, `${box.clientHeight}px`);
      network.redraw();
    },
    /** Where the nodes are now, in px of the screen, with the size of the box. */
    picture() {
      const points = network.getPositions();
      const items = shown.nodes.map(({ id }) => ({
        id,
        ...network.canvasToDOM(points[id]),
        radius: nodes.get(id).size * network.getScale(),
      }));
      return { width: box.clientWidth, height: box.clientHeight, items, links: shown.edges };
    },
    physics() {
      moving = !moving;
      network.setOptions({
        physics: moving
          ? {
              enabled: true,
              solver: "forceAtlas2Based",
              forceAtlas2Based: { gravitationalConstant: -70, springLength: 90, avoidOverlap: 0.6 },
              stabilization: false,
            }
          : false,
      });
      return moving;
    },
    order: () =>
      shown.nodes.map(({ id }) => id).sort((a, b) => (shown.degree.get(b) || 0) - (shown.degree.get(a) || 0) || a - b),
  };
  return focus;
}
