// The design that is edited: its source, what is chosen, all that can be undone, and the draft that a reload finds.
//
// Tells listeners "source" when the text is another one, "chosen" when something else is chosen, "look" when the
// server has drawn it. `merge` names an edit that goes on: steps under the same name within a second are one to undo.

import { Measures } from "./measure.js";
import { isLocked } from "./placeholders.js";
import { SvgSource } from "./svg_source.js";

const ONE_STEP_MS = 1000;

export class DesignState extends EventTarget {
  #history;
  #at = 0;
  #mergeable = { name: "", until: 0 };
  #draft;

  /** `draft`: the key of this tab's storage under which the unsaved source is kept; `newest`: the newest version. */
  constructor(saved, newest, draft) {
    super();
    this.#draft = draft;
    this.saved = saved;
    const kept = JSON.parse(sessionStorage.getItem(draft) ?? "null");
    this.restored = kept !== null && kept.source !== saved;
    /** The newest version that whoever edits has seen: that of the draft, even if somebody saved one since. */
    this.newest = this.restored ? kept.newest : newest;
    this.#history = [{ text: saved, chosen: [] }];
    if (this.restored) this.#history.push({ text: kept.source, chosen: [] });
    this.#at = this.#history.length - 1;
    this.chosen = [];
    this.look = null;
    this.#take(this.#history[this.#at].text);
  }

  get isChanged() { return this.source.text !== this.saved; }
  get canUndo() { return this.#at > 0; }
  get canRedo() { return this.#at < this.#history.length - 1; }

  /** Return the elements that are chosen and may be changed. */
  get movable() { return this.chosen.filter((node) => !isLocked(this.source.elements[node])); }

  element(node) { return this.source.elements[node]; }

  /** Return what the server said of a node in its last picture, if that was of this very source. */
  itemOf(node) { return this.isLooked ? this.look.items?.find((item) => item.node === node) : undefined; }

  get isLooked() { return this.look?.source === this.source.text; }

  /** Make edits: `change` is given a SourceEdit. What is chosen stays, or becomes `chosen`. */
  change(change, { merge = "", chosen = this.chosen } = {}) {
    const edit = this.source.edit();
    change(edit, this.measures);
    this.write(edit.text, { merge, chosen });
  }

  /** Take another text; one that is no XML is kept, and nothing of it can be chosen. */
  write(text, { merge = "", chosen = this.chosen } = {}) {
    if (text === this.source.text) return;
    const now = performance.now();
    const goesOn = merge && merge === this.#mergeable.name && now < this.#mergeable.until && this.#at > 0;
    this.#history.length = this.#at + 1;
    if (goesOn) this.#history[this.#at] = { text, chosen };
    else this.#at = this.#history.push({ text, chosen }) - 1;
    this.#mergeable = { name: merge, until: now + ONE_STEP_MS };
    this.#show(text, chosen);
  }

  /** Show a text that is only tried, such as while something is dragged: nothing to undo comes of it. */
  tryOut(text) {
    this.#take(text);
    this.dispatchEvent(new CustomEvent("source", { detail: { tried: true } }));
  }

  /** Keep what a trial came to as one step to undo; `before` is the text that it began from. */
  finishTrial(before, text) {
    this.source = new SvgSource(before);
    if (text === before) this.tryOut(before);
    else this.write(text);
  }

  undo() { this.#go(-1); }
  redo() { this.#go(1); }

  #go(step) {
    const there = this.#history[this.#at + step];
    if (!there) return;
    this.#at += step;
    this.#mergeable.name = "";
    this.#show(there.text, there.chosen);
  }

  #show(text, chosen) {
    this.#take(text);
    this.#keepDraft();
    this.chosen = this.#there(chosen);
    this.dispatchEvent(new CustomEvent("source", { detail: { tried: false } }));
    this.dispatchEvent(new CustomEvent("chosen"));
  }

  #there(nodes) { return nodes.filter((node) => node > 0 && node < this.source.elements.length); }

  #take(text) {
    this.source = new SvgSource(text);
    if (!this.source.fault) this.measures = new Measures(this.source);
    else this.chosen = [];
  }

  #keepDraft() {
    try {
      if (this.isChanged) sessionStorage.setItem(this.#draft, JSON.stringify({ source: this.source.text, newest: this.newest }));
      else sessionStorage.removeItem(this.#draft);
    } catch { /* a storage that is full or forbidden keeps none; leaving the page still warns */ }
  }

  /** Note that a text was saved as the newest version; what was written since stays a draft. */
  markSaved(text, newest) {
    Object.assign(this, { saved: text, newest });
    this.#keepDraft();
    this.dispatchEvent(new CustomEvent("saved"));
  }

  /** Go back to what was saved; that can be undone. */
  discard() { this.write(this.saved, { chosen: [] }); }

  choose(nodes) {
    this.chosen = this.#there(nodes);
    this.dispatchEvent(new CustomEvent("chosen"));
  }

  /** Take what the server says: a picture with its boxes, or what it found. Neither takes the other away. */
  showLook(answer) {
    const { judged = false, findings, ...look } = answer;
    this.look = { ...this.look, failed: "", ...look };
    if (judged || !("items" in answer)) Object.assign(this.look, { findings, foundIn: answer.source });
    this.dispatchEvent(new CustomEvent("look"));
  }
}
