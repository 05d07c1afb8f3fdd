// Moves and resizes elements: by the numbers that they have where that says it, else by a transform.

import { relativeBox, formOf, kindOf, presented, sampleOf } from "./placeholders.js";
import { listOf, written } from "./numbers.js";
import { FRAMES, stepInside } from "./measure.js";

const POINTS = {
  rect: [["x", "y"]], image: [["x", "y"]], use: [["x", "y"]], circle: [["cx", "cy"]], ellipse: [["cx", "cy"]],
  line: [["x1", "y1"], ["x2", "y2"]], text: [["x", "y"]], tspan: [["x", "y"]],
};
const SMALLEST = 0.2;
/** Of a side, in mm. */

/** Move an element by (dx, dy) mm on the label. */
export function move(edit, measures, node, dx, dy) {
  const [x, y] = stepInside(measures.around(node), dx, dy);
  shift(edit, node, x, y);
}

/** Move an element by a step in the system that it stands in. */
function shift(edit, node, dx, dy) {
  const element = edit.source.elements[node];
  if (canShift(element)) return shiftNumbers(edit, node, dx, dy);
  return edit.set(node, { transform: translated(element.getAttribute("transform") ?? "", dx, dy) });
}

/** Return whether numbers say where an element stands: none of its own parts is transformed. */
function canShift(element) {
  if (element.getAttribute("transform")) return false;
  if (formOf(element) === "ls") return true;
  if (element.localName === "text") return !/[\s,]/.test(element.getAttribute("x")?.trim() ?? "") && [...element.children].every(canShift);
  if (element.localName === "g") return kindOf(element) !== "" && [...element.children].every(canShift);
  return element.localName in POINTS;
}

function shiftNumbers(edit, node, dx, dy) {
  const element = edit.source.elements[node];
  const add = (name, step) => written((Number.parseFloat(element.getAttribute(name)) || 0) + step);
  const arc = element.hasAttribute("radius") || element.hasAttribute("data-ls-radius");
  const centre = formOf(element) === "open" ? ["data-ls-cx", "data-ls-cy"] : ["cx", "cy"];
  const pairs = formOf(element) === "ls" ? [arc ? ["cx", "cy"] : ["x", "y"]] : POINTS[element.localName] ?? [];
  for (const [x, y] of arc && formOf(element) === "open" ? [...pairs, centre] : pairs) {
    const values = {};
    if (element.localName !== "tspan" || element.hasAttribute(x)) values[x] = add(x, dx);
    if (element.localName !== "tspan" || element.hasAttribute(y)) values[y] = add(y, dy);
    edit.set(node, values);
  }
  if (["g", "text"].includes(element.localName) || kindOf(element) === "official") {
    for (const child of edit.source.childrenOf(node)) {
      const inner = edit.source.elements[child];
      if (POINTS[inner.localName] || kindOf(inner) || inner.localName === "g") shift(edit, child, dx, dy);
    }
  }
}

/** Return a transform that moves by (dx, dy) before all that it did; steps add up in one translate. */
function translated(transform, dx, dy) {
  const first = /^\s*translate\(([^)]*)\)\s*/.exec(transform);
  const [x = 0, y = 0] = first ? listOf(first[1]) : [];
  const step = [x + dx, y + dy].map((value) => written(value));
  const rest = first ? transform.slice(first[0].length) : transform;
  return (step.some((value) => value !== "0") ? `translate(${step.join(" ")}) ${rest}` : rest).trim() || null;
}

/** Give an element the box [x, y, width, height] in mm on the label. */
export function resize(edit, measures, node, box) {
  const element = edit.source.elements[node];
  const old = measures.boxOf(node);
  const wanted = sized(element, old, box);
  const framed = fitsText(element);
  const matrix = framed ? measures.within(node) : measures.around(node);
  if (matrix.b || matrix.c || (element.getAttribute("transform") && !framed)) return scale(edit, measures, node, old, wanted);
  const [x, y, width, height] = inside(matrix, wanted);
  if (formOf(element) === "ls") return resizeOurs(edit, node, [x, y, width, height]);
  if (framed) return resizeFrame(edit, measures, node, [x, y, width, height]);
  const values = {
    rect: { x, y, width, height }, image: { x, y, width, height }, circle: { cx: x + width / 2, cy: y + height / 2, r: width / 2 },
    ellipse: { cx: x + width / 2, cy: y + height / 2, rx: width / 2, ry: height / 2 },
  }[element.localName];
  if (values) return edit.set(node, numbersOf(values));
  return scale(edit, measures, node, old, wanted);
}

