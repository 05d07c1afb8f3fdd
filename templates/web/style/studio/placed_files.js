// Pictures and PDF pages: taken by the server, which gives each a short name that the source calls it by.

import { html } from "./controls.js";
import { attribute, kindOf, setAttributes } from "./placeholders.js";
import { OPENED, say } from "./words.js";

export const PICTURES = ".png,.jpg,.jpeg,.tif,.tiff";
export const PDF = ".pdf";

const PPI = 300;
/** At which a picture is put in, if it fits. */

/** Let somebody choose a file, and send it; return {href, width_mm, height_mm}, null where none was chosen. */
export async function takeFile(accept) {
  const input = html("input", { type: "file", accept });
  const chosen = new Promise((done) => {
    input.addEventListener("change", () => done(input.files[0]));
    input.addEventListener("cancel", () => done(null));
  });
  input.click();
  const file = await chosen;
  return file ? send(file) : null;
}

async function send(file) {
  const form = new FormData();
  form.append("file", file);
  const response = await fetch(OPENED.addresses.files, { method: "POST", body: form, headers: { "X-CSRFToken": OPENED.token } });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.text ?? say("unreachable"));
  return { ...(await sizeOf(file)), ...answer };
}

/** Return a picture's size in mm; nothing for what a browser cannot draw, such as TIFF. */
async function sizeOf(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  return picture ? { width_mm: (picture.width / PPI) * 25.4, height_mm: (picture.height / PPI) * 25.4 } : {};
}

/** A button that puts another file in place of the one that an element shows. */
export function fileControl(of) {
  const artwork = kindOf(of.element) === "artwork";
  const button = html("button", { type: "button", className: "small", textContent: say(artwork ? "other_pdf" : "other_picture") });
  const fault = html("p", { className: "fault small", hidden: true });
  button.addEventListener("click", async () => {
    try {
      const file = await takeFile(artwork ? PDF : PICTURES);
      if (file) of.change("", (edit) => put(edit, of, file.href));
      fault.hidden = true;
    } catch (error) {
      fault.textContent = error.message;
      fault.hidden = false;
    }
  });
  const name = html("p", { className: "quiet small fact" });
  const box = html("div", { className: "control" }, name, button, fault);
  box.refresh = () => {
    const href = artwork ? attribute(of.element, "href") : of.element.getAttribute("href") ?? of.element.getAttribute("xlink:href") ?? "";
    name.textContent = href.startsWith("data:") ? "" : href;
  };
  box.refresh();
  return box;
}

function put(edit, of, href) {
  if (kindOf(of.element)) setAttributes(edit, of.node, { href });
  else edit.set(of.node, { [of.element.hasAttribute("xlink:href") ? "xlink:href" : "href"]: href });
}
