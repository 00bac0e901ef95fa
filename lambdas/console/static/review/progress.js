// What the reviews have come to: counts, agreement, and what starts the next training.
import { get } from "../api.js";
import { count, el, percent } from "../dom.js";
import { words } from "./verdicts.js";

const EVERY_MS = 30_000;
const SOON_MS = 1500; // after a review: several in a row are one question

export function watchProgress(domain, side) {
  let timer = null;
  let ended = false;
  async function look() {
    clearTimeout(timer);
    try {
      show(side, await get(`reviews/${domain}`));
    } catch (error) {
      if (!side.childElementCount) side.replaceChildren(el("p", {}, `Progress is not known: ${error.message}.`));
    }
    if (!ended) timer = setTimeout(look, EVERY_MS);
  }
  look();
  return {
    soon() {
      clearTimeout(timer);
      if (!ended) timer = setTimeout(look, SOON_MS);
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}

function show(side, told) {
  side.replaceChildren(el("h2", {}, "Progress"), el("pre", {}, JSON.stringify(told, null, 1)));
}
