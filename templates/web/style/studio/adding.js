// New elements: what the menu "Add" puts in, in the middle of the label, in the form that the source has.

import { freshIds } from "./arranging.js";
import { PDF, PICTURES, takeFile } from "./placed_files.js";
import { escapeText, escapeValue, SvgSource } from "./svg_source.js";
import { formOf, kindOf } from "./placeholders.js";
import { PT_PER_MM, written } from "./numbers.js";
import { OPENED, say } from "./words.js";

const INK = "#17231C";
const TEXT = { size: [30, 6], attributes: { size: 9, "min-size": 6, weight: 500, fill: INK, lines: 2, leading: 1.15, valign: "middle" } };

/** Each entry: how large it is in mm, its attributes by the names of `ls:*`, and its words. */
const PLACEHOLDERS = {
  text: { ...TEXT, kind: "text", words: () => say("new_words") },
  field: { ...TEXT, kind: "text", words: () => "{{ product.name }}", field: () => say("field_product_name") },
  brand: { ...TEXT, kind: "text", words: () => "{{ product.shown_brand }}", field: () => say("field_brand") },
  stars: { kind: "stars", size: [24, 4], attributes: { size: 4, gap: 1, fill: "#E0A100" } },
  qr: { kind: "qr", size: [20, 20], attributes: { size: 20 } },
  code: { kind: "code", size: [30, 5], attributes: { size: 6.6, weight: 600, fill: INK, lines: 2, leading: 1.3 } },
  serial: { kind: "serial", size: [24, 2], attributes: { size: 5.6, weight: 400, fill: INK, prefix: "Số " } },
  mark: { kind: "mark", size: [18, 5], attributes: { size: 12, "min-size": 6, weight: 800, fill: INK } },
  official: { kind: "official", size: [20, 8], attributes: { align: "center" } },
};

const SHAPES = {
  rect: { size: [20, 10], markup: ([x, y, w, h]) => `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="#E6EFEA"/>` },
  ellipse: { size: [12, 12], markup: ([x, y, w, h]) => `<ellipse cx="${written(+x + w / 2)}" cy="${written(+y + h / 2)}" rx="${written(w / 2)}" ry="${written(h / 2)}" fill="#E6EFEA"/>` },
  line: { size: [20, 0], markup: ([x, y, w]) => `<line x1="${x}" y1="${y}" x2="${written(+x + +w)}" y2="${y}" stroke="${INK}" stroke-width="0.25"/>` },
};

const OFFICES = ["field", "brand", "fields", "stars", "qr", "code", "serial", "mark", "official"];
/** What the office alone puts in. */
const ALL_ADDED = ["text", "field", "brand", "fields", "stars", "qr", "code", "serial", "mark", "official", "picture", "artwork", "rect", "ellipse", "line"];

export const ADDED = ALL_ADDED.filter((name) => OPENED.is_office || !OFFICES.includes(name));

/** Add an element by its name in ADDED, and choose it. Errors of a file that is refused are raised. */
export async function add(state, name) {
  if (state.source.fault) return;
  if (name === "picture" || name === "artwork") return addFile(state, name);
  if (name === "fields") return append(state, fieldsMarkup(state));
  const { size, ...entry } = PLACEHOLDERS[name] ?? SHAPES[name];
  const box = centred(state, size);
  append(state, entry.markup ? entry.markup(box) : placeholder(state, entry, box));
}

/** Return the middle of the label as a box of a size, in units of the source. */
function centred(state, [width, height]) {
  const { measures } = state;
  const fitted = [Math.min(width, measures.width - 4), Math.min(height, measures.height - 4)];
  const corner = [(measures.width - fitted[0]) / 2, (measures.height - fitted[1]) / 2];
  return [...corner, ...fitted].map((each) => written(each * measures.perMm));
}

function append(state, markup) {
  state.write(state.source.edit().append(0, markup).text, { chosen: [] });
  const last = state.source.childrenOf(0).at(-1);
  state.choose([last]);
}

/** Return whether a source speaks `ls:*`: one of its elements does, and none has `data-ls`. */
function speaksOld(source) {
  return source.elements.some((element) => formOf(element) === "ls") && !source.elements.some((element) => formOf(element) === "open");
}

function placeholder(state, { kind, attributes = {}, words = () => "", field }, box) {
  const said = { ...attributes, ...(field ? { field: field() } : {}) };
  return speaksOld(state.source) ? oldMarkup(kind, box, said, words()) : openMarkup(state, kind, box, said, words());
}

function oldMarkup(kind, [x, y, width, height], attributes, words) {
  const sides = { qr: { x, y }, stars: { x, y } }[kind] ?? { x, y, width, height };
  return `<ls:${kind}${attributesOf({ ...sides, ...attributes })}${words ? `>${escapeText(words)}</ls:${kind}>` : "/>"}`;
}

