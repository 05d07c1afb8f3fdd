// Small SVG elements of the studio's own: lines and frames over the picture, icons on its buttons.

const SVG = "http://www.w3.org/2000/svg";

/** Return an SVG element with attributes and children; an attribute that is null is left out. */
export function mark(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Set attributes of an element that is there. */
export function place(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
