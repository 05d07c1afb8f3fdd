// The studio: a design on the canvas as the press renders it, its elements, its properties, its findings.
//
// One state (`design_state.js`) is what all views show; each view listens to it, and none knows another.

import { add, ADDED } from "./adding.js";
import { align, boxAround, distribute, duplicate, order, placed, remove, toggleLock } from "./arranging.js";
import { Board, PX_PER_MM } from "./board.js";
import { html } from "./controls.js";
import { DesignState } from "./design_state.js";
import { Dragging } from "./dragging.js";
import { FindingsList } from "./findings_list.js";
import { LayersList } from "./layers_list.js";
import { Looker } from "./look.js";
import { Panel } from "./panel.js";
import { isLocked, kindOf } from "./placeholders.js";
import { Rulers } from "./rulers.js";
import { SampleChoice } from "./sample_choice.js";
import { Saving } from "./saving.js";
import { listenToKeys } from "./shortcuts.js";
import { SourceView } from "./source_view.js";
import { listed, titleOf, typeOf } from "./titles.js";
import { OPENED, say } from "./words.js";

const WHOLE = 0.9;
/** An element that covers so much of the label is its ground: chosen in the list, not by a click on the canvas. */
const MOST_PICTURE_PX = 3000;
const $ = (selector) => document.querySelector(selector);

const state = new DesignState(OPENED.source, OPENED.newest, OPENED.draft);
const board = new Board($("#stage"));
const dragging = new Dragging(state, board, touchable);
const rulers = new Rulers(board, $("#ruler-across"), $("#ruler-down"));
const source = new SourceView(state, $("#source-view"));
const sample = new SampleChoice($("#sample"), ask);
const looker = new Looker(OPENED.addresses.look, OPENED.token, wanted, showLook);
const saving = new Saving(state, $("#name-dialog"), tell);
new Panel(state, $("#properties"));
new LayersList(state, $("#layers"));
new FindingsList(state, $("#findings"), $("#findings-summary"), { reveal, goTo: (line) => source.goTo(line) });

const page = {
  save: () => saving.save(),
  fit: () => board.fit(),
  zoomTo: (zoom) => board.zoomTo(zoom),
  zoomBy: (factor) => board.zoomTo(board.zoom * factor),
  toggleGuides: () => toggle($("#stage"), "no-guides", $("[data-do=guides]"), true),
  toggleSource: () => source.toggle().then(() => $("[data-do=source]").setAttribute("aria-pressed", source.isOpen)),
  help: () => $("#help-dialog").showModal(),
  "enlarge-sheet": () => $("#sheet-dialog").showModal(),
  openAdd: () => { $("#add-menu").open = true; $("#add-menu button").focus(); },
  toWords: () => ($("#properties textarea") ?? $("#properties input"))?.focus(),
};
const ACTS = {
  ...page,
  undo: () => state.undo(),
  redo: () => state.redo(),
  source: page.toggleSource,
  guides: page.toggleGuides,
  "zoom-in": () => page.zoomBy(1.25),
  "zoom-out": () => page.zoomBy(0.8),
  front: () => order(state, true, true),
  back: () => order(state, false, true),
  duplicate: () => duplicate(state),
  remove: () => remove(state),
  lock: () => toggleLock(state),
  "distribute-across": () => distribute(state, 0),
  "distribute-down": () => distribute(state, 1),
  discard: () => { state.discard(); tell("", ""); },
};

/** What the server is asked for beside the source. */
function wanted() {
  const longest = (Math.max(...board.size) + 2 * board.bleed) * PX_PER_MM;
  const scale = Math.max(1, Math.min(2 * board.zoom, MOST_PICTURE_PX / longest));
  return { sample: sample.value, stock: $("#stock").value, scale };
}

function ask() {
  $("#took").textContent = say("drawing");
  looker.ask(state.source.text);
}

/** Return the boxes of all that can be touched on the canvas, by node, in painting order. */
function touchable() {
  const found = new Map();
  if (state.source.fault) return found;
  const area = state.measures.width * state.measures.height;
  for (const { node } of listed(state.source)) {
    const within = kindOf(state.element(node).parentNode) === "official";
    const box = within || typeOf(state.element(node)) === "group" ? null : state.measures.boxOf(node);
    const hidden = state.itemOf(node)?.hidden;
    if (box && !hidden && covered(box) < WHOLE * area) found.set(node, box);
  }
  return found;
}

function covered([x, y, width, height]) {
  const side = (from, length, most) => Math.max(0, Math.min(from + length, most) - Math.max(from, 0));
  return side(x, width, state.measures.width) * side(y, height, state.measures.height);
}

function showLook(look) {
  if (look.picture) {  // first: it is decoded while all else is brought up to date
    const bleed = look.bleed_mm;
    if (bleed !== board.bleed) board.setSize(board.size, bleed);
    board.show(look.picture, [-bleed, -bleed, look.width_mm + 2 * bleed, look.height_mm + 2 * bleed]);
    $("#took").textContent = say("took", { ms: Math.round(looker.took) });
  } else if (!look.judged) $("#took").textContent = "";
  state.showLook(look);
  if (look.judged) showSheet(look.layout);
  draw();
}

/** Show the first sheet of the chosen stock, or why it holds no label. */
function showSheet(layout) {
  $("#sheet").hidden = !layout;
  if (!layout) return;
  $("#sheet-words").textContent = layout.problems.length ? layout.problems.join(" ") : say("per_sheet", { count: layout.per_sheet });
  $("#sheet-picture").hidden = !layout.picture;
  if (layout.picture) for (const picture of document.querySelectorAll("[data-sheet]")) picture.src = layout.picture;
}

