// Aligns, distributes and orders what is chosen. A single element is aligned to the label.

import { move } from "./moving.js";

export const ALIGNMENTS = {
  left: ([x], [ox]) => [ox - x, 0],
  center: ([x, , w], [ox, , ow]) => [ox + ow / 2 - x - w / 2, 0],
  right: ([x, , w], [ox, , ow]) => [ox + ow - x - w, 0],
  top: ([, y], [, oy]) => [0, oy - y],
  middle: ([, y, , h], [, oy, , oh]) => [0, oy + oh / 2 - y - h / 2],
  bottom: ([, y, , h], [, oy, , oh]) => [0, oy + oh - y - h],
};

/** Return the box around several. */
export function boxAround(boxes) {
  const [x, y] = [0, 1].map((axis) => Math.min(...boxes.map((box) => box[axis])));
  const [right, bottom] = [0, 1].map((axis) => Math.max(...boxes.map((box) => box[axis] + box[axis + 2])));
  return [x, y, right - x, bottom - y];
}

/** Return the chosen elements that have a box, with it. */
export function placed(state, nodes = state.movable) {
  return nodes.map((node) => ({ node, box: state.measures.boxOf(node) })).filter(({ box }) => box);
}

export function align(state, side) {
  const chosen = placed(state);
  if (!chosen.length) return;
  const within = chosen.length > 1 ? boxAround(chosen.map(({ box }) => box)) : [0, 0, state.measures.width, state.measures.height];
  state.change((edit, measures) => {
    for (const { node, box } of chosen) moveIfAny(edit, measures, node, ALIGNMENTS[side](box, within));
  });
}

/** Give three or more elements the same blank between them, across (axis 0) or down (axis 1). */
export function distribute(state, axis) {
  const chosen = placed(state).sort((a, b) => a.box[axis] - b.box[axis]);
  if (chosen.length < 3) return;
  const whole = boxAround(chosen.map(({ box }) => box));
  const filled = chosen.reduce((sum, { box }) => sum + box[axis + 2], 0);
  const blank = (whole[axis + 2] - filled) / (chosen.length - 1);
  let at = whole[axis];
  state.change((edit, measures) => {
    for (const { node, box } of chosen) {
      const step = at - box[axis];
      moveIfAny(edit, measures, node, axis ? [0, step] : [step, 0]);
      at += box[axis + 2] + blank;
    }
  });
}

function moveIfAny(edit, measures, node, [dx, dy]) {
  if (Math.abs(dx) > 1e-6 || Math.abs(dy) > 1e-6) move(edit, measures, node, dx, dy);
}

/** Bring an element one forward or back among its neighbours, or all the way (`far`). */
export function order(state, forward, far) {
  const [node] = state.movable;
  if (node === undefined || state.movable.length > 1) return;
  const { source } = state;
  const neighbours = source.childrenOf(source.places[node].parent).filter((each) => state.measures.boxOf(each));
  const at = neighbours.indexOf(node);
  const to = far ? (forward ? neighbours.length - 1 : 0) : at + (forward ? 1 : -1);
  if (at === -1 || to === at || !(to in neighbours)) return;
  const element = source.elements[node];
  const other = source.elements[neighbours[to]];
  const edit = source.edit().move(node, forward ? "after" : "before", neighbours[to]);
  // Its new number: that of the place it takes. Forward, all that it passed has moved up by its own elements.
  const own = element.getElementsByTagName("*").length + 1;
  const passed = neighbours[to] + other.getElementsByTagName("*").length + 1 - own;
  state.write(edit.text, { chosen: [forward ? passed : neighbours[to]] });
}

export function remove(state) {
  const nodes = outermost(state, state.movable);
  if (nodes.length) state.change((edit) => nodes.forEach((node) => edit.remove(node)), { chosen: [] });
}

/** Duplicate what is chosen, a little to the right and below; ids are not given twice. */
export function duplicate(state) {
  const nodes = outermost(state, state.movable);
  if (!nodes.length) return;
  const copies = state.source.edit();
  const numbers = [];
  let added = 0;
  for (const node of nodes) {
    const { start, end } = state.source.places[node];
    const size = state.source.elements[node].getElementsByTagName("*").length + 1;
    copies.insertAfter(node, freshIds(state.source.text.slice(start, end), state.source.document));
    numbers.push(node + size + added);
    added += size;
  }
  state.write(copies.text, { chosen: numbers, merge: "duplicate" });
  state.change((edit, measures) => numbers.forEach((node) => move(edit, measures, node, 1, 1)), { merge: "duplicate" });
}

/** Return markup whose ids nothing has yet; references within it follow. */
export function freshIds(markup, design) {
  return markup.replace(/\sid=(["'])(.*?)\1/g, (whole, quote, id) => {
    let number = 2;
    const stem = id.replace(/-\d+$/, "");
    while (design.querySelector(`[id="${CSS.escape(`${stem}-${number}`)}"]`)) number += 1;
    return ` id=${quote}${stem}-${number}${quote}`;
  });
}

/** Return the nodes that lie in no other one of them, in document order. */
function outermost(state, nodes) {
  const elements = nodes.map((node) => state.element(node));
  return nodes
    .filter((node) => !elements.some((other) => other !== state.element(node) && other.contains(state.element(node))))
    .sort((a, b) => a - b);
}

export function toggleLock(state) {
  const nodes = state.chosen;
  const locked = nodes.every((node) => state.element(node).getAttribute("data-ls-locked") === "yes");
  if (nodes.length) state.change((edit) => nodes.forEach((node) => edit.set(node, { "data-ls-locked": locked ? null : "yes" })));
}
