/* Pointer, wheel and keys on a canvas: drag, pinch, point, click, open. */

const STILL = 4; // px that a press may move and be a click

/** does: {drag(dx, dy), zoom(factor, x, y), middle(), point([x, y] or null), click([x, y]), open([x, y])}. */
export function listenGestures(element, does) {
  const pointers = new Map();
  let pressed = null;
  const spot = (event) => {
    const { left, top } = element.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };

  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, spot(event));
    pressed = pointers.size === 1 ? spot(event) : null;
  });

  element.addEventListener("pointermove", (event) => {
    const [x, y] = spot(event),
      before = pointers.get(event.pointerId);
    if (!before) return does.point([x, y]);
    if (pressed && Math.hypot(x - pressed[0], y - pressed[1]) < STILL) return undefined;
    pressed = null;
    pointers.set(event.pointerId, [x, y]);
    if (pointers.size === 1) return does.drag(x - before[0], y - before[1]);
    const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    const apart = ([px, py]) => Math.max(1, Math.hypot(px - other[0], py - other[1]));
    return does.zoom(apart([x, y]) / apart(before), (x + other[0]) / 2, (y + other[1]) / 2);
  });

  function lift(event) {
    pointers.delete(event.pointerId);
    const place = pressed;
    pressed = null;
    if (event.type === "pointerup" && place) does.click(place);
  }
  for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, lift);
  element.addEventListener("pointerleave", () => does.point(null));
  element.addEventListener("dblclick", (event) => does.open(spot(event)));

  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const turned = Math.max(-60, Math.min(60, event.deltaY * (event.deltaMode ? 20 : 1)));
      does.zoom(Math.exp(-turned * 0.0035), ...spot(event));
    },
    { passive: false },
  );

  element.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    const factor = { "+": 1.25, "=": 1.25, "-": 0.8 }[event.key];
    if (!step && !factor) return;
    event.preventDefault();
    if (factor) does.zoom(factor, ...does.middle());
    else does.drag(...step);
  });
}
