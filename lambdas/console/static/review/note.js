// A remark that goes with the next verdict.
import { ask, button } from "../dialogs.js";
import { el } from "../dom.js";

const UNSURE = 0.5;

/** {note, confidence}, or null where the person thinks better of it. */
export async function askNote({ note, confidence }) {
  const text = el("textarea", { id: "note", rows: 3, maxLength: 1000, value: note, autofocus: true });
  const unsure = el("input", { type: "checkbox", checked: confidence < 1 });
  const { pressed, given } = await ask(
    "Note for this picture",
    [
      el("label", { for: "note" }, "It goes with your verdict"),
      text,
      el("label", { class: "choice" }, unsure, " I am not sure"),
    ],
    [button("Cancel", "", { class: "quiet" }), button("Keep", "yes", { class: "main" })],
    () => ({ note: text.value.trim(), confidence: unsure.checked ? UNSURE : 1 }),
  );
  return pressed === "yes" ? given : null;
}
