// One picture's boxes while a person changes them; what is drawn is kept in this browser until it is sent or left.
import { keep, recall } from "../remembered.js";
import { edit } from "./editor.js";
import { isTold, seen, told } from "./verdicts.js";

const slot = (detection) => `draft/${detection.detection_id}`;

/** {verdict, boxes} that a person had not finished, or null. */
export const draftOf = (detection) => recall(slot(detection));

export class Editing {
  /** `verdict`: "missed" or "corrected". */
  constructor(view, detection, verdict, classes) {
    Object.assign(this, { view, detection, verdict, classes, boxes: null, selected: -1 });
    this.lastLabel = `label/${detection.domain}`;
  }

  /** `given`: boxes of an earlier verdict of this person. */
  async begin(given) {
    const start = draftOf(this.detection)?.boxes ?? given ?? told(this.detection);
    this.view.hideBoxes();
    const newLabel = () => {
      const last = recall(this.lastLabel);
      return this.classes.includes(last) ? last : this.classes[0];
    };
    this.boxes = await edit(this.view.frame, this.detection, start, {
      newLabel,
      changed: (...now) => this.#changed(...now),
    });
    this.#changed(this.boxes.all(), -1);
  }

  #changed(boxes, selected) {
    this.selected = selected;
    keep(slot(this.detection), { verdict: this.verdict, boxes });
    this.view.showBoxes(this.boxes, boxes, selected);
  }

  selectNext() {
    const { length } = this.boxes.all();
    if (length) this.boxes.select((this.selected + 1) % length);
  }

  /** What to send; null where something is wanting. */
  finished() {
    const boxes = this.boxes.all().filter((box) => seen(box, this.detection));
    if (this.verdict === "missed" && boxes.every((box) => isTold(box, this.detection))) {
      this.view.tell("Draw a box around what was missed.");
      return null;
    }
    if (boxes.length) keep(this.lastLabel, boxes.at(-1).label);
    return boxes;
  }

  end() {
    keep(slot(this.detection), null);
    this.leave();
  }

  /** The draft stays. */
  leave() {
    this.boxes?.end();
  }
}
