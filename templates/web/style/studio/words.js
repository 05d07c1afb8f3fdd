// What the page was opened with, and its sentences (templates/wording/studio.toml) in the page's language.

/** Name, version, source, palette, samples, stocks and addresses: what web/office/studio/page.py says. */
export const OPENED = JSON.parse(document.getElementById("studio-opened").textContent);

/** Return a sentence; `{fact}` in it is filled from the facts. */
export function say(name, facts = {}) {
  const sentence = OPENED.words[name];
  if (sentence === undefined) throw new Error(`no sentence ${name}`);
  return sentence.replace(/\{(\w+)\}/g, (whole, fact) => String(facts[fact] ?? whole));
}
