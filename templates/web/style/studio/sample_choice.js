// Which product the canvas shows: one with the shortest, a usual or the longest name, or any that is searched for.

import { html } from "./controls.js";
import { OPENED, say } from "./words.js";

const DELAY_MS = 200;

export class SampleChoice {
  #request = null;

  /** `changed()` is told when another one is shown. */
  constructor(place, changed) {
    Object.assign(this, { place, changed, value: "usual" });
    this.select = place.querySelector("select");
    this.search = place.querySelector("input[type=search]");
    this.found = place.querySelector("ul");
    this.select.addEventListener("change", () => this.#choose());
    let timer = 0;
    this.search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#find(), DELAY_MS);
    });
    this.search.addEventListener("keydown", (event) => { if (event.key === "Escape") this.#close(); });
  }

  #choose() {
    const searching = this.select.value === "search";
    this.place.classList.toggle("searching", searching);
    if (searching) {
      this.search.focus();
      this.#find();
    } else this.#take(this.select.value);
  }

  #take(value) {
    this.value = value;
    this.changed();
  }

  #close() {
    this.found.replaceChildren();
    this.found.hidden = true;
  }

  async #find() {
    this.#request?.abort();
    this.#request = new AbortController();
    const address = `${OPENED.addresses.products}?${new URLSearchParams({ words: this.search.value })}`;
    const response = await fetch(address, { signal: this.#request.signal }).catch(() => null);
    if (!response?.ok) return;
    const products = await response.json();
    this.found.hidden = false;
    this.found.replaceChildren(...products.map((product) => {
      const button = html("button", { type: "button" }, html("strong", { textContent: product.name }), html("span", { className: "quiet small", textContent: product.producer }));
      button.addEventListener("click", () => {
        this.search.value = product.name;
        this.#close();
        this.#take(String(product.id));
        this.search.focus();
      });
      return html("li", {}, button);
    }));
    if (!products.length) this.found.replaceChildren(html("li", { className: "quiet small", textContent: say("no_products") }));
  }
}
