// What a person's verdict is in the API's words. Pure.

const SLACK = 0.5; // pixels; a box that moved less has not moved

/** Boxes that the caller got: those of at least the threshold. */
export function told(detection) {
  const { boxes, threshold } = detection.answered;
  return (boxes ?? []).filter((box) => box.score >= (threshold ?? 0));
}

export const hasBoxes = (detection) => detection.answered.boxes !== null && detection.answered.boxes !== undefined;

/** Whether it is a frame of a recording that no model answered: people say of which class it is. */
export const isUnanswered = (detection) => Boolean(detection?.frame);

/** Body of a review without its id. `verdict` as the person meant it; `boxes`: all that are there now. */
export function verdictOn(detection, verdict, { boxes = null, label = null, confidence = 1, note = "" } = {}) {
  const said = { revision: detection.revision, verdict, confidence, note };
  if (isUnanswered(detection)) return { ...said, verdict: "labelled", label };
  if (label !== null) {
    return label === detection.answered.label
      ? { ...said, verdict: "correct" }
      : { ...said, verdict: "corrected", label };
  }
  if (boxes === null || !["missed", "corrected"].includes(verdict)) return said;
  if (!boxes.length) return { ...said, verdict: told(detection).length ? "false_positive" : "correct" };
  if (boxes.length === told(detection).length && boxes.every((box) => isTold(box, detection)))
    return { ...said, verdict: "correct" };
  return { ...said, boxes: boxes.map((box) => inside(box, detection)) };
}

/** A box as drawn, kept within the picture, in pixels to a tenth. */
export function inside({ label, x, y, width, height }, picture) {
  const left = Math.max(0, x),
    top = Math.max(0, y);
  const right = Math.min(picture.width, x + width),
    bottom = Math.min(picture.height, y + height);
  const tenth = (pixels) => Math.round(10 * pixels) / 10;
  return { label, x: tenth(left), y: tenth(top), width: tenth(right - left), height: tenth(bottom - top) };
}

/** Nothing to keep of a box that is (nearly) out of the picture. */
export function seen(box, picture) {
  const { width, height } = inside(box, picture);
  return width >= 2 && height >= 2;
}

/** Whether the caller got this very box. */
export function isTold(box, detection) {
  return told(detection).some((other) => near(box, other));
}

const near = (one, other) =>
  one.label === other.label && ["x", "y", "width", "height"].every((side) => Math.abs(one[side] - other[side]) < SLACK);

const WORDS = { false_positive: "false positive" };
export const words = (verdict) => WORDS[verdict] ?? verdict;

/** Reviews that stand: not undone, the newest of each reviewer. */
export function standing(detection) {
  const newest = new Map(detection.reviews.filter((one) => !one.undone_at).map((one) => [one.reviewer, one]));
  return [...newest.values()];
}
