// The review page: one picture at a time, a verdict by one key, the next picture at once.
import { every, notice, say } from "../dom.js";
import { actionsOf } from "./actions.js";
import { follow } from "./deliveries.js";
import { Editing, draftOf } from "./editing.js";
import { prepare } from "./editor.js";
import { described } from "./frame.js";
import { listen, showKeys } from "./keys.js";
import { List } from "./list.js";
import { askNote } from "./note.js";
import * as outbox from "./outbox.js";
import { keepOnly } from "./pictures.js";
import { watchProgress } from "./progress.js";
import { verdictOn, words } from "./verdicts.js";
import { View } from "./view.js";

const AHEAD = 8; // pictures fetched before they are shown
const BEHIND = 3;
const LOOK_AGAIN_MS = 15_000; // for new ones, where none is left

export async function review(main, { domain, options, signal }) {
  await new ReviewPage(main, domain, options, signal).open();
}

class ReviewPage {
  constructor(main, domain, options, signal) {
    Object.assign(this, { domain, signal });
    this.list = new List({ domain, order: options.order, status: options.status, camera: options.camera });
    this.editing = null; // an Editing, while boxes are edited
    this.remark = { note: "", confidence: 1 };
    this.actions = actionsOf(this);
    this.view = new View(main, this, options);
  }

  get classes() {
    return this.list.current?.classes ?? this.list.all[0]?.classes ?? [];
  }

  async open() {
    await this.list.open();
    if (this.signal.aborted) return; // the person has gone on
    this.view.open();
    this.signal.addEventListener("abort", () => this.editing?.leave());
    listen(() => this.#heard(), this.signal);
    follow(this);
    this.progress = watchProgress(this.domain, this.view.side, this.signal);
    every(LOOK_AGAIN_MS, () => this.list.current || this.#more(), this.signal);
    outbox.deliver();
    prepare();
    await this.show();
    const draft = this.list.current && draftOf(this.list.current);
    if (draft && !this.signal.aborted) await this.edit(draft.verdict);
  }

  #heard() {
    const { look, more, edit: editKeys, hidden, labels } = this.actions;
    return [...hidden, ...(this.editing ? editKeys : look), ...labels(), ...more];
  }

  async show() {
    await this.view.show(this.list.current);
    const { all, at } = this.list;
    const near = [...all.slice(at, at + AHEAD), ...all.slice(Math.max(0, at - BEHIND), at)];
    keepOnly(near.map((one) => one.detection_id));
    this.#more();
  }

  async #more() {
    const empty = this.list.current === null;
    await this.list
      .fill()
      .catch((error) => error.status === 401 || notice(`More could not be fetched: ${error.message}.`));
    if (this.signal.aborted || !empty) return;
    this.list.next();
    if (this.list.current) await this.show();
  }

  judge(verdict, more = {}) {
    const detection = this.list.current;
    const said = verdictOn(detection, verdict, { ...this.remark, ...more });
    const body = { review_id: crypto.randomUUID(), ...said };
    const made = {
      detection: detection.detection_id,
      review_id: body.review_id,
      verdict: body.verdict,
      boxes: body.boxes,
      label: body.label,
    };
    this.list.judge(detection, made);
    outbox.send("review", { domain: this.domain, detection: detection.detection_id, body });
    this.remark = { note: "", confidence: 1 };
    this.list.next();
    const next = this.list.current ? described(this.list.current) : "Nothing is left to review.";
    say(`${words(body.verdict)}. ${next}`);
    return this.show();
  }

  skip() {
    this.list.skipped.add(this.list.current.detection_id);
    this.list.next();
    return this.show();
  }

  unskip() {
    this.list.skipped.clear();
    this.list.next();
    return this.show();
  }

  step(by) {
    this.list.move(this.list.at + by);
    return this.show();
  }

  async undo() {
    const last = this.list.unjudge();
    if (!last) return say("There is nothing to undo.");
    const entry = {
      domain: this.domain,
      detection: last.detection,
      body: { review_id: last.review_id, revision: last.revision ?? 0 },
    };
    if (!outbox.takeBack(last.review_id)) outbox.send("undo", entry);
    await this.goTo(last.detection);
    say(`Taken back: ${words(last.verdict)}. ${this.list.current ? described(this.list.current) : ""}`);
  }

  async edit(verdict) {
    this.editing = new Editing(this.view, this.list.current, verdict, this.classes);
    await this.editing.begin(this.list.judged.get(this.list.current.detection_id)?.boxes);
    this.view.showActions();
  }

  sendBoxes() {
    const boxes = this.editing.finished();
    if (boxes === null) return null;
    const { verdict } = this.editing;
    this.#stopEditing();
    return this.judge(verdict, { boxes });
  }

  cancel() {
    this.#stopEditing();
    return this.show();
  }

  #stopEditing() {
    this.editing.end();
    this.editing = null;
  }

  async note() {
    this.remark = (await askNote(this.remark)) ?? this.remark;
    this.view.showRemark();
  }

  help() {
    const { look, more, edit: editKeys, labels } = this.actions;
    return showKeys({ Verdicts: [...look, ...labels()], Boxes: editKeys, More: more });
  }

  async goTo(id) {
    const find = () => this.list.all.findIndex((one) => one.detection_id === id);
    if (find() < 0 && !(await this.list.bring(id).catch(() => false)))
      return this.view.tell("That picture cannot be fetched now.");
    this.list.move(find());
    await this.show();
  }
}
