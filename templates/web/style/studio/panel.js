// The panel beside the canvas: the properties of what is chosen, in the field's words.

import { boxAround, placed } from "./arranging.js";
import { factLine, heading, html, numberControl, row } from "./controls.js";
import { kindControls } from "./kind_controls.js";
import { isLocked } from "./placeholders.js";
import { move, resize } from "./moving.js";
import { shown } from "./numbers.js";
import { titleOf, typeOf } from "./titles.js";
import { OPENED, say } from "./words.js";

export class Panel {
  #shownFor = null;
  #controls = [];

  constructor(state, place) {
    Object.assign(this, { state, place });
    state.addEventListener("chosen", () => this.show());
    state.addEventListener("source", () => this.show());
    state.addEventListener("look", () => this.#refresh());
    this.show();
  }

  /** Show the controls of what is chosen; those that are there already show their values anew. */
  show() {
    const { chosen, source } = this.state;
    const what = source.fault ? "fault" : chosen.map((node) => `${node} ${typeOf(this.state.element(node))} ${this.state.element(node).children.length}`).join();
    if (what === this.#shownFor) return this.#refresh();
    this.#shownFor = what;
    this.#controls = source.fault ? [] : this.#made();
    this.place.replaceChildren(...this.#controls);
    return undefined;
  }

  #refresh() { for (const control of this.#controls) control.refresh?.(); }

  #made() {
    const { chosen } = this.state;
    if (!chosen.length) return [heading(say("label")), ...this.#labelFacts()];
    if (chosen.length > 1) return [heading(say("chosen_many", { count: chosen.length })), ...this.#position()];
    const [node] = chosen;
    const title = heading("");
    title.refresh = () => { title.textContent = titleOf(this.state.element(node)); };
    title.refresh();
    const locked = factLine(() => (isLocked(this.state.element(node)) ? say(OPENED.is_office ? "is_locked" : "is_offices") : ""));
    if (!OPENED.is_office && isLocked(this.state.element(node))) return [title, locked];
    return [title, locked, ...this.#position(), ...kindControls(this.state, node)];
  }

  #labelFacts() {
    const { state } = this;
    const size = () => say("label_size", { width: shown(state.measures.width), height: shown(state.measures.height) });
    const margins = () => (state.look?.safety_mm === undefined ? "" : say("label_margins", { bleed: shown(state.look.bleed_mm), safety: shown(state.look.safety_mm) }));
    return [factLine(size), factLine(margins), html("p", { className: "quiet small", textContent: say("choose_hint") })];
  }

  /** Left, top, width and height in mm of all that is chosen. */
  #position() {
    const { state } = this;
    const box = () => {
      const boxes = placed(state, state.chosen).map((each) => each.box);
      return boxes.length ? boxAround(boxes) : null;
    };
    if (!box()) return [];
    const place = (index) => ({
      label: [say("left"), say("top"), say("width"), say("height")][index], unit: "mm", step: 0.1,
      read: () => box()?.[index] ?? "",
      write: (value) => (index < 2 ? this.#moveTo(index, value) : this.#sizeTo(index, value)),
    });
    const lines = [row(numberControl(place(0)), numberControl(place(1)))];
    if (state.chosen.length === 1) lines.push(row(numberControl(place(2)), numberControl(place(3))));
    return lines;
  }

  #moveTo(axis, value) {
    const { state } = this;
    const boxes = placed(state);
    if (!boxes.length) return;
    const step = value - boxAround(boxes.map(({ box }) => box))[axis];
    state.change((edit, measures) => boxes.forEach(({ node }) => move(edit, measures, node, axis ? 0 : step, axis ? step : 0)));
  }

  #sizeTo(index, value) {
    const [chosen] = placed(this.state);
    if (!chosen || value <= 0) return;
    const box = chosen.box.with(index, value);
    this.state.change((edit, measures) => resize(edit, measures, chosen.node, box));
  }
}
