// What the review page shows. Built once; each picture replaces what differs.
import { count, el, notice, say } from "../dom.js";
import { boxesPanel } from "./boxes_panel.js";
import { captionOf, sentences } from "./caption.js";
import { drawBoxes, frameOf } from "./frame.js";
import { filters } from "./filters.js";
import { buttonOf } from "./keys.js";
import { coming, missing, none } from "./no_picture.js";
import { imageOf } from "./pictures.js";
import { hasBoxes, told } from "./verdicts.js";

const LATE_MS = 150; // a picture that takes longer is waited for in sight

export class View {
  constructor(main, page, options) {
    Object.assign(this, { main, page, options, frame: null });
    this.stage = el("section", { class: "stage", "aria-label": "picture" });
    this.caption = el("p", { class: "caption" });
    this.told = el("p", { class: "told", role: "status" });
    this.panel = el("div", { class: "panel" });
    this.verdicts = el("div", { class: "actions", role: "toolbar", "aria-label": "verdicts" });
    this.more = el("div", { class: "actions more", role: "toolbar", "aria-label": "more" });
    this.waiting = el("p", { class: "waiting", role: "status" });
    this.side = el("section", { class: "progress card", "aria-label": "progress" });
  }

  open() {
    const title = el("h1", { class: "unseen" }, `Review ${this.page.domain}`);
    const work = el(
      "div",
      { class: "work" },
      this.stage,
      this.caption,
      this.told,
      this.panel,
      this.verdicts,
      this.more,
    );
    this.main.replaceChildren(
      title,
      work,
      el("aside", {}, filters(this.page.domain, this.options), this.side, this.waiting),
    );
  }

  async show(detection) {
    this.shown = detection?.detection_id;
    this.seen = null;
    this.stage.ariaBusy = String(Boolean(detection));
    this.panel.replaceChildren();
    this.showRemark();
    if (!detection) return this.#showEnd();
    const late = setTimeout(() => this.shown === detection.detection_id && this.#showLoading(), LATE_MS);
    try {
      const image = await imageOf(detection.detection_id);
      if (this.shown !== detection.detection_id) return; // the person has gone on
      this.frame = frameOf(detection, image);
      this.stage.replaceChildren(this.frame);
      this.seen = detection.detection_id;
      this.stage.ariaBusy = "false";
      this.#showAnswer(detection);
    } catch (error) {
      if (this.shown === detection.detection_id) this.#showMissing(error);
    } finally {
      clearTimeout(late);
    }
    if (this.shown !== detection.detection_id) return;
    this.caption.replaceChildren(...captionOf(detection, this.page.list));
    this.showActions();
  }

  /** Whether its picture is in front of the person. */
  shows({ detection_id }) {
    return this.seen === detection_id;
  }

  #showLoading() {
    this.stage.replaceChildren(coming());
    this.showActions();
  }

  #showAnswer(detection) {
    const given = this.page.list.judged.get(detection.detection_id);
    drawBoxes(this.frame, detection, given?.boxes ?? told(detection), given?.boxes ? "given" : "found");
    const label = given?.label ?? detection.answered.label;
    if (label) this.frame.append(el("p", { class: "answer" }, label));
    this.tell(sentences(detection, given));
  }

  #showEnd() {
    this.caption.replaceChildren();
    this.stage.replaceChildren(none(this.page.list.skipped.size, () => this.page.unskip()));
    this.tell("");
    this.showActions();
  }

  #showMissing(error) {
    this.stage.ariaBusy = "false";
    this.stage.replaceChildren(missing(error, () => this.page.show()));
    this.tell("");
  }

  showActions() {
    const { look, more, edit, labels } = this.page.actions;
    const { current } = this.page.list;
    // What cannot be done now is there but disabled; what this answer does not take is not.
    const fitting = look.filter((one) => current && (one.fits?.() ?? true));
    const classes = current && !hasBoxes(current) ? labels() : [];
    const undo = look.filter((one) => !current && one.key === "u");
    const shown = this.page.editing ? edit : [...classes, ...fitting, ...undo];
    this.verdicts.replaceChildren(...shown.map(buttonOf));
    this.more.replaceChildren(...(this.page.editing ? more.slice(-1) : more).map(buttonOf));
  }

  /** `editor`: of editor.js. */
  showBoxes(editor, boxes, selected) {
    if (editor) this.panel.replaceChildren(boxesPanel(editor, this.page.classes, boxes, selected));
    this.showActions();
  }

  hideBoxes() {
    this.frame.querySelectorAll(".box").forEach((one) => one.remove());
    this.tell("Drag over the picture to draw a box; click a box to change it. Enter sends, Escape leaves it.");
  }

  showRemark() {
    const { note, confidence } = this.page.remark;
    this.remark?.remove();
    if (!note && confidence === 1) return;
    this.remark = el(
      "p",
      { class: "remark" },
      `With the verdict: ${[note, confidence < 1 && "not sure"].filter(Boolean).join(", ")}`,
    );
    this.told.after(this.remark);
  }

  showWaiting(waiting, error) {
    this.waiting.classList.toggle("late", Boolean(error));
    const reviews = count(waiting, "review");
    const late = error && `${reviews} kept in this browser: ${error.message}.`;
    this.waiting.textContent = waiting ? late || `Saving ${reviews} …` : "All reviews are saved.";
  }

  tellBack() {
    notice("A review was not taken: its picture comes again, next.");
  }

  tell(sentence) {
    this.told.textContent = sentence;
    if (sentence) say(sentence);
  }
}
