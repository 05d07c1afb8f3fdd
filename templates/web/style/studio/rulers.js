// Rulers in mm along the upper and the left edge of the stage, 0 at the label's corner.

import { mark } from "./svg_marks.js";
import { shown } from "./numbers.js";

const STEPS_MM = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];
const LEAST_PX = 46;
/** Between two numbers. */

export class Rulers {
  constructor(board, across, down) {
    Object.assign(this, { board, across, down });
    this.span = [null, null];
    for (const name of ["scroll", "laid-out"]) board.stage.addEventListener(name, () => this.draw());
  }

  /** Show from where to where the chosen box reaches. */
  showBox(box) {
    this.span = box ? [[box[0], box[0] + box[2]], [box[1], box[1] + box[3]]] : [null, null];
    this.draw();
  }

  draw() {
    const stage = this.board.stage.getBoundingClientRect();
    const sheet = this.board.sheet.getBoundingClientRect();
    this.#drawOne(this.across, sheet.left - stage.left, stage.width, 0);
    this.#drawOne(this.down, sheet.top - stage.top, stage.height, 1);
  }

  #drawOne(ruler, zero, length, axis) {
    const { scale } = this.board;
    const step = STEPS_MM.find((each) => each * scale >= LEAST_PX) ?? 200;
    const first = Math.floor(-zero / scale / step) * step;
    const marks = [];
    const span = this.span[axis];
    if (span) marks.push(this.#rect(axis, zero + span[0] * scale, (span[1] - span[0]) * scale));
    for (let mm = first; zero + mm * scale < length; mm += step) {
      for (let part = 0; part < 10; part += 1) marks.push(this.#tick(axis, zero + (mm + (part * step) / 10) * scale, part === 0 ? 20 : part === 5 ? 7 : 4));
      const at = zero + mm * scale + 3;
      marks.push(mark("text", axis ? { x: 0, y: 0, transform: `translate(9 ${at}) rotate(90)` } : { x: at, y: 9 }, shown(mm, 1)));
    }
    ruler.replaceChildren(...marks);
  }

  #rect(axis, start, length) {
    return mark("rect", { class: "span", ...(axis ? { x: 0, y: start, width: 20, height: length } : { x: start, y: 0, width: length, height: 20 }) });
  }

  #tick(axis, at, length) {
    return mark("line", axis ? { x1: 20 - length, x2: 20, y1: at, y2: at } : { y1: 20 - length, y2: 20, x1: at, x2: at });
  }
}
