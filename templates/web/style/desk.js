// Small comforts; every page works without them.
"use strict";

// Choose all rows of a table at once.
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-choose-all]");
  if (!all) return;
  for (const box of document.querySelectorAll(`input[name="${all.dataset.chooseAll}"]`)) box.checked = all.checked;
});

// What is typed here changes nothing of the plan that it stands in.
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (event.target.closest("[data-quiet]")) event.stopPropagation();
  }, true);
}

// A form that takes its time is sent once, and says so.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  window.setTimeout(() => {
    for (const button of event.target.querySelectorAll("button")) button.disabled = true;
  });
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form button:disabled:not([data-off])")) button.disabled = false;
});

// A slider beside a number: each follows the other.
for (const slider of document.querySelectorAll("[data-mirrors]")) {
  const number = document.getElementById(slider.dataset.mirrors);
  slider.hidden = false;
  slider.addEventListener("input", () => { number.value = slider.value; });
  number.addEventListener("input", () => { slider.value = number.value || 0; });
}

// Drop a file where it is to go.
for (const place of document.querySelectorAll("[data-drop]")) {
  const input = place.querySelector("input[type=file]");
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}

// Buttons that work with a script alone are shown where there is one.
for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;

// Copy what stands in an element, and say whether it worked. Over plain http there is no clipboard to write to: then
// the text is selected and copied as by hand.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const place = document.querySelector(button.dataset.copy);
  const done = await copied(place);
  button.dataset.label ??= button.textContent;
  button.textContent = done ? button.dataset.copied : button.dataset.notCopied;
  window.clearTimeout(button.timer);
  if (done) button.timer = window.setTimeout(() => { button.textContent = button.dataset.label; }, 3000);
});

async function copied(place) {
  try {
    await navigator.clipboard.writeText(place.innerText.trim());
    return true;
  } catch {
    window.getSelection().selectAllChildren(place);
    return document.execCommand("copy");
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A menu closes on Escape and when something else is touched; its button is in focus again.
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

document.body.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrf_token]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});
