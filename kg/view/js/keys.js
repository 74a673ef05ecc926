/* The keyboard: what every key does everywhere, and walking through a picture node by node. */

const TYPING = "input[type=search], input[type=text], textarea, select";

/** does: {key: function}; a key is ignored while one types, "Escape" is not. */
export function listen(does) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches(TYPING) && event.key !== "Escape") return;
    if (!does[event.key] || document.querySelector("dialog[open]")) return;
    if (does[event.key](event) !== false) event.preventDefault();
  });
}

/** n and p go to the next and the last node of a picture by importance, Enter opens it. order(): ids; stop(id); open(id). */
export function walk(frame, { order, stop, open }) {
  let place = -1;
  frame.addEventListener("keydown", (event) => {
    const ids = order();
    const step = { n: 1, p: -1 }[event.key];
    if (step && ids.length) {
      place = (place + step + ids.length) % ids.length;
      stop(ids[place]);
    } else if (event.key === "Enter" && place >= 0 && place < ids.length) {
      open(ids[place]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return () => {
    place = -1;
  };
}
