// What elements are called in lists and messages, and which of them are listed.

import { attribute, formOf, kindOf, presented, wordsOf } from "./placeholders.js";
import { OPENED, say } from "./words.js";

const SHAPES = ["rect", "circle", "ellipse", "line", "polyline", "polygon", "path"];
const LISTED = new Set([...SHAPES, "g", "use", "image", "text", "a"]);
const LONGEST = 32;

/** Return the kind of an element as the studio knows it: a placeholder's, or that of plain SVG; "" if it paints nothing. */
export function typeOf(element) {
  const kind = kindOf(element);
  if (kind) return kind;
  if (!LISTED.has(element.localName) || element.namespaceURI !== "http://www.w3.org/2000/svg") return "";
  return { text: "plain", g: "group", a: "group", use: "copy", image: "picture" }[element.localName] ?? element.localName;
}

export function isShape(type) { return SHAPES.includes(type); }

/** Return what an element is called: its kind, and what it says or looks like. */
export function titleOf(element) {
  const type = typeOf(element);
  const detail = detailOf(element, type);
  const kind = say(`kind_${type || "other"}`);
  return detail ? `${kind} · ${detail.length > LONGEST ? `${detail.slice(0, LONGEST - 1)}…` : detail}` : kind;
}

function detailOf(element, type) {
  const label = element.getAttribute("inkscape:label");
  if (label) return label;
  if (kindOf(element)) return attribute(element, "field") || (["text", "arc"].includes(type) ? plainly(wordsOf(element)) : "");
  if (type === "plain") return element.textContent.trim();
  return isShape(type) ? colourName(presented(element, "fill")) || colourName(presented(element, "stroke")) : "";
}

/** Return words with the names of fields in place of simple expressions. */
function plainly(words) {
  return words.replace(/\{\{\s*([\w.]+)[^}]*\}\}/g, (whole, name) => OPENED.fields.find((field) => field.name.split("|")[0] === name)?.title ?? name).replace(/\{%.*?%\}/g, "").trim();
}

/** Return what the palette calls a screen colour; the colour itself if it lacks it. */
export function colourName(colour) {
  if (colour === "none" || colour === "") return "";
  return OPENED.palette.find(({ screen }) => screen.toLowerCase() === colour.toLowerCase())?.title ?? colour;
}

/** Return whether an element only says where its placeholder stands. */
function isFrame(element) {
  return formOf(element.parentNode) === "open" && kindOf(element.parentNode) !== "" && element === element.parentNode.firstElementChild;
}

/** Return the nodes that are listed, in painting order or the foremost first, with how deep they lie: [{node, depth}]. */
export function listed(source, foremostFirst = false) {
  const found = [];
  const walk = (node, depth) => {
    const children = source.childrenOf(node);
    for (const child of foremostFirst ? children.reverse() : children) {
      const type = typeOf(source.elements[child]);
      if (!type || type === "field" || isFrame(source.elements[child])) continue;
      found.push({ node: child, depth });
      if (type === "group" || type === "official") walk(child, depth + 1);
    }
  };
  if (source.elements.length) walk(0, 0);
  return found;
}