/** Draw lines, touchable boxes, marks and frames anew. */
function draw() {
  if (state.source.fault) return;
  const { look } = state;
  board.drawLabel(look?.shape ?? { kind: "rectangle" }, look?.safety_mm ?? 2);
  if (!dragging.isGoing) board.drawHits([...touchable()].map(([node, box]) => ({ node, box, title: titleOf(state.element(node)) })));
  board.drawMarks(marks());
  drawFrame();
}

/** Quiet zones, and frames around what is refused or warned of. */
function marks() {
  const items = state.isLooked ? state.look.items ?? [] : [];
  const quiet = items.filter((item) => item.quiet_mm).map(({ box: [x, y, w, h], quiet_mm: zone }) => ({ kind: "quiet", box: [x + zone, y + zone, w - 2 * zone, h - 2 * zone] }));
  const found = state.isLooked ? state.look.findings ?? [] : [];
  const faults = found.filter(({ node, level }) => node > 0 && level !== "note").map(({ node, level }) => ({ kind: level, box: state.measures.boxOf(node) }));
  return [...quiet, ...faults.filter(({ box }) => box)];
}

function drawFrame() {
  const chosen = placed(state, state.chosen);
  const boxes = chosen.map(({ box }) => box);
  const locked = chosen.some(({ node }) => isLocked(state.element(node)));
  const box = boxes.length ? boxAround(boxes) : null;
  board.drawFrame(box, boxes, { resizable: chosen.length === 1 && !locked, locked });
  rulers.showBox(box);
}

function reveal(node) {
  state.choose([node]);
  const box = state.measures.boxOf(node);
  if (!box) return;
  const stage = board.stage.getBoundingClientRect();
  const sheet = board.sheet.getBoundingClientRect();
  const [x, y] = [sheet.left + (box[0] + box[2] / 2) * board.scale, sheet.top + (box[1] + box[3] / 2) * board.scale];
  board.stage.scrollBy(x - stage.left - stage.width / 2, y - stage.top - stage.height / 2);
  if (matchMedia("(max-width: 52rem)").matches) board.stage.scrollIntoView({ block: "start" });
}

/** Show a message: `content` is a text or an element, `kind` as of notices; an empty text takes it away. */
function tell(content, kind) {
  const place = $("#told");
  place.className = kind ? `notice ${kind}` : "notice";
  place.hidden = !content;
  place.replaceChildren(content, ...(content ? [closing()] : []));
}

function closing() {
  const button = html("button", { type: "button", className: "icon", textContent: "✕", ariaLabel: say("close") });
  button.addEventListener("click", () => tell("", ""));
  return button;
}

function toggle(element, name, button, inverse) {
  const on = element.classList.toggle(name);
  button.setAttribute("aria-pressed", inverse ? !on : on);
}

function showState() {
  $("[data-do=undo]").disabled = !state.canUndo;
  $("[data-do=redo]").disabled = !state.canRedo;
  $("#changed").hidden = !state.isChanged;
  $("#xml-fault").hidden = !state.source.fault;
  $("#xml-fault").textContent = state.source.fault ? say("not_xml", { reason: state.source.fault.split("\n")[0] }) : "";
}

function showChosen() {
  const count = state.chosen.length;
  for (const button of document.querySelectorAll("[data-needs]")) button.disabled = count < Number(button.dataset.needs);
  $("[data-do=lock]").setAttribute("aria-pressed", count > 0 && state.chosen.every((node) => isLocked(state.element(node))));
}

function act(name) {
  const [what, how] = name.split(":");
  if (what === "align") align(state, how);
  else if (what === "add") {
    $("#add-menu").open = false;
    add(state, how).catch((error) => tell(error.message, "refused"));
    board.stage.focus();
  } else ACTS[what]();
}

state.addEventListener("source", (event) => {
  const { width, height } = state.measures;
  if (board.size[0] !== width || board.size[1] !== height) board.setSize([width, height], board.bleed);
  if (!state.source.fault || !event.detail.tried) ask();
  draw();
  showState();
});
state.addEventListener("chosen", () => { drawFrame(); showChosen(); });
state.addEventListener("saved", showState);
board.stage.addEventListener("laid-out", draw);
board.stage.addEventListener("zoomed", () => { $("#zoom").textContent = `${Math.round(board.zoom * 100)} %`; askSharper(); });
board.stage.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  board.zoomTo(board.zoom * Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
}, { passive: false });

let sharper = 0;
/** Ask for a picture of the new zoom once zooming has come to rest. */
function askSharper() {
  clearTimeout(sharper);
  sharper = setTimeout(ask, 150);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) act(button.dataset.do);
});
$("#stock").addEventListener("change", ask);
listenToKeys(state, page, [board.stage, $("#layers")]);

$("#add-list").append(...ADDED.map((name) => {
  const button = html("button", { type: "button", className: `icon-${name}`, textContent: say(`add_${name}`) });
  button.dataset.do = `add:${name}`;
  return html("li", {}, button);
}));
board.setSize([state.measures?.width ?? 60, state.measures?.height ?? 60], 3);
board.fit();
showState();
showChosen();
ask();
if (state.restored) {
  const discard = html("button", { type: "button", className: "small", textContent: say("discard_draft") });
  discard.dataset.do = "discard";
  tell(html("span", {}, say("draft_restored"), " ", discard), "warned");
}
document.documentElement.classList.add("studio-ready");
