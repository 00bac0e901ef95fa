// Detections in the order in which they are shown: those behind, the one that is looked at, those ahead.
import { get } from "../api.js";
import { keep, recall } from "../remembered.js";
import { allReturned, letGo, returned, waiting } from "./outbox.js";

const PAGE = 30;
const FEW = 12; // fewer ahead than this: more are fetched
const REST_MS = 10_000;
const TRAIL = 50; // reviews that can be undone after a reload

export class List {
  /** `asked`: {domain, order, status, camera} of GET detections. */
  constructor(asked) {
    Object.assign(this, { asked, all: [], at: 0, after: undefined, ends: null, filling: null });
    this.judged = new Map(); // detection -> {review_id, verdict}, as this browser knows
    this.skipped = new Set();
  }

  get current() {
    return this.all[this.at] ?? null;
  }

  get ahead() {
    return this.all.slice(this.at);
  }

  /** Where the person was comes first, then what came back, then the queue. */
  async open() {
    for (const one of this.trail) this.judged.set(one.detection, one);
    const first = [...allReturned().filter((id) => returned(id)?.domain === this.asked.domain), recall(this.#here)];
    for (const id of new Set(first.filter(Boolean))) await this.bring(id);
    await this.fill();
    this.move(0);
  }

  /** Fetches one detection into its place, or to where the person is. True where it is there. */
  async bring(id) {
    try {
      return this.put(await get(`detections/${id}`));
    } catch (error) {
      if (error.status !== 404) throw error;
      letGo(id); // its retention is over
      return false;
    }
  }

  put(detection) {
    if (detection.domain !== this.asked.domain) return false;
    const at = this.all.findIndex((one) => one.detection_id === detection.detection_id);
    if (at >= 0) this.all[at] = detection;
    else this.all.splice(this.at, 0, detection);
    return true;
  }

  /** Behind the one that is looked at; at the end, there. */
  putNext(detection) {
    const at = this.all.findIndex((one) => one.detection_id === detection.detection_id);
    if (at >= 0) this.all.splice(at, 1);
    if (at >= 0 && at < this.at) this.at -= 1;
    this.all.splice(this.at + (this.current ? 1 : 0), 0, detection);
  }

  /** More from the server where few are ahead. */
  fill() {
    const { ends, filling } = this;
    const rests = ends && Date.now() - ends < REST_MS; // every page is read; new ones may come
    if (this.#open < FEW && !rests)
      this.filling =
        filling ??
        this.#fetch().finally(() => {
          this.filling = null;
        });
    return this.filling ?? Promise.resolve();
  }

  get #open() {
    return this.ahead.filter((one) => this.isOpen(one)).length;
  }

  async #fetch() {
    // A page may be short, or empty, and not the last.
    do {
      const { detections, next } = await get("detections", { ...this.asked, limit: PAGE, after: this.after });
      const known = new Set([...this.all.map((one) => one.detection_id), ...waiting().map((one) => one.detection)]);
      this.all.push(...detections.filter((one) => !known.has(one.detection_id)));
      this.after = next ?? undefined;
    } while (this.after && this.#open < FEW);
    this.ends = this.after ? null : Date.now();
  }

  isOpen({ detection_id }) {
    return !this.judged.has(detection_id) && !this.skipped.has(detection_id);
  }

  /** Goes to the next one that waits for a verdict; past the end where none does. */
  next() {
    const later = this.all.findIndex((one, index) => index > this.at && this.isOpen(one));
    const any = later >= 0 ? later : this.all.findIndex((one) => this.isOpen(one));
    this.move(any >= 0 ? any : this.all.length);
  }

  move(at) {
    this.at = Math.max(0, Math.min(at, this.all.length));
    keep(this.#here, this.current?.detection_id ?? null);
  }

  judge(detection, review) {
    this.judged.set(detection.detection_id, review);
    this.trail = [...this.trail.filter((one) => one.detection !== detection.detection_id), review].slice(-TRAIL);
  }

  /** The last verdict, taken back; null where there is none. */
  unjudge() {
    const last = this.trail.at(-1) ?? null;
    if (last) this.forget(last.detection);
    return last;
  }

  forget(id) {
    this.judged.delete(id);
    this.trail = this.trail.filter((one) => one.detection !== id);
  }

  /** The revision that a delivery left, for an undo after a reload. */
  note({ kind, detection, body }, revision) {
    if (kind !== "review") return;
    this.trail = this.trail.map((one) =>
      one.detection === detection && one.review_id === body.review_id ? { ...one, revision } : one,
    );
  }

  get trail() {
    return recall(`trail/${this.asked.domain}`, []);
  }

  set trail(reviews) {
    keep(`trail/${this.asked.domain}`, reviews);
  }

  get #here() {
    return `here/${this.asked.domain}`;
  }
}
