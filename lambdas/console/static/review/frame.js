// The picture and what was answered about it. A box's style comes from CSS; its place through CSSOM, as the policy wants.
import { el } from "../dom.js";
import { isUnanswered, told, words } from "./verdicts.js";

/** The frame is as large as the stage lets it be, in the picture's proportions. */
export function frameOf(detection, image) {
  const frame = el("div", { class: "frame" }, image);
  frame.style.setProperty("--wide", detection.width);
  frame.style.setProperty("--high", detection.height);
  image.alt = isUnanswered(detection) ? `frame of ${detection.camera}` : `picture of camera ${detection.camera}`;
  image.draggable = false;
  return frame;
}

/** `boxes` over the picture; `kind`: "found", or "given" where a person said so. */
export function drawBoxes(frame, detection, boxes, kind) {
  frame.querySelectorAll(".box").forEach((one) => one.remove());
  for (const box of boxes) {
    const text = box.score === undefined ? box.label : `${box.label} ${box.score.toFixed(2)}`;
    const drawn = el(
      "div",
      { class: `box ${kind}${box.y < 0.08 * detection.height ? " low" : ""}` },
      el("span", {}, text),
    );
    place(drawn, box, detection);
    frame.append(drawn);
  }
}

function place(element, box, { width, height }) {
  element.style.left = `${(100 * box.x) / width}%`;
  element.style.top = `${(100 * box.y) / height}%`;
  element.style.width = `${(100 * box.width) / width}%`;
  element.style.height = `${(100 * box.height) / height}%`;
}

/** In one sentence, for everybody who cannot see the picture. */
export function described(detection) {
  if (isUnanswered(detection)) return `Recording ${detection.camera}, scene ${detection.frame.scene}: not labelled.`;
  const { label } = detection.answered;
  const boxes = told(detection);
  const things = boxes.map((box) => `${box.label} ${box.score.toFixed(2)}`).join(", ");
  const what = label ? `answered ${label}` : boxes.length ? `found ${things}` : "found nothing";
  return `Camera ${detection.camera}: ${what}.`;
}

export function sentenceOf(review) {
  const what = review.label ? `${words(review.verdict)}: ${review.label}` : words(review.verdict);
  return `${review.reviewer}: ${what}${review.adjudicates ? " (settles it)" : ""}${review.note ? ` – ${review.note}` : ""}`;
}
