// Moves, resizes and chooses by pointer, with interact.js, and snaps to the lines of `snapping.js`.

import { boxAround, placed } from "./arranging.js";
import { isLocked } from "./placeholders.js";
import { move, resize } from "./moving.js";
import { snapLines, snapMoved, snapResized } from "./snapping.js";

const SNAP_PX = 6;
const interact = globalThis.interact;

export class Dragging {
  #going = null;

  /** `boxes()` gives the boxes of all that can be touched, by node. */
  constructor(state, board, boxes) {
    Object.assign(this, { state, board, boxes, snapping: true });
    const snap = interact.modifiers.snap({ targets: [(dx, dy) => this.#snapped(dx, dy)], offset: "startCoords", range: Infinity });
    const drag = { modifiers: [snap], listeners: this.#listeners((event) => this.#beginMove(event)) };
    const within = { context: board.overlay };
    interact(".hit", within).styleCursor(false).draggable(drag).on("tap", (event) => this.#tap(event));
    interact(".frame", within).styleCursor(false).draggable(drag).on("tap", (event) => this.#tap(event)).resizable({
      edges: { top: ".n", left: ".w", bottom: ".s", right: ".e" }, modifiers: [snap],
      listeners: this.#listeners((event) => this.#beginResize(event)),
    });
    interact(".ground-hit", within).styleCursor(false).on("tap", () => this.state.choose([])).draggable({
      listeners: { start: (event) => this.#beginMarquee(event), move: (event) => this.#marquee(event), end: () => this.#endMarquee() },
    });
    addEventListener("keydown", (event) => { if (event.key === "Alt") this.snapping = false; });
    addEventListener("keyup", (event) => { if (event.key === "Alt") this.snapping = true; });
  }

  get isGoing() { return this.#going !== null; }

  #listeners(start) { return { start, move: (event) => this.#step(event), end: () => this.#end() }; }

  /** Choose what is under the pointer; Shift adds it to what is chosen, or takes it away. */
  #tap(event) {
    const hit = document.elementsFromPoint(event.clientX, event.clientY).find((each) => each.classList.contains("hit"));
    if (!hit) return;
    const node = Number(hit.dataset.node);
    const { chosen } = this.state;
    if (!event.shiftKey) this.state.choose([node]);
    else this.state.choose(chosen.includes(node) ? chosen.filter((each) => each !== node) : [...chosen, node]);
  }

  #beginMove(event) {
    const node = Number(event.target.dataset.node);
    if (event.target.classList.contains("hit") && !this.state.chosen.includes(node)) {
      this.state.choose(event.shiftKey ? [...this.state.chosen, node] : [node]);
    }
    this.#begin("move", {});
  }

  #beginResize(event) {
    if (this.state.chosen.length === 1) this.#begin("resize", event.edges);
  }

  #begin(kind, edges) {
    const chosen = placed(this.state);
    if (!chosen.length) return;
    const others = [...this.boxes()].filter(([node]) => !chosen.some((each) => each.node === node) && !isLocked(this.state.element(node)));
    const { width, height } = this.state.measures;
    const lines = snapLines([width, height], this.state.look?.safety_mm ?? 2, others.map(([, box]) => box));
    const { source, measures } = this.state;
    this.#going = { kind, edges, chosen, lines, source, measures, from: boxAround(chosen.map(({ box }) => box)), step: [0, 0], guides: {} };
  }

  /** Return the pixels that a drag of (dx, dy) pixels comes to once it has snapped. */
  #snapped(dx, dy) {
    const going = this.#going;
    if (!going) return undefined;
    const { scale } = this.board;
    const step = [dx / scale, dy / scale];
    const reach = this.snapping ? SNAP_PX / scale : 0;
    const box = this.#boxAfter(step);
    const near = going.kind === "move" ? snapMoved(box, going.lines, reach) : snapResized(box, going.edges, going.lines, reach);
    going.guides = { x: near.x, y: near.y };
    const end = (each) => (going.kind === "move" ? [each[0], each[1]] : [going.edges.left ? each[0] : each[0] + each[2], going.edges.top ? each[1] : each[1] + each[3]]);
    const [before, after] = [end(box), end(near.box)];
    return { x: dx + (after[0] - before[0]) * scale, y: dy + (after[1] - before[1]) * scale };
  }

  /** Return the box around all after a step in mm. */
  #boxAfter([dx, dy]) {
    const { from, kind, edges } = this.#going;
    if (kind === "move") return [from[0] + dx, from[1] + dy, from[2], from[3]];
    const [left, top] = [edges.left ? dx : 0, edges.top ? dy : 0];
    return [from[0] + left, from[1] + top, Math.max(0.2, from[2] + (edges.right ? dx : -left)), Math.max(0.2, from[3] + (edges.bottom ? dy : -top))];
  }

  #step(event) {
    const going = this.#going;
    if (!going) return;
    going.step[0] += event.dx / this.board.scale;
    going.step[1] += event.dy / this.board.scale;
    this.board.drawGuides(going.guides);
    this.state.tryOut(this.#edited());
  }

  #edited() {
    const { source, measures, chosen, kind, step } = this.#going;
    const edit = source.edit();
    if (kind === "resize") resize(edit, measures, chosen[0].node, this.#boxAfter(step));
    else for (const { node } of chosen) move(edit, measures, node, ...step);
    return edit.text;
  }

  #end() {
    const going = this.#going;
    if (!going) return;
    const text = this.#edited();
    this.#going = null;
    this.board.drawGuides();
    this.state.finishTrial(going.source.text, text);
  }

  #beginMarquee(event) {
    this.marqueeFrom = this.board.toMm(event.clientX0, event.clientY0);
  }

  #marquee(event) {
    const to = this.board.toMm(event.clientX, event.clientY);
    const [x, y] = [0, 1].map((axis) => Math.min(to[axis], this.marqueeFrom[axis]));
    const box = [x, y, Math.abs(to[0] - this.marqueeFrom[0]), Math.abs(to[1] - this.marqueeFrom[1])];
    this.board.drawGuides({ marquee: box });
    const inside = [...this.boxes()].filter(([, [bx, by, bw, bh]]) => bx >= x && by >= y && bx + bw <= x + box[2] && by + bh <= y + box[3]);
    this.state.choose(inside.map(([node]) => node));
  }

  #endMarquee() { this.board.drawGuides(); }
}
