// Single keys and the buttons that do the same. A person may turn single keys off (WCAG 2.1.4).
import { ask, button } from "../dialogs.js";
import { el } from "../dom.js";
import { keep, recall } from "../remembered.js";

/**
 * An action: {key, also, shown, text, run, when, style}. `also`: another key. `when()`: whether it can be done now.
 * Until `signal` aborts.
 */
export function listen(actions, signal) {
  const pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key !== "?" && !recall("keys", true)) return;
    // A button that has the focus is pressed by Enter and the space bar, as everywhere.
    if (event.key === "Enter" && event.target.closest("button, a")) return;
    const key = event.key.toLowerCase();
    const action = actions().find((one) => (one.key === key || one.also === key) && one.when());
    if (!action || (event.repeat && !action.repeats)) return;
    event.preventDefault();
    action.run(event);
  };
  document.addEventListener("keydown", pressed, { signal });
}

export function buttonOf(action) {
  return el(
    "button",
    {
      type: "button",
      class: `action ${action.style ?? ""}`,
      disabled: !action.when(),
      onclick: (event) => action.when() && action.run(event),
      data: { action: action.text },
    },
    el("kbd", { "aria-hidden": "true" }, shown(action)),
    action.text,
  );
}

const NAMES = {
  arrowleft: "←",
  arrowright: "→",
  arrowup: "↑",
  arrowdown: "↓",
  enter: "Enter",
  escape: "Esc",
  delete: "Del",
};
const shown = (action) => action.shown ?? NAMES[action.key] ?? action.key.toUpperCase();

export async function showKeys(groups) {
  const lists = Object.entries(groups).map(([title, actions]) =>
    el(
      "section",
      {},
      el("h3", {}, title),
      el(
        "dl",
        {},
        actions.map((one) => [el("dt", {}, el("kbd", {}, shown(one))), el("dd", {}, one.help ?? one.text)]),
      ),
    ),
  );
  const single = el("input", {
    type: "checkbox",
    checked: recall("keys", true),
    onchange: () => keep("keys", single.checked),
  });
  const choice = el("label", { class: "choice" }, single, " Single keys do this (? always opens this list)");
  await ask("Keys", [el("div", { class: "keys" }, ...lists), choice], [button("Close", "", { autofocus: true })]);
}
