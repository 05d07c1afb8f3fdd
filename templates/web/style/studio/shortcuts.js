// Everything by keyboard. Single keys work while the canvas or the list of elements has the focus, so that they are
// in nobody's way elsewhere; those with Ctrl work everywhere but in fields, where they are the browser's own.

import { align, distribute, duplicate, order, placed, remove, toggleLock } from "./arranging.js";
import { listed } from "./titles.js";
import { move, resize } from "./moving.js";

const STEP_MM = 0.1;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ALIGNED = { KeyA: "left", KeyH: "center", KeyD: "right", KeyW: "top", KeyV: "middle", KeyS: "bottom" };

/** What each key does. `page` has what is no business of the state: save, zoom, fit, source, help, words. */
export function commands(state, page) {
  return {
    "ctrl+z": () => state.undo(),
    "ctrl+shift+z": () => state.redo(),
    "ctrl+y": () => state.redo(),
    "ctrl+s": () => page.save(),
    "ctrl+d": () => duplicate(state),
    "ctrl+a": () => state.choose(listed(state.source).filter(({ depth }) => depth === 0).map(({ node }) => node)),
    delete: () => remove(state),
    backspace: () => remove(state),
    escape: () => state.choose([]),
    "]": () => order(state, true, true),
    "[": () => order(state, false, true),
    "ctrl+]": () => order(state, true, false),
    "ctrl+[": () => order(state, false, false),
    l: () => toggleLock(state),
    ".": () => next(state, 1),
    ",": () => next(state, -1),
    enter: () => page.toWords(),
    "+": () => page.zoomBy(1.25),
    "=": () => page.zoomBy(1.25),
    "-": () => page.zoomBy(0.8),
    0: () => page.zoomTo(1),
    1: () => page.fit(),
    g: () => page.toggleGuides(),
    a: () => page.openAdd(),
    e: () => page.toggleSource(),
    "?": () => page.help(),
    "alt+shift+KeyH": () => distribute(state, 0),
    "alt+shift+KeyV": () => distribute(state, 1),
    ...Object.fromEntries(Object.entries(ALIGNED).map(([code, side]) => [`alt+${code}`, () => align(state, side)])),
  };
}

/** Choose the next or former element of the list. */
function next(state, way) {
  const nodes = listed(state.source).map(({ node }) => node);
  const at = nodes.indexOf(state.chosen.at(-1));
  if (nodes.length) state.choose([nodes.at((at + way + (at === -1 && way < 0 ? 1 : 0)) % nodes.length)]);
}

/** Move what is chosen by 0.1 mm, or 1 mm with Shift; with Ctrl its size changes. */
function nudge(state, event, [across, down]) {
  const step = event.shiftKey ? 10 * STEP_MM : STEP_MM;
  const chosen = placed(state);
  if (!chosen.length) return false;
  if (!event.ctrlKey) {
    state.change((edit, measures) => chosen.forEach(({ node }) => move(edit, measures, node, across * step, down * step)), { merge: "nudge" });
  } else if (chosen.length === 1) {
    const [{ node, box: [x, y, width, height] }] = chosen;
    state.change((edit, measures) => resize(edit, measures, node, [x, y, width + across * step, height + down * step]), { merge: "size" });
  }
  return true;
}

/** Listen to keys. */
export function listenToKeys(state, page, places) {
  const does = commands(state, page);
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("dialog") || event.defaultPrevented) return;
    const inField = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, .CodeMirror");
    const onCanvas = event.target === document.body || places.some((place) => place.contains(event.target));
    const ctrl = event.ctrlKey || event.metaKey;
    const prefix = `${ctrl ? "ctrl+" : ""}${event.altKey ? "alt+" : ""}`;
    const shift = event.shiftKey ? "shift+" : "";
    const command = does[`${prefix}${shift}${event.key.toLowerCase()}`] ?? does[prefix + event.key.toLowerCase()]
      ?? does[`${prefix}${shift}${event.code}`];
    const everywhere = `${prefix}${event.key.toLowerCase()}` === "ctrl+s";
    if (ARROWS[event.key] && onCanvas && !event.altKey) {
      if (nudge(state, event, ARROWS[event.key])) event.preventDefault();
    } else if (command && (everywhere || (!inField && (ctrl || event.altKey || onCanvas)))) {
      event.preventDefault();
      command();
    }
  });
}
