// Numbers as they stand in a source, and as people of the page's language write them.

export const PT_PER_MM = 72 / 25.4;
const LANGUAGE = document.documentElement.lang;

/** Return a length as a source says it: at most three decimals, no more than are needed. */
export function written(value, decimals = 3) {
  return String(Number(value.toFixed(decimals)) || 0);
}

/** Return a number as people write it: 4,5 in Vietnamese and 4.5 in English. */
export function shown(value, decimals = 2) {
  const text = written(Number(value), decimals);
  return LANGUAGE === "vi" ? text.replace(".", ",") : text;
}

/** Return the number that somebody typed, with a comma or a point; NaN if it is none. */
export function typed(text) {
  const plain = text.trim().replace(/\s*(mm|pt|%|°)$/, "").replace(",", ".").replace("−", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
}

/** Return the numbers of a list as SVG writes them. */
export function listOf(text) {
  return (text ?? "").split(/[\s,]+/).filter(Boolean).map(Number);
}

/** Return a length with a unit in mm; 0 for none. */
export function inMm(text) {
  const found = /^\s*([\d.]+)\s*(mm|cm|in|pt|px)?\s*$/.exec(text ?? "");
  const unit = { mm: 1, cm: 10, in: 25.4, pt: 25.4 / 72, px: 25.4 / 96 }[found?.[2] ?? "px"];
  return found ? Number(found[1]) * unit : 0;
}
