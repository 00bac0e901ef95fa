// Makes elements and says things. Texts become text nodes: nothing that the API answers is read as HTML.

/** `props`: properties, `class`, `data`, attributes with a dash, and listeners as `onclick`. */
export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name === "class") made.className = value;
    else if (name === "data") Object.assign(made.dataset, value);
    else if (name.includes("-") || name === "role" || name === "for") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Does `work` every `ms` until `signal` aborts. */
export function every(ms, work, signal) {
  if (signal.aborted) return;
  const timer = setInterval(work, ms);
  signal.addEventListener("abort", () => clearInterval(timer));
}

/** For people who listen rather than look. */
export function say(sentence) {
  byId("said").textContent = sentence;
}

/** For everybody, until it is said otherwise; null takes it away. */
export function notice(sentence) {
  byId("notice").textContent = sentence ?? "";
  byId("notice").hidden = !sentence;
}

export const count = (number, noun, plural = `${noun}s`) => `${number} ${number === 1 ? noun : plural}`;

export function when(text) {
  return new Date(text).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

export function time(text) {
  return text ? el("time", { dateTime: text, title: text }, when(text)) : "–";
}

export const figure = (value, digits = 3) =>
  typeof value === "number" ? String(Number(value.toFixed(digits))) : String(value ?? "–");

export const percent = (share) => (typeof share === "number" ? `${Math.round(100 * share)} %` : "–");
