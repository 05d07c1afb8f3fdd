// The controls of the panel. Each is an element with `refresh()`, which shows the value anew unless it is in use.

import { shown, typed } from "./numbers.js";
import { OPENED, say } from "./words.js";

let numbered = 0;

/** Return an HTML element with properties and children. */
export function html(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Return a control under its label. */
function labelled(label, input, refresh, unit = "") {
  input.id = `control-${(numbered += 1)}`;
  const field = html("div", { className: "control" }, html("label", { htmlFor: input.id, textContent: label }));
  field.append(unit ? html("span", { className: "with-unit" }, input, html("span", { className: "unit", textContent: unit })) : input);
  field.refresh = () => { if (document.activeElement !== input) refresh(); };
  refresh();
  return field;
}

/** A number with its unit; arrow keys change it by `step`. */
export function numberControl({ label, unit = "", step = 0.1, decimals = 2, optional = false, read, write }) {
  const input = html("input", { inputMode: "decimal", autocomplete: "off" });
  const refresh = () => {
    const value = read();
    input.value = value === "" || Number.isNaN(Number(value)) ? "" : shown(value, decimals);
    input.removeAttribute("aria-invalid");
  };
  const take = () => {
    const value = typed(input.value);
    const empty = optional && !input.value.trim();
    input.setAttribute("aria-invalid", Number.isNaN(value) && !empty);
    if (empty) write("");
    else if (!Number.isNaN(value)) write(value);
  };
  input.addEventListener("change", () => { take(); if (input.getAttribute("aria-invalid") === "false") refresh(); });
  input.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") take();
    if (!way) return;
    event.preventDefault();
    const value = typed(input.value || "0") + way * step * (event.shiftKey ? 10 : 1);
    if (Number.isNaN(value)) return;
    input.value = shown(value, decimals);
    take();
  });
  return labelled(label, input, refresh, unit);
}

export function textControl({ label, rows = 1, read, write }) {
  const input = html(rows > 1 ? "textarea" : "input", { autocomplete: "off", spellcheck: false });
  if (rows > 1) input.rows = rows;
  input.addEventListener("input", () => write(input.value));
  return labelled(label, input, () => { input.value = read(); });
}

export function selectControl({ label, options, read, write }) {
  const input = html("select", {}, ...options.map(([value, text]) => html("option", { value, textContent: text })));
  input.addEventListener("change", () => write(input.value));
  return labelled(label, input, () => { input.value = read(); });
}

export function checkControl({ label, read, write }) {
  const input = html("input", { type: "checkbox" });
  input.addEventListener("change", () => write(input.checked));
  const field = html("label", { className: "check" }, input, html("span", { textContent: label }));
  field.refresh = () => { input.checked = read(); };
  field.refresh();
  return field;
}

/** One of a few, side by side. */
export function segmentControl({ label, options, read, write }) {
  const name = `segment-${(numbered += 1)}`;
  const inputs = options.map(([value, text]) => {
    const input = html("input", { type: "radio", name, value });
    input.addEventListener("change", () => write(value));
    return html("label", {}, input, html("span", { textContent: text }));
  });
  const field = html("fieldset", { className: "control segments" }, html("legend", { textContent: label }), html("div", {}, ...inputs));
  field.refresh = () => { for (const { firstElementChild: input } of inputs) input.checked = input.value === read(); };
  field.refresh();
  return field;
}

/** A colour of the palette, by its name; `none`: it may also have none. */
export function colourControl({ label, none = false, read, write }) {
  const name = `colour-${(numbered += 1)}`;
  const caption = html("span", { className: "quiet" });
  const options = [...(none ? [{ screen: "none", title: say("no_colour") }] : []), ...OPENED.palette];
  const swatches = options.map(({ screen, title, inks = "" }) => {
    const input = html("input", { type: "radio", name, value: screen, ariaLabel: title });
    input.addEventListener("change", () => { write(screen); field.refresh(); });
    const chip = html("span", { className: screen === "none" ? "chip none" : "chip", title: inks ? `${title} · ${inks}` : title });
    if (screen !== "none") chip.style.backgroundColor = screen;
    return html("label", {}, input, chip);
  });
  const field = html("fieldset", { className: "control swatches" }, html("legend", {}, label, " ", caption), html("div", {}, ...swatches));
  field.refresh = () => {
    const value = read() || (none ? "none" : "");
    for (const { firstElementChild: input } of swatches) input.checked = input.value.toLowerCase() === value.toLowerCase();
    const known = options.find(({ screen }) => screen.toLowerCase() === value.toLowerCase());
    caption.textContent = known ? [known.title, known.inks].filter(Boolean).join(" · ") : value;
  };
  field.refresh();
  return field;
}

export function heading(text) { return html("h3", { textContent: text }); }

export function row(...controls) {
  const line = html("div", { className: "control-row" }, ...controls);
  line.refresh = () => controls.forEach((control) => control.refresh());
  return line;
}

/** A line that says something of what is chosen; `read` gives its text, and an empty one hides it. */
export function factLine(read) {
  const line = html("p", { className: "quiet small fact" });
  line.refresh = () => {
    line.textContent = read();
    line.hidden = !line.textContent;
  };
  line.refresh();
  return line;
}
