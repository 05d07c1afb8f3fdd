// The source beside the canvas, in CodeMirror: line numbers, names of elements and attributes as one types. It edits
// the same text; what is chosen on the canvas is marked in it, and what the cursor is in is chosen there.

import { OPENED } from "./words.js";

const DELAY_MS = 150;

export class SourceView {
  #editor = null;
  #loading = null;
  #quiet = false;

  constructor(state, place) {
    Object.assign(this, { state, place });
    state.addEventListener("source", () => this.#follow());
    state.addEventListener("chosen", () => this.#markChosen());
  }

  get isOpen() { return !this.place.hidden; }

  async toggle() {
    this.place.hidden = this.isOpen;
    if (!this.isOpen) return;
    this.#loading ??= this.#load();
    await this.#loading;
    this.#editor.refresh();
    this.#follow();
    this.#markChosen();
    this.#editor.focus();
  }

  /** Show a line, from 1. */
  async goTo(line) {
    if (!this.isOpen) await this.toggle();
    this.#editor.setCursor(line - 1, 0);
    this.#editor.focus();
  }

  async #load() {
    for (const address of OPENED.editor) await loaded(address);
    this.#editor = globalThis.CodeMirror(this.place, {
      value: this.state.source.text, mode: "xml", lineNumbers: true, inputStyle: "contenteditable", lineWrapping: true, hintOptions: { schemaInfo: OPENED.schema, completeSingle: false },
      extraKeys: { "Ctrl-Space": "autocomplete", "'<'": complete, "' '": complete, "Shift-Tab": false, Tab: false },
    });
    this.#editor.getInputField().setAttribute("aria-label", OPENED.words.source);
    let timer = 0;
    this.#editor.on("change", () => {
      clearTimeout(timer);
      if (!this.#quiet) timer = setTimeout(() => this.state.write(this.#editor.getValue(), { merge: "typing", chosen: [] }), DELAY_MS);
    });
    this.#editor.on("cursorActivity", () => this.#chooseAtCursor());
  }

  #follow() {
    const { text } = this.state.source;
    if (!this.isOpen || !this.#editor || this.#editor.getValue() === text || this.#editor.hasFocus()) return;
    const { left, top } = this.#editor.getScrollInfo();
    this.#quiet = true;
    this.#editor.setValue(text);
    this.#quiet = false;
    this.#editor.scrollTo(left, top);
    this.#markChosen();
  }

  #chooseAtCursor() {
    const editor = this.#editor;
    if (!editor.hasFocus() || editor.getValue() !== this.state.source.text || this.state.source.fault) return;
    let node = this.state.source.nodeAt(editor.indexFromPos(editor.getCursor()));
    while (node > 0 && !this.state.measures.boxOf(node)) node = this.state.source.places[node].parent;
    this.state.choose(node > 0 ? [node] : []);
  }

  #markChosen() {
    const editor = this.#editor;
    if (!this.isOpen || !editor || editor.getValue() !== this.state.source.text) return;
    for (const marked of editor.getAllMarks()) marked.clear();
    for (const node of this.state.chosen) {
      const { start, openEnd } = this.state.source.places[node];
      editor.markText(editor.posFromIndex(start), editor.posFromIndex(openEnd), { className: "chosen-source" });
      if (!editor.hasFocus()) editor.scrollIntoView(editor.posFromIndex(start), 60);
    }
  }
}

function complete(editor) {
  setTimeout(() => { if (!editor.state.completionActive) editor.showHint(); }, 100);
  return globalThis.CodeMirror.Pass;
}

function loaded(address) {
  return new Promise((done, fail) => {
    const style = address.endsWith(".css");
    const element = document.createElement(style ? "link" : "script");
    if (style) Object.assign(element, { rel: "stylesheet", href: address });
    else element.src = address;
    element.onload = done;
    element.onerror = () => fail(new Error(address));
    document.head.append(element);
  });
}