function attributesOf(attributes) {
  return Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeValue(String(value))}"`).join("");
}

/** Return a placeholder of the open format: a frame, and a sample of how it will look. */
function openMarkup(state, kind, [x, y, width, height], attributes, words) {
  const { size, gap, weight, fill, ...rest } = attributes;
  const said = Object.fromEntries(Object.entries(rest).map(([name, value]) => [`data-ls-${name}`, value]));
  if (words) said["data-ls-value"] = words;
  const frame = `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${kind === "qr" ? "#FFFFFF" : "none"}"/>`;
  const sample = { text: words.includes("{{") ? attributes.field : words, code: "7K3QX 9ZT4M 2B8RV C5WHD", serial: "Số 000417", mark: "MẪU", official: "OCOP" }[kind];
  const perPt = state.measures.perMm / PT_PER_MM;
  const type = { "font-family": "Be Vietnam Pro", "font-size": written((size ?? 8) * perPt), "font-weight": weight ?? 600, fill: fill ?? INK };
  const at = { x, y: written(+y + height / 2 + ((size ?? 8) * perPt) / 3) };
  const drawn = sample ? `<text${attributesOf({ ...at, ...type })}>${escapeText(sample)}</text>` : SAMPLES[kind]?.([x, y, width, height], fill) ?? "";
  return `<g${attributesOf({ id: freshId(state, `ls-${kind}`), "data-ls": kind, ...said })}>${frame}${drawn}</g>`;
}

const SAMPLES = {
  stars: ([x, y, width, height], fill) => {
    const star = (left) => Array.from({ length: 10 }, (_, index) => {
      const radius = (index % 2 ? 0.2 : 0.5) * height;
      const angle = (index * 36 - 90) * (Math.PI / 180);
      return [+left + height / 2 + radius * Math.cos(angle), +y + height / 2 + radius * Math.sin(angle)].map((each) => written(each)).join(",");
    }).join(" ");
    return Array.from({ length: 5 }, (_, index) => `<polygon points="${star(+x + (index * (width - height)) / 4)}" fill="${fill}"/>`).join("");
  },
  qr: ([x, y, side]) => [[0, 0], [1, 0], [0, 1]].map(([right, down]) => {
    const [at, size] = [[0.1 + right * 0.56, 0.1 + down * 0.56].map((share) => share * side), side * 0.24];
    return `<rect x="${written(+x + at[0])}" y="${written(+y + at[1])}" width="${written(size)}" height="${written(size)}" fill="${INK}"/>`;
  }).join(""),
};

function freshId(state, stem) {
  const taken = new Set(state.source.elements.map((element) => element.getAttribute("id")));
  let id = stem;
  for (let number = 2; taken.has(id); number += 1) id = `${stem}-${number}`;
  return id;
}

/** Return the fields of law as our own goods label has them, in the widest place of this label. */
function fieldsMarkup(state) {
  const pattern = new SvgSource(OPENED.fields_pattern);
  const node = pattern.elements.findIndex((element) => kindOf(element) === "fields");
  const edit = pattern.edit();
  const [x, y, width, height] = centred(state, [state.measures.width - 8, state.measures.height * 0.5]);
  const frame = formOf(pattern.elements[node]) === "ls" ? node : pattern.numbers.get(pattern.elements[node].querySelector("rect"));
  edit.set(frame, { x, y, width, height });
  const made = new SvgSource(edit.text);
  return freshIds(made.text.slice(made.places[node].start, made.places[node].end), state.source.document);
}

async function addFile(state, name) {
  const file = await takeFile(name === "artwork" ? PDF : PICTURES);
  if (!file) return;
  const whole = [file.width_mm || 20, file.height_mm || 20];
  const factor = name === "artwork" ? 1 : Math.min(1, ...whole.map((side, axis) => ([state.measures.width, state.measures.height][axis] - 4) / side));
  const { measures } = state;
  const [width, height] = whole.map((side) => side * factor);
  const [x, y, w, h] = [(measures.width - width) / 2, (measures.height - height) / 2, width, height].map((each) => written(each * measures.perMm));
  const place = { x, y, width: w, height: h };
  if (name === "picture") append(state, `<image${attributesOf({ ...place, href: file.href })}/>`);
  else if (speaksOld(state.source)) append(state, `<ls:artwork${attributesOf({ ...place, href: file.href })}/>`);
  else append(state, `<g${attributesOf({ id: freshId(state, "ls-artwork"), "data-ls": "artwork", "data-ls-href": file.href })}><rect${attributesOf({ ...place, fill: "none" })}/></g>`);
}
