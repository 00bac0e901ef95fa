// What the reviews have come to: counts, agreement, and what starts the next training.
import { get } from "../api.js";
import { count, el, percent, time } from "../dom.js";
import { words } from "./verdicts.js";

const EVERY_MS = 30_000;
const SOON_MS = 1500; // after a review: several in a row are one question

export function watchProgress(domain, side, signal) {
  let timer = null;
  let asked = false; // to look soon
  async function look() {
    clearTimeout(timer);
    asked = false;
    try {
      side.replaceChildren(el("h2", {}, "Progress"), ...parts(await get(`reviews/${domain}`)));
    } catch (error) {
      if (!side.childElementCount) side.replaceChildren(el("p", {}, `Progress is not known: ${error.message}.`));
    }
    if (!signal.aborted && !asked) timer = setTimeout(look, EVERY_MS);
  }
  look();
  signal.addEventListener("abort", () => clearTimeout(timer));
  return {
    soon() {
      if (signal.aborted || asked) return;
      asked = true;
      clearTimeout(timer);
      timer = setTimeout(look, SOON_MS);
    },
  };
}

function parts(told) {
  const { open, reviewed, disputed, counted_all } = told;
  const all = open + reviewed + disputed;
  return [
    el("progress", { max: Math.max(all, 1), value: reviewed, "aria-label": `${reviewed} of ${all} are reviewed` }),
    pairs({ Reviewed: `${reviewed} of ${all}${counted_all ? "" : "+"}`, Disputed: disputed || null }),
    el("h3", {}, "Verdicts"),
    pairs(verdictsOf(told)),
    agreement(told),
    next(told),
  ];
}

/** Frames are labelled where a domain has some. */
function verdictsOf({ verdicts: { labelled, ...others } }) {
  const shown = { ...others, labelled: labelled || null };
  return Object.fromEntries(Object.entries(shown).map(([verdict, number]) => [words(verdict), number]));
}

function pairs(values) {
  const shown = Object.entries(values).filter(([, value]) => value !== null);
  return el(
    "dl",
    {},
    shown.map(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value))]),
  );
}

function agreement({ agreement: { pairs: compared, share }, reviewers }) {
  const who = reviewers.map((one) => `${one.name} ${one.reviews}`).join(", ");
  const sentence = compared
    ? `Two people saw the same in ${percent(share)} of ${count(compared, "comparison")}.`
    : null;
  return el("p", { class: "quiet" }, [who && `By ${who}.`, sentence].filter(Boolean).join(" "));
}

/** What has been taught since the last run, and what starts the next one. */
function next({ new: fresh, taught, rule, missing, waiting, last_run }) {
  const sentences = [
    `${count(taught.taught, "picture")} of reviews in the training data, ${fresh.taught} since the last run.`,
  ];
  if (waiting) sentences.push(`A run is due: ${waiting}.`);
  else if (rule) sentences.push(`${count(missing, "more review")} start the next one.`);
  if (rule?.false_positive_share)
    sentences.push(`Sooner where ${percent(rule.false_positive_share)} of them are false positives.`);
  const bar =
    rule &&
    el("progress", {
      max: rule.new_reviews,
      value: rule.new_reviews - missing,
      "aria-label": "until the next training",
    });
  const last = last_run && el("p", {}, `Last: ${last_run.reason} (${last_run.by}), `, time(last_run.at));
  return el("div", {}, el("h3", {}, "Next training"), bar, el("p", {}, sentences.join(" ")), last);
}
