// A design's source: its text, its XML document, and where in the text each element and attribute stands.
//
// Elements are named by their node number: their place among all elements in document order, the root is 0. Edits
// are splices of the text, so line breaks, comments and the attributes of editors stay as they were written.

const MARKUP = new RegExp([
  "<!--[\\s\\S]*?-->", "<!\\[CDATA\\[[\\s\\S]*?\\]\\]>", "<\\?[\\s\\S]*?\\?>", "<!DOCTYPE(?:[^\\[>]|\\[[\\s\\S]*?\\])*>",
  "</[^>]*>", "<[^!?/](?:[^>\"']|\"[^\"]*\"|'[^']*')*>",
].join("|"), "g");
const ATTRIBUTE = /([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')/g;
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Return a text as it stands in an attribute that is quoted by `quote`. */
export function escapeValue(text, quote = '"') {
  return text.replace(/[&<"']/g, (letter) => ((letter === '"' || letter === "'") && letter !== quote ? letter : ESCAPES[letter]));
}

/** Return a text as it stands between two tags. */
export function escapeText(text) {
  return text.replace(/[&<>]/g, (letter) => ESCAPES[letter]);
}

/** Return the place of every element of a well-formed text, in document order. */
function placesOf(text) {
  const places = [];
  const open = [];
  for (const { 0: tag, index } of text.matchAll(MARKUP)) {
    if (tag[1] === "!" || tag[1] === "?") continue;
    if (tag[1] === "/") {
      Object.assign(places[open.pop()], { contentEnd: index, end: index + tag.length });
      continue;
    }
    const openEnd = index + tag.length;
    const empty = tag.endsWith("/>");
    places.push({
      start: index, openEnd, contentEnd: openEnd, end: openEnd, empty,
      name: /^<([^\s/>]+)/.exec(tag)[1], parent: open.at(-1) ?? -1, attributes: attributesOf(tag, index),
    });
    if (!empty) open.push(places.length - 1);
  }
  return places;
}

/** Return where the attributes of a tag stand, with the blank before them, by name. */
function attributesOf(tag, offset) {
  const found = new Map();
  for (const { 0: whole, 1: name, 2: quoted, index } of tag.matchAll(ATTRIBUTE)) {
    const blank = /\s*$/.exec(tag.slice(0, index))[0].length;
    const end = offset + index + whole.length;
    found.set(name, { start: offset + index - blank, end, valueStart: end - quoted.length + 1, quote: quoted[0] });
  }
  return found;
}

/** A source as it stands; it never changes, edits give the text of another one. */
export class SvgSource {
  constructor(text) {
    this.text = text;
    this.document = new DOMParser().parseFromString(text, "application/xml");
    const fault = this.document.querySelector("parsererror");
    /** What is wrong where the text is no XML; then there are no elements. */
    this.fault = fault ? (fault.querySelector("div") ?? fault).textContent.trim() : "";
    this.elements = this.fault ? [] : [...this.document.getElementsByTagName("*")];
    this.places = this.fault ? [] : placesOf(text);
    this.numbers = new Map(this.elements.map((element, number) => [element, number]));
  }

  get root() { return this.elements[0]; }

  /** Return the line of an element, from 1. */
  lineOf(node) { return this.text.slice(0, this.places[node].start).split("\n").length; }

  /** Return the element whose tag or content stands at an offset of the text; the innermost one, −1 for none. */
  nodeAt(offset) {
    return this.places.findLastIndex(({ start, end }) => start <= offset && offset < end);
  }

  /** Return the numbers of an element's children that are elements. */
  childrenOf(node) { return [...this.elements[node].children].map((child) => this.numbers.get(child)); }

  edit() { return new SourceEdit(this); }
}

/** Edits of one source, which are all made together. */
export class SourceEdit {
  #splices = [];

  constructor(source) { this.source = source; }

  #splice(start, end, text) { this.#splices.push({ start, end, text, order: this.#splices.length }); }

  /** Set attributes of an element by their names as written; null takes one away. */
  set(node, values) {
    const place = this.source.places[node];
    const added = [];
    for (const [name, value] of Object.entries(values)) {
      const there = place.attributes.get(name);
      if (there && value === null) this.#splice(there.start, there.end, "");
      else if (there) this.#splice(there.valueStart, there.end - 1, escapeValue(String(value), there.quote));
      else if (value !== null) added.push(` ${name}="${escapeValue(String(value))}"`);
    }
    const tagEnd = place.openEnd - (place.empty ? 2 : 1);
    const blanks = /\s*$/.exec(this.source.text.slice(place.start, tagEnd))[0].length;
    if (added.length) this.#splice(tagEnd - blanks, tagEnd - blanks, added.join(""));
    return this;
  }

  /** Put a text into an element in place of all that it holds. */
  setText(node, text) { return this.setMarkup(node, escapeText(text)); }

  setMarkup(node, markup) {
    const { openEnd, contentEnd, empty, name } = this.source.places[node];
    if (empty) this.#splice(openEnd - 2, openEnd, `>${markup}</${name}>`);
    else this.#splice(openEnd, contentEnd, markup);
    return this;
  }

  /** Take an element away, with the line that it stands on alone. */
  remove(node) {
    const { start, end } = this.#withIndent(node);
    this.#splice(start, end, "");
    return this;
  }

  /** Put markup in as the last child of an element, on a line of its own. */
  append(parent, markup) {
    const place = this.source.places[parent];
    const indent = this.#indentOfChildren(parent);
    if (place.empty) return this.setMarkup(parent, `${indent}${markup}${indent.slice(0, -2)}`);
    const blanks = /\s*$/.exec(this.source.text.slice(place.openEnd, place.contentEnd))[0].length;
    const at = place.contentEnd - blanks;
    this.#splice(at, at, indent + markup);
    return this;
  }

  /** Put markup behind an element, with that one's indent. */
  insertAfter(node, markup) {
    const { start, end } = this.#withIndent(node);
    this.#splice(end, end, this.source.text.slice(start, this.source.places[node].start) + markup);
    return this;
  }

  /** Move an element before or behind another one of the same parent. */
  move(node, where, other) {
    const own = this.#withIndent(node);
    const slice = this.source.text.slice(own.start, own.end);
    const at = where === "before" ? this.#withIndent(other).start : this.source.places[other].end;
    this.#splice(own.start, own.end, "");
    this.#splice(at, at, slice);
    return this;
  }

  /** Return the text with all edits made. */
  get text() {
    const ordered = [...this.#splices].sort((a, b) => a.start - b.start || a.order - b.order);
    let made = "";
    let at = 0;
    for (const { start, end, text } of ordered) {
      made += this.source.text.slice(at, start) + text;
      at = end;
    }
    return made + this.source.text.slice(at);
  }

  #withIndent(node) {
    const { start, end } = this.source.places[node];
    const before = /\n[ \t]*$/.exec(this.source.text.slice(0, start));
    return { start: before ? start - before[0].length : start, end };
  }

  #indentOfChildren(parent) {
    const [first] = this.source.childrenOf(parent);
    const at = first === undefined ? parent : first;
    const indent = /\n[ \t]*$/.exec(this.source.text.slice(0, this.source.places[at].start))?.[0] ?? "\n";
    return first === undefined ? `${indent}  ` : indent;
  }
}
