// What is filled in when a label is printed, in both forms that a source may have it:
// `<g data-ls="text" data-ls-min-size="6">` of the open format, and `<ls:text min-size="6">` of before.
//
// In the open format SVG says what it can, by the sample text: its size, weight, colour, alignment and tracking.

import { inMm, listOf, PT_PER_MM, written } from "./numbers.js";
import { OPENED } from "./words.js";

const OURS = "urn:labelsvc:design:1";
const KINDS = [
  "text", "arc", "stars", "fields", "field", "qr", "code", "serial", "mark", "official", "artwork", "gtin", "logo",
];
const BY_SAMPLE = { size: "font-size", family: "font-family", weight: "font-weight", fill: "fill", align: "text-anchor", tracking: "letter-spacing" };
const NOT_BY_SAMPLE = { official: ["align", "fill"], arc: ["align"], mark: ["align"], serial: ["tracking"], fields: ["align", "tracking"] };
/** What a kind does not take from its sample. */
export const WEIGHTS = { normal: "400", bold: "700" };
const ANCHORS = { left: "start", center: "middle", right: "end" };

/** Return how many pt one unit of a design's viewBox is. */
export function ptPerUnit(element) {
  const root = element.ownerDocument.documentElement;
  const width = listOf(root.getAttribute("viewBox"))[2];
  return PT_PER_MM * (width ? (inMm(root.getAttribute("width")) || width) / width : 1);
}

/** Return which form an element has: "ls", "open", or "" where it is plain SVG. */
export function formOf(element) {
  if (element.namespaceURI === OURS) return "ls";
  return element.hasAttribute("data-ls") ? "open" : "";
}

/** Return the kind of a placeholder; the empty string for plain SVG, and for what the label says of itself. */
export function kindOf(element) {
  const said = formOf(element) === "ls" ? element.localName : element.getAttribute("data-ls");
  return KINDS.includes(said) ? said : "";
}

/** Return the declarations of an element's style attribute. */
export function styleOf(element) {
  const pairs = (element.getAttribute("style") ?? "").split(";").map((each) => each.split(/:(.*)/s).map((part) => part.trim()));
  return new Map(pairs.filter(([name]) => name));
}

/** Return a presentation attribute as it applies: the element's style, its attribute, else what surrounds it says. */
export function presented(element, name) {
  for (let at = element; at?.nodeType === Node.ELEMENT_NODE; at = at.parentNode) {
    const said = styleOf(at).get(name) ?? at.getAttribute(name);
    if (said !== null && said !== undefined) return said;
  }
  return "";
}

/** Set a presentation attribute where it stands: in the style attribute if that says it, else as an attribute. */
export function present(edit, node, values) {
  const element = edit.source.elements[node];
  const style = styleOf(element);
  const styled = Object.keys(values).filter((name) => style.has(name));
  for (const name of styled) style.set(name, values[name]);
  const plain = Object.fromEntries(Object.entries(values).filter(([name]) => !styled.includes(name)));
  if (styled.length) plain.style = [...style].map(([name, value]) => `${name}:${value}`).join(";");
  edit.set(node, plain);
}

/** Return the sample text of an open placeholder: its first, of fields the first value; itself where it is a lone text. */
export function sampleOf(element) {
  if (element.localName === "text") return element;
  return kindOf(element) === "fields" ? valuesOf(element)[0] ?? null : element.querySelector("text");
}

/** Return the sample texts of the values of legal fields that have the type of most rows. */
function valuesOf(fields) {
  const rows = [...fields.querySelectorAll("[data-ls=field]")];
  const values = rows.map((row) => [...row.querySelectorAll("text")].at(-1)).filter(Boolean);
  const typeOf = (text) => ["font-size", "font-weight", "fill"].map((name) => presented(text, name)).join();
  const counts = Map.groupBy(values, typeOf);
  return [...counts.values()].sort((a, b) => b.length - a.length)[0] ?? [];
}

/** Return where a part of a placeholder's type stands: in its sample texts, and in the group where that says it too. */
function samplesOf(element, name) {
  if (!(name in BY_SAMPLE) || NOT_BY_SAMPLE[kindOf(element)]?.includes(name) || element.hasAttribute(`data-ls-${name}`)) return [];
  if (element.localName === "text") return [element];
  const texts = kindOf(element) === "fields" ? valuesOf(element) : [...element.querySelectorAll("text")];
  return element.hasAttribute(BY_SAMPLE[name]) ? [element, ...texts] : texts;
}

/** Return what a placeholder says under the name that the attributes of `ls:*` have; the empty string for nothing. */
export function attribute(element, name) {
  if (formOf(element) === "ls") return element.getAttribute(name) ?? "";
  const said = element.getAttribute(`data-ls-${name}`);
  const sample = sampleOf(element);
  if (said !== null || !(name in BY_SAMPLE)) return said ?? "";
  return fromSample(presented(sample ?? element, BY_SAMPLE[name]), name, sample);
}

