// The board: the press renderer's picture at a zoom, with lines of the label and frames of elements over it.

import { mark, place } from "./svg_marks.js";

export const PX_PER_MM = 96 / 25.4;
export const LEAST_ZOOM = 0.25;
export const MOST_ZOOM = 16;
const MARGIN_PX = 120;
const HANDLES = ["n w", "n", "n e", "e", "s e", "s", "s w", "w"];
const HANDLE_PX = 8;

export class Board {
  zoom = 1;

  constructor(stage) {
    this.stage = stage;
    this.sheet = stage.querySelector(".sheet-of-label");
    this.picture = stage.querySelector("img");
    this.overlay = stage.querySelector("svg.overlay");
    this.layers = Object.fromEntries(
      ["ground", "label", "hits", "marks", "frames", "guides"].map((name) => [name, mark("g", { class: name })]),
    );
    this.overlay.append(...Object.values(this.layers));
    this.ground = mark("rect", { class: "ground-hit", width: "100%", height: "100%" });
    this.layers.ground.append(this.ground);
    this.size = [1, 1];
    this.bleed = 3;
    new ResizeObserver(() => this.#layOut()).observe(stage);
  }

  get scale() { return this.zoom * PX_PER_MM; }

  /** Return a point of the window in mm on the label. */
  toMm(clientX, clientY) {
    const { left, top } = this.sheet.getBoundingClientRect();
    return [(clientX - left) / this.scale, (clientY - top) / this.scale];
  }

  setSize(size, bleed) {
    this.size = size;
    this.bleed = bleed;
    this.#layOut();
  }

  /** Zoom; the point of the window at (x, y), by default the middle of the stage, stays where it is. */
  zoomTo(zoom, x = null, y = null) {
    const stage = this.stage.getBoundingClientRect();
    const [atX, atY] = [x ?? stage.left + stage.width / 2, y ?? stage.top + stage.height / 2];
    const [mmX, mmY] = this.toMm(atX, atY);
    this.zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom));
    this.#layOut();
    const { left, top } = this.sheet.getBoundingClientRect();
    this.stage.scrollBy(left + mmX * this.scale - atX, top + mmY * this.scale - atY);
    this.stage.dispatchEvent(new CustomEvent("zoomed"));
  }

  /** Show the whole label with its bleed. */
  fit() {
    const { clientWidth, clientHeight } = this.stage;
    const room = [clientWidth - 72, clientHeight - 72].map((side, axis) => side / (this.size[axis] + 2 * this.bleed));
    this.zoomTo(Math.min(...room) / PX_PER_MM);
    this.#centre();
  }

  #centre() {
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = this.stage;
    this.stage.scrollTo((scrollWidth - clientWidth) / 2, (scrollHeight - clientHeight) / 2);
  }

  #layOut() {
    const [width, height] = this.size.map((side) => side * this.scale);
    const margin = [this.stage.clientWidth, this.stage.clientHeight].map((side) => Math.max(MARGIN_PX, side * 0.45));
    const board = this.sheet.parentElement;
    board.style.width = `${width + 2 * margin[0]}px`;
    board.style.height = `${height + 2 * margin[1]}px`;
    Object.assign(this.sheet.style, { left: `${margin[0]}px`, top: `${margin[1]}px`, width: `${width}px`, height: `${height}px` });
    Object.assign(this.overlay.style, { left: `${-margin[0]}px`, top: `${-margin[1]}px` });
    place(this.overlay, { width: width + 2 * margin[0], height: height + 2 * margin[1] });
    for (const [name, layer] of Object.entries(this.layers)) {
      if (name !== "ground") layer.setAttribute("transform", `translate(${margin[0]} ${margin[1]})`);
    }
    this.stage.dispatchEvent(new CustomEvent("laid-out"));
  }

  /** Show a picture that stands at [x, y, width, height] in mm, once it is decoded; the former one stays until then. */
  async show(address, [x, y, width, height]) {
    const next = this.picture.cloneNode();
    next.src = address;
    this.latest = next;
    await next.decode();
    if (this.latest !== next) return;
    const percent = (value, axis) => `${(100 * value) / this.size[axis]}%`;
    Object.assign(next.style, { left: percent(x, 0), top: percent(y, 1), width: percent(width, 0), height: percent(height, 1) });
    next.hidden = false;
    this.picture.replaceWith(next);  // the very one that is decoded: another would be decoded once more
    this.picture = next;
  }

  /** Return a box in mm as a rect's attributes in pixels of the overlay. */
  pixels([x, y, width, height]) {
    return { x: x * this.scale, y: y * this.scale, width: width * this.scale, height: height * this.scale };
  }

  /** Draw trim, bleed and safety margin. `shape`: {kind, corner_mm, d} of the label. */
  drawLabel(shape, safety) {
    const [width, height] = this.size;
    const outline = (inset, name) => {
      const box = [inset, inset, width - 2 * inset, height - 2 * inset];
      if (name === "bleed") return mark("rect", { class: name, ...this.pixels(box) });
      if (shape.kind === "circle") {
        return mark("circle", { class: name, cx: (width / 2) * this.scale, cy: (height / 2) * this.scale, r: (width / 2 - inset) * this.scale });
      }
      if (shape.kind === "path" && inset === 0) return mark("path", { class: name, d: shape.d, transform: `scale(${this.scale})` });
      return mark("rect", { class: name, ...this.pixels(box), rx: Math.max(0, (shape.corner_mm ?? 0) - Math.max(0, inset)) * this.scale });
    };
    const trim = outline(0, "trim");
    const beyond = mark("mask", { id: "beyond-trim" }, mark("rect", { ...this.pixels([-this.bleed, -this.bleed, width + 2 * this.bleed, height + 2 * this.bleed]), fill: "#fff" }), trim.cloneNode());
    const veil = outline(-this.bleed, "bleed");
    place(veil, { class: "veil", mask: "url(#beyond-trim)" });
    this.layers.label.replaceChildren(beyond, veil, outline(-this.bleed, "bleed"), trim, outline(safety, "safety"));
  }

  /** Draw what can be touched: [{node, box, title}] in painting order. */
  drawHits(hits) {
    this.layers.hits.replaceChildren(...hits.map(({ node, box, title }) => mark(
      "rect", { class: "hit", "data-node": node, ...this.pixels(this.#touchable(box)) }, mark("title", {}, title),
    )));
  }

  /** Return a box that is at least as large as a fingertip's precision asks. */
  #touchable([x, y, width, height]) {
    const least = 6 / this.scale;
    const [w, h] = [Math.max(width, least), Math.max(height, least)];
    return [x - (w - width) / 2, y - (h - height) / 2, w, h];
  }

  /** Draw quiet zones and faults: [{box, kind}], kind "quiet", "refused" or "warned". */
  drawMarks(marks) {
    this.layers.marks.replaceChildren(...marks.map(({ box, kind }) => mark("rect", { class: kind, ...this.pixels(box) })));
  }

  /** Draw the frame around what is chosen: one for all, with handles if `resizable`; thin ones around each. */
  drawFrame(box, each, { resizable = false, locked = false } = {}) {
    const { frames } = this.layers;
    if (!box) return frames.replaceChildren();
    let frame = frames.querySelector(".frame");
    if (!frame) {
      frame = mark("g", { class: "frame" }, mark("rect", { class: "body" }), ...HANDLES.map((name) => mark("rect", { class: `handle ${name}`, width: HANDLE_PX, height: HANDLE_PX })));
      frames.replaceChildren(frame);
    }
    frame.classList.toggle("resizable", resizable);
    frame.classList.toggle("locked", locked);
    for (const old of frames.querySelectorAll(".each")) old.remove();
    frames.prepend(...(each.length > 1 ? each : []).map((one) => mark("rect", { class: "each", ...this.pixels(one) })));
    const at = this.pixels(box);
    place(frame.firstElementChild, at);
    for (const handle of frame.querySelectorAll(".handle")) {
      const { classList } = handle;
      const across = classList.contains("w") ? 0 : classList.contains("e") ? 1 : 0.5;
      const down = classList.contains("n") ? 0 : classList.contains("s") ? 1 : 0.5;
      place(handle, { x: at.x + across * at.width - HANDLE_PX / 2, y: at.y + down * at.height - HANDLE_PX / 2 });
    }
  }

  /** Draw the lines that something snaps to, or the box of a marquee. */
  drawGuides({ x = null, y = null, marquee = null } = {}) {
    const far = 400 * this.scale;
    const lines = [];
    if (x !== null) lines.push(mark("line", { class: "snap", x1: x * this.scale, x2: x * this.scale, y1: -far, y2: far }));
    if (y !== null) lines.push(mark("line", { class: "snap", y1: y * this.scale, y2: y * this.scale, x1: -far, x2: far }));
    if (marquee) lines.push(mark("rect", { class: "marquee", ...this.pixels(marquee) }));
    this.layers.guides.replaceChildren(...lines);
  }
}
