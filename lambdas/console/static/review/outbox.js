// Reviews on their way. Each lies in this browser until the server has it; its id makes a second delivery harmless.
// One for all pages: a person may leave the review page while it sends.
import { post } from "../api.js";
import { keep, names, recall } from "../remembered.js";

const PREFIX = "outbox/";
const LONGEST_WAIT_MS = 30_000;

const revisions = new Map(); // detection -> as this browser's last delivery left it
const state = { sending: null, underway: null, wait: 1000, timer: null };
let listener = {};

/** `settled(entry, detection)`; `returned(detection)`; `changed(waiting, error)`. */
export function listen(to) {
  listener = to;
}

/** Oldest first. An entry: {key, kind: "review" | "undo", detection, domain, body}. */
export function waiting() {
  return names(PREFIX)
    .map((key) => recall(key))
    .filter(Boolean);
}

/** What the API refused, by detection: {sentence, current}. It is judged again. */
export const returned = (detection) => recall(`returned/${detection}`);
export const allReturned = () => names("returned/").map((name) => name.slice("returned/".length));

/** Nothing is to be judged again of it. */
export const letGo = (detection) => keep(`returned/${detection}`, null);

export function send(kind, { domain, detection, body }) {
  const key = `${PREFIX}${String(Date.now()).padStart(15, "0")}-${kind}-${body.review_id}`;
  keep(key, { key, kind, detection, domain, body });
  letGo(detection);
  deliver();
}

/** True where the review had not left yet: then nothing needs to be undone. */
export function takeBack(review_id) {
  const found = waiting().find((one) => one.kind === "review" && one.body.review_id === review_id);
  if (!found || found.key === state.underway) return false;
  keep(found.key, null);
  tell(null);
  return true;
}

/** Every caller waits for the same round, which ends when nothing waits or the server takes no more. */
export function deliver() {
  clearTimeout(state.timer);
  state.sending ??= round().finally(() => Object.assign(state, { sending: null, underway: null }));
  return state.sending;
}

addEventListener("online", deliver);

async function round() {
  for (let entry; (entry = waiting()[0]);) {
    tell(null);
    state.underway = entry.key;
    try {
      await deliverOne(entry);
    } catch (error) {
      if (error.passes) return later(error);
      giveBack(entry, error);
    }
    state.wait = 1000;
  }
  tell(null);
}

async function deliverOne(entry) {
  // What this browser sent before has raised the revision since the person looked.
  const revision = revisions.get(entry.detection) ?? entry.body.revision;
  const detection = await post(`detections/${entry.detection}/${entry.kind}`, { ...entry.body, revision });
  revisions.set(entry.detection, detection.revision);
  keep(entry.key, null);
  listener.settled?.(entry, detection);
}

function giveBack(entry, error) {
  const current = error.status === 409 ? error.body.current : null;
  if (current) revisions.set(entry.detection, current.revision);
  // Taking a review back is right whatever others have said since.
  if (entry.kind === "undo" && current && !entry.again) return keep(entry.key, { ...entry, again: true });
  keep(entry.key, null);
  keep(`returned/${entry.detection}`, {
    sentence: error.message,
    kind: entry.kind,
    domain: entry.domain,
    verdict: entry.body.verdict,
    boxes: entry.body.boxes,
  });
  listener.returned?.(entry, current);
}

function later(error) {
  tell(error);
  if (error.status !== 401) state.timer = setTimeout(deliver, state.wait);
  state.wait = Math.min(2 * state.wait, LONGEST_WAIT_MS);
}

function tell(error) {
  listener.changed?.(waiting().length, error);
}
