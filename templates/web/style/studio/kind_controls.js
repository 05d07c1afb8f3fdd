// What can be set of each kind of element. Names are those of the `ls:*` attributes (docs/designs.md).

import { checkControl, colourControl, factLine, numberControl, row, segmentControl, selectControl, textControl } from "./controls.js";
import { rowsControl } from "./field_rows.js";
import { attribute, familyList, firstFamily, formOf, kindOf, present, presented, ptPerUnit, setAttributes, setWords, WEIGHTS, wordsOf } from "./placeholders.js";
import { fileControl } from "./placed_files.js";
import { shown, written } from "./numbers.js";
import { isShape, typeOf } from "./titles.js";
import { OPENED, say } from "./words.js";

/** Return the controls of one element. */
export function kindControls(state, node) {
  const type = typeOf(state.element(node));
  const of = new Setter(state, node);
  if (isShape(type)) return shapeControls(of);
  return (CONTROLS[type] ?? (() => []))(of);
}

/** Reads and writes attributes of one element. */
class Setter {
  constructor(state, node) { Object.assign(this, { state, node }); }

  get element() { return this.state.element(this.node); }
  get item() { return this.state.itemOf(this.node); }

  /** Return how a control reads and writes an attribute of a placeholder. */
  of(name, otherwise = "") {
    return {
      read: () => attribute(this.element, name) || otherwise,
      write: (value) => this.change(`${this.node} ${name}`, (edit) => setAttributes(edit, this.node, { [name]: String(value) })),
    };
  }

  /** The same of a presentation attribute of plain SVG. */
  presented(name, otherwise = "") {
    return {
      read: () => presented(this.element, name) || otherwise,
      write: (value) => this.change(`${this.node} ${name}`, (edit) => present(edit, this.node, { [name]: value })),
    };
  }

  change(merge, edits) { this.state.change(edits, { merge }); }
}

const CONTROLS = {
  text: (of) => [words(of), ...type(of), lines(of), number(of, "tracking", "em", 0.01), alignment(of), vertical(of), colour(of), ...manners(of)],
  arc: (of) => [words(of), ...type(of), number(of, "middle", "°", 1), number(of, "span", "°", 1), colour(of), fieldName(of)],
  stars: (of) => [fact(of, starsFact), ...(formOf(of.element) === "ls" ? [number(of, "gap", "mm")] : []), colour(of)],
  fields: (of) => [...type(of), row(number(of, "leading", "", 0.02), number(of, "gap", "mm")), colour(of), colour(of, "label-fill", say("label_fill")), rowsControl(of.state, of.node)],
  qr: (of) => [fact(of, qrFact)],
  code: (of) => [fact(of, typeFact), face(of), number(of, "size", "pt"), row(number(of, "lines", "", 1), number(of, "leading", "", 0.02)), alignment(of), colour(of)],
  serial: (of) => [fact(of, typeFact), face(of), number(of, "size", "pt"), text(of, "prefix"), alignment(of), colour(of)],
  mark: (of) => [face(of), number(of, "size", "pt"), number(of, "min-size", "pt"), turn(of), colour(of)],
  official: (of) => [alignment(of), checkControl({ label: say("on_white"), read: () => attribute(of.element, "ground") === "white", write: (on) => of.of("ground").write(on ? "white" : "none") })],
  logo: (of) => [alignment(of)],
  artwork: (of) => [fileControl(of), number(of, "page", "", 1)],
  gtin: (of) => [fact(of, moduleFact)],
  picture: (of) => [fact(of, pictureFact), fileControl(of)],
  plain: (of) => [plainWords(of), row(plainFace(of), plainSize(of)), plainAnchor(of), colourControl({ label: say("fill"), ...of.presented("fill", "#000000") })],
};

function shapeControls(of) {
  const controls = [
    colourControl({ label: say("fill"), none: true, ...of.presented("fill", "#17231C") }),
    colourControl({ label: say("stroke"), none: true, ...of.presented("stroke", "none") }),
    numberControl({ label: say("stroke_width"), unit: "mm", step: 0.05, ...of.presented("stroke-width", "1") }),
  ];
  if (of.element.localName === "rect") controls.push(numberControl({ label: say("corner"), unit: "mm", ...of.presented("rx", "0") }));
  return controls;
}

function number(of, name, unit, step = 0.1) {
  return numberControl({ label: say(`set_${name.replace("-", "_")}`), unit, step, optional: true, ...of.of(name) });
}

function text(of, name) { return textControl({ label: say(`set_${name}`), ...of.of(name) }); }

function colour(of, name = "fill", label = say("fill")) { return colourControl({ label, ...of.of(name, "#17231C") }); }

/** Family and weight in one choice: no family has all weights. */
function face(of) {
  return faceControl({
    read: () => [attribute(of.element, "family"), attribute(of.element, "weight")],
    write: (family, weight) => of.change(`${of.node} face`, (edit) => setAttributes(edit, of.node, { family, weight })),
  });
}

