// The boxes being edited, as a list: each with its class and a way to delete it. Works without a pointer.
import { el } from "../dom.js";

/** `editor`: of editor.js. `classes`: those that a box may have. */
export function boxesPanel(editor, classes, boxes, selected) {
  const rows = boxes.map((box, at) =>
    el(
      "li",
      { class: at === selected ? "selected" : "" },
      el(
        "button",
        { type: "button", class: "quiet", "aria-pressed": String(at === selected), onclick: () => editor.select(at) },
        `Box ${at + 1}`,
      ),
      classes.length > 1 ? classPicker(editor, classes, box, at) : el("span", {}, box.label),
      el(
        "button",
        { type: "button", class: "quiet", "aria-label": `delete box ${at + 1}`, onclick: () => editor.remove(at) },
        "Delete",
      ),
    ),
  );
  if (!rows.length) rows.push(el("li", { class: "none" }, "No box: nothing is in the picture."));
  return el("ol", { class: "boxes", "aria-label": "boxes" }, ...rows);
}

function classPicker(editor, classes, box, at) {
  const options = classes.map((one, number) =>
    el("option", { value: one, selected: one === box.label }, `${number + 1} ${one}`),
  );
  return el(
    "select",
    { "aria-label": `class of box ${at + 1}`, onchange: (event) => editor.label(at, event.target.value) },
    ...options,
  );
}
