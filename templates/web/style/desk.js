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

// Drop a file where it is to go.
for (const place of document.querySelectorAll("[data-drop]")) {
  const input = place.querySelector("input[type=file]");
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}

// Copy what stands in an element.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
});

document.body.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrf_token]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});