function faceControl({ read, write }) {
  const usual = OPENED.faces[0].family;
  const key = (family, weight) => `${plainName(family || usual)} ${weight || "400"}`;
  return selectControl({
    label: say("face"),
    options: OPENED.faces.map(({ family, weight, title }) => [key(family, weight), title]),
    read: () => key(...read()),
    write: (value) => {
      const chosen = OPENED.faces.find(({ family, weight }) => key(family, weight) === value);
      write(plainName(chosen.family) === plainName(usual) && !read()[0] ? "" : chosen.family, chosen.weight);
    },
  });
}

/** Return a family's name as the press compares it: spaces and case aside. */
function plainName(family) { return family.replaceAll(" ", "").toLowerCase(); }

/** Face, largest and least size, and what they came to. */
function type(of) {
  return [face(of), row(number(of, "size", "pt"), number(of, "min-size", "pt")), fact(of, typeFact)];
}

function lines(of) { return row(number(of, "lines", "", 1), number(of, "leading", "", 0.02)); }

function alignment(of) {
  const options = ["left", "center", "right"].map((each) => [each, say(`align_${each}`)]);
  return segmentControl({ label: say("align"), options, ...of.of("align", kindOf(of.element) === "official" ? "center" : "left") });
}

function vertical(of) {
  return segmentControl({ label: say("valign"), options: ["top", "middle", "bottom"].map((each) => [each, say(`valign_${each}`)]), ...of.of("valign", "top") });
}

function turn(of) {
  return segmentControl({ label: say("turned"), options: [["0", "0°"], ["90", "90°"], ["-90", "−90°"]], ...of.of("rotate", "0") });
}

function yes(of, name) {
  return checkControl({ label: say(`set_${name}`), read: () => attribute(of.element, name) === "yes", write: (on) => of.of(name).write(on ? "yes" : "") });
}

function fieldName(of) { return text(of, "field"); }

function manners(of) { return [yes(of, "balanced"), yes(of, "optional"), fieldName(of), text(of, "display")]; }

/** The words, and a list of fields that can be put in where the cursor stands. */
function words(of) {
  const control = textControl({
    label: say("words"), rows: 3, read: () => wordsOf(of.element),
    write: (value) => of.change(`${of.node} words`, (edit) => setWords(edit, of.node, value)),
  });
  const area = control.querySelector("textarea");
  const fields = selectControl({
    label: say("insert_field"), options: [["", say("choose_field")], ...OPENED.fields.map(({ name, title }) => [name, title])], read: () => "",
    write: (name) => {
      if (!name) return;
      area.setRangeText(`{{ ${name} }}`, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input"));
      area.focus();
      fields.refresh();
    },
  });
  const both = row(control, fields);
  both.classList.add("words");
  return both;
}

function plainWords(of) {
  const control = textControl({
    label: say("words"), rows: 2, read: () => of.element.textContent.trim(),
    write: (value) => of.change(`${of.node} words`, (edit) => edit.setText(of.node, value)),
  });
  control.querySelector("textarea").readOnly = of.element.children.length > 0;
  return control;
}

function plainFace(of) {
  return faceControl({
    read: () => [firstFamily(presented(of.element, "font-family")), WEIGHTS[presented(of.element, "font-weight")] ?? presented(of.element, "font-weight")],
    write: (family, weight) => of.change(`${of.node} face`, (edit) => present(edit, of.node, { ...(family && { "font-family": familyList(family) }), "font-weight": weight })),
  });
}

function plainSize(of) {
  return numberControl({
    label: say("set_size"), unit: "pt", read: () => Number.parseFloat(presented(of.element, "font-size")) * ptPerUnit(of.element),
    write: (value) => of.presented("font-size").write(written(value / ptPerUnit(of.element), 4)),
  });
}

function plainAnchor(of) {
  return segmentControl({ label: say("align"), options: [["start", say("align_left")], ["middle", say("align_center")], ["end", say("align_right")]], ...of.presented("text-anchor", "start") });
}

function fact(of, sentence) { return factLine(() => (of.item ? sentence(of.item) : "")); }

function typeFact(item) {
  if (!item.size_pt) return "";
  const lines = item.lines?.length;
  return lines ? say("fitted_lines", { size: shown(item.size_pt), lines }) : say("fitted", { size: shown(item.size_pt) });
}

function qrFact(item) { return item.module_mm ? say("qr_fact", { module: shown(item.module_mm), quiet: shown(item.quiet_mm) }) : ""; }

function moduleFact(item) { return item.module_mm ? say("module_fact", { module: shown(item.module_mm, 3) }) : ""; }

function pictureFact(item) { return item.ppi ? say("picture_fact", { ppi: Math.round(item.ppi) }) : ""; }

function starsFact() { return say("stars_fact"); }