/** Return the box that an element takes of what is wanted: squares stay squares, pictures keep their proportions. */
function sized(element, old, [x, y, width, height]) {
  const [w, h] = [Math.max(width, SMALLEST), Math.max(height, SMALLEST)];
  const square = kindOf(element) === "qr" || element.localName === "circle";
  const proportional = ["stars", "artwork", "gtin"].includes(kindOf(element)) || element.localName === "image" || isRound(element);
  if (!square && !proportional) return [x, y, w, h];
  const ratio = square ? 1 : old[2] / old[3];
  const byWidth = Math.abs(w - old[2]) * (old[3] / old[2] || 1) >= Math.abs(h - old[3]);
  const size = byWidth ? [w, w / ratio] : [h * ratio, h];
  return [x + (Math.abs(x - old[0]) > 1e-6 ? w - size[0] : 0), y + (Math.abs(y - old[1]) > 1e-6 ? h - size[1] : 0), ...size];
}

/** Return whether a circle says where the words of an open placeholder stand. */
function isRound(element) {
  return formOf(element) === "open" && [...element.children].find((child) => FRAMES.has(child.localName))?.localName === "circle";
}

/** Return whether an element is an open placeholder whose words are fitted into a frame. */
function fitsText(element) {
  return formOf(element) === "open" && ["text", "fields", "code", "serial", "mark", "logo"].includes(kindOf(element))
    && (element.localName === "text" || [...element.children].some((child) => child.localName === "rect"));
}

function resizeOurs(edit, node, [x, y, width, height]) {
  const element = edit.source.elements[node];
  if (kindOf(element) === "qr") return edit.set(node, numbersOf({ x, y, size: width }));
  if (kindOf(element) === "stars") {
    const size = Number(element.getAttribute("size"));
    const gap = Number(element.getAttribute("gap")) || size / 5;
    const factor = width / (5 * size + 4 * gap);
    return edit.set(node, numbersOf({ x, y, size: size * factor, gap: gap * factor }));
  }
  if (element.hasAttribute("radius")) {
    const margin = width / 2 - Number(element.getAttribute("radius"));
    return edit.set(node, numbersOf({ cx: x + width / 2, cy: y + height / 2, radius: width / 2 - Math.min(margin, width / 4) }));
  }
  return edit.set(node, numbersOf({ x, y, width, height }));
}

/** Give a fitted text another frame; its sample words keep their place within it. */
function resizeFrame(edit, measures, node, [x, y, width, height]) {
  const element = edit.source.elements[node];
  const [dx, dy, oldWidth, oldHeight] = relativeBox(element);
  if (oldHeight !== undefined) {
    const left = Number(element.getAttribute("x")) + dx;
    const top = Number(element.getAttribute("y")) + dy;
    const box = [dx * (width / oldWidth), dy * (height / oldHeight), width, height];
    return edit.set(node, { ...numbersOf({ x: x - box[0], y: y - box[1] }), "data-ls-box": box.map((each) => written(each)).join(" ") });
  }
  const frame = measures.frameNode(node);
  const old = ["x", "y", "width", "height"].map((name) => Number(edit.source.elements[frame].getAttribute(name)) || 0);
  edit.set(frame, numbersOf({ x, y, width, height }));
  if (kindOf(element) === "fields") {
    for (const child of edit.source.childrenOf(node)) if (child !== frame) shift(edit, child, x - old[0], y - old[1]);
    return edit;
  }
  const sample = sampleOf(element);
  if (!sample) return edit;
  const share = { start: 0, middle: 0.5, end: 1 }[presented(sample, "text-anchor") || "start"];
  const stepX = x + width * share - (old[0] + old[2] * share);
  const stepY = y + height / 2 - (old[1] + old[3] / 2);
  shift(edit, edit.source.numbers.get(sample), stepX, stepY);
  return edit;
}

/** Scale an element from one box into another by a transform before its own. */
function scale(edit, measures, node, from, to) {
  const around = DOMMatrix.fromMatrix(measures.around(node));
  const [sx, sy] = [from[2] ? to[2] / from[2] : 1, from[3] ? to[3] / from[3] : 1];
  const onLabel = new DOMMatrix([sx, 0, 0, sy, to[0] - from[0] * sx, to[1] - from[1] * sy]);
  const own = edit.source.elements[node].transform?.baseVal.consolidate()?.matrix;
  const matrix = around.inverse().multiply(onLabel).multiply(around).multiply(own ? DOMMatrix.fromMatrix(own) : new DOMMatrix());
  const parts = [matrix.a, matrix.b, matrix.c, matrix.d].map((each) => written(each, 5));
  return edit.set(node, { transform: `matrix(${[...parts, written(matrix.e), written(matrix.f)].join(" ")})` });
}

/** Return a box on the label as numbers inside of an upright matrix. */
function inside(matrix, [x, y, width, height]) {
  return [(x - matrix.e) / matrix.a, (y - matrix.f) / matrix.d, width / matrix.a, height / matrix.d];
}

function numbersOf(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, written(value)]));
}
