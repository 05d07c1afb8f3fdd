// The rows of the fields of law: label, value, and what prints where the record lacks the value.

import { html, selectControl, textControl } from "./controls.js";
import { attribute, formOf, kindOf, setAttributes, setWords, wordsOf } from "./placeholders.js";
import { say } from "./words.js";

/** Return the rows of a `fields` element, each in a fold of its own, with buttons to add, move and remove them. */
export function rowsControl(state, node) {
  const list = html("div", { className: "field-rows" });
  const rows = state.source.childrenOf(node).filter((child) => kindOf(state.element(child)) === "field");
  list.append(...rows.map((each, index) => rowOf(state, each, rows, index)));
  const add = html("button", { type: "button", className: "small", textContent: say("add_row") });
  add.addEventListener("click", () => addRow(state, node));
  const box = html("div", { className: "control" }, html("span", { className: "label", textContent: say("rows") }), list, add);
  box.refresh = () => list.querySelectorAll(".control").forEach((control) => control.refresh());
  return box;
}

function rowOf(state, node, rows, index) {
  const of = (name) => ({
    read: () => attribute(state.element(node), name),
    write: (value) => state.change((edit) => setAttributes(edit, node, { [name]: value }), { merge: `${node} ${name}` }),
  });
  const words = {
    read: () => wordsOf(state.element(node)),
    write: (value) => state.change((edit) => setWords(edit, node, value), { merge: `${node} words` }),
  };
  const title = html("summary", { textContent: attribute(state.element(node), "label") });
  const move = (where, to) => button(say(`row_${where}`), where === "before" ? "↑" : "↓", () => state.change((edit) => edit.move(node, where, rows[to])));
  const tools = html("div", { className: "row-tools" });
  if (index > 0) tools.append(move("before", index - 1));
  if (index < rows.length - 1) tools.append(move("after", index + 1));
  tools.append(button(say("row_remove"), "✕", () => state.change((edit) => edit.remove(node))));
  const missing = [["", say("blank_none")], ["yes", say("blank_line")], ["stamped", say("blank_stamped")]];
  const controls = [textControl({ label: say("set_label"), ...of("label") }), textControl({ label: say("words"), rows: 2, ...words })];
  const blank = attribute(state.element(node), "blank");
  controls.push(missing.some(([value]) => value === blank)
    ? selectControl({ label: say("set_blank"), options: missing, ...of("blank") })
    : textControl({ label: say("set_blank"), ...of("blank") }));
  return html("details", {}, title, ...controls, tools);
}

function button(label, sign, act) {
  const made = html("button", { type: "button", className: "icon", textContent: sign, ariaLabel: label, title: label });
  made.addEventListener("click", act);
  return made;
}

function addRow(state, node) {
  const markup = formOf(state.element(node)) === "ls"
    ? `<ls:field label="${say("new_row")}"></ls:field>`
    : `<g data-ls="field" data-ls-label="${say("new_row")}" data-ls-value=""/>`;
  state.change((edit) => edit.append(node, markup));
}