function fromSample(said, name, sample) {
  const size = Number.parseFloat(presented(sample ?? document.body, "font-size")) || 0;
  if (name === "size") return size ? written(size * ptPerUnit(sample), 2) : "";
  if (name === "align") return Object.keys(ANCHORS).find((align) => ANCHORS[align] === said) ?? "";
  if (name === "tracking") return said.endsWith("em") || !size ? Number.parseFloat(said) || "" : written(Number.parseFloat(said || 0) / size, 3);
  if (name === "family") return firstFamily(said);
  return WEIGHTS[said] ?? said;
}

/** Return the family that a list of families means in print: its first one. */
export function firstFamily(list) { return list.split(",")[0].trim().replace(/^['"]|['"]$/g, ""); }

/** Return a family with what browsers show where they lack it. */
export function familyList(family) { return `'${family}', sans-serif`; }

/** Set attributes of a placeholder by the names of `ls:*`; the empty string takes one away. */
export function setAttributes(edit, node, values) {
  const element = edit.source.elements[node];
  for (const [name, value] of Object.entries(values)) {
    const samples = formOf(element) === "open" ? samplesOf(element, name) : [];
    if (formOf(element) === "ls") edit.set(node, { [name]: value === "" ? null : value });
    else if (kindOf(element) === "stars" && name === "fill") paintStars(edit, element, value);
    else if (samples.length) samples.forEach((sample) => presentSample(edit, element, sample, name, value));
    else edit.set(node, { [`data-ls-${name}`]: value === "" ? null : value });
  }
}

/** Paint a row of stars: the group, full stars inside, the line of empty ones. */
function paintStars(edit, element, colour) {
  for (const each of [element, ...element.querySelectorAll("path, polygon, use")]) {
    const painted = ["fill", "stroke"].filter((name) => (styleOf(each).get(name) ?? each.getAttribute(name) ?? "none") !== "none");
    if (painted.length) present(edit, edit.source.numbers.get(each), Object.fromEntries(painted.map((name) => [name, colour])));
  }
}

function presentSample(edit, element, sample, name, value) {
  const node = edit.source.numbers.get(sample);
  const at = (each) => edit.source.numbers.get(each);
  if (name === "align") {
    present(edit, node, { "text-anchor": ANCHORS[value] ?? "start" });
    const frame = [...element.children].find((child) => child.localName === "rect");
    if (frame) {
      const [x, width] = ["x", "width"].map((side) => Number(frame.getAttribute(side)) || 0);
      const moved = written(x + width * { left: 0, center: 0.5, right: 1 }[value || "left"]);
      for (const each of [sample, ...sample.children]) if (each.hasAttribute("x")) edit.set(at(each), { x: moved });
    }
  } else {
    const units = { size: () => written(Number(value) / ptPerUnit(element), 4), tracking: () => written((Number(value) || 0) * Number.parseFloat(presented(sample, "font-size")), 4) }[name];
    if (name !== "family" || value) present(edit, node, { [BY_SAMPLE[name]]: units ? units() : name === "family" ? familyList(value) : value });
  }
}

/** Return the words of a placeholder, with its expressions. */
export function wordsOf(element) {
  if (formOf(element) === "open") return attribute(element, "value") || sampleWords(element);
  return element.textContent.replace(/\s+/g, " ").trim();
}

/** Return the words of all sample texts, line by line. */
function sampleWords(element) {
  const texts = element.localName === "text" ? [element] : [...element.querySelectorAll("text")];
  const lines = texts.flatMap((text) => (text.children.length ? [...text.children] : [text]));
  return lines.map((line) => line.textContent.trim()).join(" ");
}

/** Set the words. The sample shows words without expressions; else it keeps what it had. */
export function setWords(edit, node, words) {
  const element = edit.source.elements[node];
  if (formOf(element) !== "open") return edit.setText(node, words);
  edit.set(node, { "data-ls-value": words });
  const sample = sampleOf(element);
  if (!sample || /\{[{%]/.test(words)) return edit;
  edit.setText(edit.source.numbers.get(sample), words);
  for (const text of element.querySelectorAll("text")) if (text !== sample) edit.remove(edit.source.numbers.get(text));
  return edit;
}

const OPEN_WORDS = ["text", "arc"];

/** Return whether a producer must leave an element as it is: what is filled in, or speaks of OCOP. The server decides. */
function isOffices(element) {
  const kind = kindOf(element);
  if (!kind) return element.localName === "text" && /OCOP/i.test(element.textContent);
  return !OPEN_WORDS.includes(kind) || /\{|OCOP/i.test(wordsOf(element));
}

/** Return whether an element, what surrounds it or stands in it is locked. */
export function isLocked(element) {
  if (!OPENED.is_office) {
    for (let at = element; at?.nodeType === Node.ELEMENT_NODE; at = at.parentNode) if (isOffices(at)) return true;
    if (element.localName === "svg" || [...element.getElementsByTagName("*")].some(isOffices)) return true;
  }
  for (let at = element; at?.nodeType === Node.ELEMENT_NODE; at = at.parentNode) {
    if (at.getAttribute("data-ls-locked") === "yes" || at.getAttribute("sodipodi:insensitive") === "true") return true;
  }
  return false;
}

/** Return the box that a lone text says relative to itself. */
export function relativeBox(element) { return listOf(attribute(element, "box")); }
