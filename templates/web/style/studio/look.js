// Asks the server for the press renderer's picture of a source, with its boxes; and, once the source has come to rest,
// for what is found in it. The newest source wins: one picture is under way, of those asked for meanwhile only the
// last is drawn, and findings of a source that is no longer the newest are not waited for.

const REST_MS = 250;

export class Looker {
  #waiting = null;
  #asking = false;
  #judging = null;
  #rest = 0;

  /** `context()` gives sample, stock and scale; `show(answer)` takes each answer, `judged` where it has findings. */
  constructor(address, token, context, show) {
    Object.assign(this, { address, token, context, show });
    /** Milliseconds from asking for the last picture to having it. */
    this.took = 0;
  }

  /** Ask for a picture of a source. */
  ask(source) {
    this.#judging?.abort();
    clearTimeout(this.#rest);
    this.#waiting = { source, ...this.context() };
    if (!this.#asking) this.#draw();
  }

  async #draw() {
    this.#asking = true;
    while (this.#waiting) {
      const { stock, ...wanted } = this.#waiting;
      this.#waiting = null;
      const begun = performance.now();
      const answer = await this.#fetch({ ...wanted, findings: false });
      this.took = performance.now() - begun;
      if (answer) this.show({ ...answer, source: wanted.source });
      if (!this.#waiting) this.#rest = setTimeout(() => this.#judge({ ...wanted, stock, picture: false }), REST_MS);
    }
    this.#asking = false;
  }

  async #judge(wanted) {
    this.#judging = new AbortController();
    const answer = await this.#fetch(wanted, this.#judging.signal);
    if (answer) this.show({ ...answer, source: wanted.source, judged: true });
  }

  /** Return an answer; null for one that a newer request has ended. */
  async #fetch(wanted, signal = null) {
    try {
      const response = await fetch(this.address, {
        method: "POST", body: JSON.stringify(wanted), redirect: "manual", signal,
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
      });
      if (response.ok || response.status === 422) return await response.json();
      if (response.status === 409) return null;
      return { failed: response.type === "opaqueredirect" || response.status === 401 ? "signed_out" : "unreachable" };
    } catch {
      return signal?.aborted ? null : { failed: "unreachable" };
    }
  }
}
