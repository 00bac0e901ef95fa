// What this browser keeps of a person between visits. Every name has the person's in it: two people may share a browser.
import { session } from "./auth.js";

let person = "";

/** Whose; kept while their sign-in is expired, so that nothing that they do meanwhile is lost. */
export function remember() {
  person = session()?.name ?? person;
}

const slot = (name) => `vigil:${person}:${name}`;

export function recall(name, otherwise = null) {
  try {
    return JSON.parse(localStorage.getItem(slot(name))) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** null takes it away. */
export function keep(name, value) {
  if (value === null) localStorage.removeItem(slot(name));
  else localStorage.setItem(slot(name), JSON.stringify(value));
}

/** Names below `prefix`, sorted. */
export function names(prefix) {
  const start = slot(prefix);
  const found = Object.keys(localStorage).filter((one) => one.startsWith(start));
  return found.map((one) => one.slice(slot("").length)).sort();
}
