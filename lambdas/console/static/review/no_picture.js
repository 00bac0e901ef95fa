// What stands where a picture would: while it comes, where it cannot be shown, and where none is left.
import { count, el } from "../dom.js";

const standing = (...content) => el("div", { class: "end" }, ...content);
const press = (text, onclick) => el("button", { type: "button", onclick }, text);

export const coming = () => standing("One moment …");

export const missing = (error, again) =>
  standing(el("p", {}, `The picture cannot be shown: ${error.message}.`), press("Try again", again));

/** `skipped`: how many pictures were passed over; `unskip` shows them again. */
export function none(skipped, unskip) {
  if (!skipped) return standing(el("p", {}, "Nothing is left to review. New pictures appear here by themselves."));
  return standing(
    el("p", {}, "All others are reviewed."),
    press(`Look at ${count(skipped, "skipped picture")}`, unskip),
  );
}
