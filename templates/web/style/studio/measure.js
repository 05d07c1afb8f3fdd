// Where everything stands: a copy of the design's geometry, drawn unseen, which the browser measures.
//
// The copy has geometry alone, so nothing in a source is run or fetched, and lies in a shadow tree, so its ids are
// its own. Boxes are [x, y, width, height] in mm from the label's upper left corner.

import { attribute, formOf, kindOf, styleOf } from "./placeholders.js";
import { inMm, listOf, PT_PER_MM } from "./numbers.js";

const SVG = "http://www.w3.org/2000/svg";
const GEOMETRY = [
  "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "x1", "y1", "x2", "y2", "d", "points", "transform", "viewBox",
  "preserveAspectRatio", "dx", "dy", "id", "font-size", "font-weight", "font-family", "text-anchor", "letter-spacing",
];
export const FRAMES = new Set(["rect", "circle", "ellipse"]);
const TYPE = new Set(["font-size", "font-weight", "font-family", "text-anchor", "letter-spacing"]);
const DRAWN = new Set([
  "svg", "g", "symbol", "use", "rect", "circle", "ellipse", "line", "polyline", "polygon", "path", "text", "tspan", "defs", "a",
]);

const host = document.createElement("div");
host.className = "measure";
host.ariaHidden = "true";
const shadow = host.attachShadow({ mode: "closed" });
document.body.append(host);

/** Measures one source. */
export class Measures {
  constructor(source) {
    this.source = source;
    this.#readSize();
    this.copies = source.elements.map(() => null);
    const drawn = this.#copy(0);
    drawn.setAttribute("width", this.width);
    drawn.setAttribute("height", this.height);
    shadow.replaceChildren(drawn);
  }

  /** The label's size in mm, and its outline where it says one. */
  #readSize() {
    const { root } = this.source;
    const box = listOf(root.getAttribute("viewBox"));
    this.width = inMm(root.getAttribute("width")) || box[2] || 1;
    this.height = inMm(root.getAttribute("height")) || box[3] || 1;
    /** Units of the viewBox in one mm: 1 in a design that is drawn in mm. */
    this.perMm = (box[2] || this.width) / this.width;
  }

  #copy(node) {
    const element = this.source.elements[node];
    const copy = document.createElementNS(SVG, this.#tagOf(node, element));
    for (const name of GEOMETRY) if (element.hasAttribute(name)) copy.setAttribute(name, element.getAttribute(name));
    for (const [name, value] of styleOf(element)) if (TYPE.has(name)) copy.style.setProperty(name, value);
    const href = element.getAttribute("href") ?? element.getAttribute("xlink:href") ?? "";
    if (copy.tagName === "use" && href.startsWith("#")) copy.setAttribute("href", href);
    if (formOf(element) === "ls") placeBox(copy, element);
    for (const child of element.childNodes) {
      if (child.nodeType === Node.TEXT_NODE && ["text", "tspan"].includes(copy.tagName)) copy.append(child.data);
      const number = this.source.numbers.get(child);
      if (number !== undefined && formOf(element) !== "ls") copy.append(this.#copy(number));
    }
    this.copies[node] = copy;
    return copy;
  }

  #tagOf(node, element) {
    if (formOf(element) === "ls" || element.localName === "image") return "rect";
    return DRAWN.has(element.localName) ? element.localName : "defs";
  }

  /** Return an element's box; null where it paints nothing. A placeholder's is the box that it is fitted into. */
  boxOf(node) {
    const copy = this.copies[node];
    if (!copy || copy.tagName === "defs" || typeof copy.getBBox !== "function") return null;
    const element = this.source.elements[node];
    const framed = formOf(element) === "open" && kindOf(element) ? this.#frameOf(node) : null;
    const own = framed ?? { copy, box: copy.getBBox() };
    const matrix = own.copy.getCTM();
    if (!matrix || (!own.box.width && !own.box.height)) return null;
    return outerBox(own.box, matrix);
  }

  /** Return what frames a `data-ls` placeholder: its first rect, or the box that a lone text says relative to itself. */
  #frameOf(node) {
    const element = this.source.elements[node];
    const relative = listOf(attribute(element, "box"));
    const copy = this.copies[node];
    if (relative.length === 4) {
      const [dx, dy, width, height] = relative;
      const [x, y] = ["x", "y"].map((name) => Number(element.getAttribute(name)) || 0);
      return { copy, box: { x: x + dx, y: y + dy, width, height } };
    }
    const frame = this.frameNode(node);
    return frame === -1 ? null : { copy: this.copies[frame], box: this.copies[frame].getBBox() };
  }

  /** Return the node of the rect or circle that frames a placeholder; −1 if there is none. */
  frameNode(node) {
    return this.source.childrenOf(node).find((child) => FRAMES.has(this.source.elements[child].localName)) ?? -1;
  }

  /** Return the matrix from what an element holds to mm on the label. */
  within(node) { return this.copies[node].getCTM(); }

  /** Return the matrix from what surrounds an element to mm on the label. */
  around(node) {
    const parent = this.source.places[node].parent;
    return this.copies[parent]?.getCTM() ?? new DOMMatrix();
  }
}

/** Return a step of (dx, dy) mm as seen from inside of a matrix. */
export function stepInside(matrix, dx, dy) {
  const inverse = DOMMatrix.fromMatrix(matrix).inverse();
  return [inverse.a * dx + inverse.c * dy, inverse.b * dx + inverse.d * dy];
}

function outerBox(box, matrix) {
  const corners = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([right, down]) => {
    const x = box.x + right * box.width;
    const y = box.y + down * box.height;
    return [matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f];
  });
  const [xs, ys] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return [x, y, Math.max(...xs) - x, Math.max(...ys) - y];
}

/** Give a copy the box of an `ls:*` element. */
function placeBox(copy, element) {
  const number = (name, otherwise = 0) => Number(element.getAttribute(name)) || otherwise;
  const size = number("size");
  let box = ["x", "y", "width", "height"].map((name) => number(name));
  if (kindOf(element) === "qr") box = [number("x"), number("y"), size, size];
  if (kindOf(element) === "stars") box = [number("x"), number("y"), 5 * size + 4 * number("gap", size / 5), size];
  if (element.hasAttribute("radius")) {
    const radius = number("radius") + size / PT_PER_MM;
    box = [number("cx") - radius, number("cy") - radius, 2 * radius, 2 * radius];
  }
  if (["90", "-90"].includes(element.getAttribute("rotate"))) {
    const [x, y, width, height] = box;
    box = [x + (width - height) / 2, y + (height - width) / 2, height, width];
  }
  ["x", "y", "width", "height"].forEach((name, index) => copy.setAttribute(name, box[index]));
}
