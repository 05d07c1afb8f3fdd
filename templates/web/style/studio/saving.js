// Saves the source as a new version. Whoever saved meanwhile is named, and nothing of either is lost.

import { html } from "./controls.js";
import { OPENED, say } from "./words.js";

export class Saving {
  /** `dialog` asks for the name of a new design; `tell(text, kind)` shows a message. */
  constructor(state, dialog, tell) {
    Object.assign(this, { state, dialog, tell, note: document.getElementById("version-note") });
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(new FormData(event.target).get("name").trim());
    });
    dialog.querySelector(".close").addEventListener("click", () => dialog.close());
    addEventListener("beforeunload", (event) => { if (state.isChanged && !this.leaving) event.preventDefault(); });
  }

  save() {
    if (!OPENED.is_copy) return this.#send(OPENED.name);
    this.dialog.showModal();
    return this.dialog.querySelector("input").select();
  }

  async #send(name, over = null) {
    const source = this.state.source.text;
    const body = JSON.stringify({ name, source, base: over ?? this.state.newest, note: this.note.value });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": OPENED.token };
    const response = await fetch(OPENED.addresses.save, { method: "POST", body, headers, redirect: "manual" }).catch(() => null);
    if (!response || response.type === "opaqueredirect") return this.#refuse(say(response ? "signed_out" : "unreachable"));
    const answer = await response.json().catch(() => ({}));
    if (response.status === 409) return this.#conflict(name, answer);
    if (!response.ok) return this.#refuse(answer.texts?.join(" ") ?? say("unreachable"));
    return this.#saved(source, answer);
  }

  #saved(source, { version, address, text }) {
    this.dialog.close();
    this.state.markSaved(source, version);
    this.note.value = "";
    this.note.closest("details").open = false;
    this.tell(text, "done");
    if (OPENED.is_office && !OPENED.is_copy) document.getElementById("version").textContent = say("version_of", { name: OPENED.name, version });
    if (!OPENED.is_copy) return;
    this.leaving = true;
    location.assign(address);
  }

  #refuse(text) {
    const fault = this.dialog.open ? this.dialog.querySelector(".fault") : null;
    if (fault) fault.textContent = text;
    else this.tell(text, "refused");
  }

  /** Say who saved meanwhile; theirs can be looked at, and ours saved as the version after it. */
  #conflict(name, { text, newest, address }) {
    if (this.dialog.open) return this.#refuse(text);
    const theirs = html("a", { href: address, target: "_blank", textContent: say("see_theirs") });
    const again = html("button", { type: "button", className: "small", textContent: say("save_after_theirs") });
    again.addEventListener("click", () => this.#send(name, newest));
    return this.tell(html("span", {}, text, " ", theirs, " ", again), "warned");
  }
}
