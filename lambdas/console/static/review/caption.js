// What is said about a detection beside its picture.
import { count, el, notice, time } from "../dom.js";
import { sentenceOf } from "./frame.js";
import { returned } from "./outbox.js";
import { hasBoxes, isUnanswered, standing, told, words } from "./verdicts.js";

/** What is known of it beside the answer: this person's verdict, others', and why it is judged again. */
export function sentences(detection, given) {
  const back = returned(detection.detection_id);
  if (back) notice(null);
  const others = detection.status === "open" ? [] : standing(detection).map(sentenceOf);
  return [
    given && `Your verdict: ${words(given.verdict)}${isUnanswered(detection) ? ` ${given.label}` : ""}.`,
    back && `Judge it again: ${back.sentence}`,
    detection.status === "disputed" && "Reviewers disagree.",
    others.join("; "),
  ]
    .filter(Boolean)
    .join(" ");
}

/** What stands below the picture. */
export function captionOf(detection, list) {
  const before = list.all[list.at - 1];
  const left = list.ahead.filter((one) => list.isOpen(one)).length;
  const ahead = ` · ${left}${list.after ? "+" : ""} to ${isUnanswered(detection) ? "label" : "look at"}`;
  if (isUnanswered(detection)) {
    const { recording, scene, number } = detection.frame;
    return [el("strong", {}, recording), ` · scene ${scene}, frame ${number + 1}`, ahead];
  }
  return [
    el("strong", {}, hasBoxes(detection) ? count(told(detection).length, "box", "boxes") : detection.answered.label),
    ` · ${detection.camera} · `,
    time(detection.at),
    before?.burst === detection.burst ? " · same burst" : "",
    ahead,
  ];
}
