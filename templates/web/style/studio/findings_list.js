// What prepress, label law and fit say of the design, each linked to its place on the canvas.

import { html } from "./controls.js";
import { titleOf } from "./titles.js";
import { say } from "./words.js";

const RANKS = ["refused", "warned", "note"];

export class FindingsList {
  /** `reveal(node)` shows an element on the canvas; `goTo(line)` shows a line of the source. */
  constructor(state, place, summary, { reveal, goTo }) {
    Object.assign(this, { state, place, summary, reveal, goTo });
    state.addEventListener("look", () => this.show());
    state.addEventListener("source", () => this.#dim());
  }

  /** Show faintly what was found in a source that is no longer this one. */
  #dim(failed = false) {
    const busy = !failed && this.state.look?.foundIn !== this.state.source.text;
    this.place.ariaBusy = String(busy);
    this.summary.textContent = busy ? say("checking") : this.said;
    this.summary.className = `badge ${busy ? "grey" : this.rank}`;
  }

  show() {
    const { look } = this.state;
    this.#list(look);
    this.#dim(look.failed);
  }

  #list(look) {
    const { source } = this.state;
    if (!look.failed && !look.findings) return;
    const found = look.failed ? [{ level: "refused", text: say(look.failed), node: null }] : look.findings ?? [];
    const sorted = [...found].sort((a, b) => RANKS.indexOf(a.level) - RANKS.indexOf(b.level));
    const key = JSON.stringify(sorted);
    if (key === this.shown) return;
    this.shown = key;
    this.place.replaceChildren(...sorted.map((finding) => this.#entry(finding, source)));
    const worst = sorted[0]?.level ?? "none";
    this.rank = { refused: "red", warned: "amber", note: "grey", none: "green" }[worst];
    this.said = sorted.length ? say("findings_count", { count: sorted.length }) : say("no_findings");
  }

  #entry(finding, source) {
    const element = source.elements[finding.node];
    const where = element ? titleOf(element) : finding.line ? say("line", { line: finding.line }) : "";
    const text = html("span", {}, ...(where ? [html("strong", { textContent: `${where}:` }), " "] : []), finding.text);
    const target = element || finding.line ? html("button", { type: "button" }, text) : text;
    if (element) target.addEventListener("click", () => this.reveal(finding.node));
    else if (finding.line) target.addEventListener("click", () => this.goTo(finding.line));
    return html("li", { className: finding.level }, target);
  }
}
