// What operators' pages share.
import { session } from "../auth.js";
import { el } from "../dom.js";

export const OPERATORS = "operators";
export const mayDecide = () => session()?.groups.includes(OPERATORS) ?? false;

/** `rows`: lists of cells; a cell is a text or an element. On a phone a row is a list of `head` and cell. */
export function table(caption, head, rows, empty = "None yet.") {
  if (!rows.length) return el("p", { class: "empty" }, empty);
  const columns = el(
    "tr",
    {},
    head.map((text) => el("th", { scope: "col" }, text)),
  );
  const cellOf = (cell, at) =>
    at === 0
      ? el("th", { scope: "row", "data-label": head[at] }, cell ?? "–")
      : el("td", { "data-label": head[at] }, cell ?? "–");
  const body = rows.map((row) => el("tr", {}, row.map(cellOf)));
  return el(
    "div",
    { class: "scrolls", tabIndex: 0, role: "region", "aria-label": caption },
    el("table", {}, el("caption", { class: "unseen" }, caption), el("thead", {}, columns), el("tbody", {}, body)),
  );
}

/** `kind`: good, bad, busy or nothing. It is said by the text too, never by colour alone. */
export const badge = (text, kind = "") => el("span", { class: `badge ${kind}` }, text);

export const card = (title, ...content) => el("section", { class: "card" }, el("h2", {}, title), ...content);

/** Does `work`, says how it ended in `told`, and keeps the button from being pressed twice. */
export async function doing(button, told, work) {
  button.disabled = true;
  told.className = "told";
  told.textContent = "One moment …";
  try {
    told.textContent = await work();
  } catch (error) {
    told.classList.add("late");
    told.textContent = error.status === 403 ? error.message : `This did not work: ${error.message}`;
  }
  button.disabled = false;
}
