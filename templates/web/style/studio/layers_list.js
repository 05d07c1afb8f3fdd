// The list of all elements, the foremost first: chosen by pointer or by arrow keys, Space and Shift.

import { html } from "./controls.js";
import { isLocked } from "./placeholders.js";
import { listed, titleOf, typeOf } from "./titles.js";

export class LayersList {
  constructor(state, place) {
    Object.assign(this, { state, place });
    this.active = -1;
    state.addEventListener("source", (event) => { if (!event.detail.tried) this.show(); });
    state.addEventListener("chosen", () => this.#mark());
    place.addEventListener("click", (event) => this.#click(event));
    place.addEventListener("keydown", (event) => this.#key(event));
    this.show();
  }

  /** Number the entries by their nodes, and list them anew. */
  show() {
    this.nodes = listed(this.state.source, true);
    this.place.replaceChildren(...this.nodes.map(({ node, depth }) => {
      const element = this.state.element(node);
      const entry = html("li", { role: "option", id: `layer-${node}`, textContent: titleOf(element) });
      entry.classList.add(`depth-${Math.min(depth, 4)}`, `type-${typeOf(element)}`);
      entry.classList.toggle("locked", isLocked(element));
      entry.dataset.node = node;
      return entry;
    }));
    this.#mark();
  }

  #mark() {
    const { chosen } = this.state;
    for (const entry of this.place.children) entry.ariaSelected = String(chosen.includes(Number(entry.dataset.node)));
    if (chosen.length) this.active = chosen.at(-1);
    const active = document.getElementById(`layer-${this.active}`);
    this.place.setAttribute("aria-activedescendant", active?.id ?? "");
    active?.scrollIntoView({ block: "nearest" });
  }

  #click(event) {
    const entry = event.target.closest("[data-node]");
    if (entry) this.#take(Number(entry.dataset.node), event.shiftKey || event.ctrlKey);
  }

  #take(node, added) {
    const { chosen } = this.state;
    this.active = node;
    if (!added) this.state.choose([node]);
    else this.state.choose(chosen.includes(node) ? chosen.filter((each) => each !== node) : [...chosen, node]);
  }

  #key(event) {
    const at = this.nodes.findIndex(({ node }) => node === this.active);
    const last = this.nodes.length - 1;
    const to = { ArrowDown: Math.min(at + 1, last), ArrowUp: Math.max(at - 1, 0), Home: 0, End: last }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.nodes[to]) this.#take(this.nodes[to].node, event.shiftKey);
  }
}
