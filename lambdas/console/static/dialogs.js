// Questions that a page asks. Each is a <dialog>, which keeps the focus and gives it back.
import { leaveForSignIn } from "./auth.js";
import { el } from "./dom.js";

/** Shows it and answers how it was closed: its button's `value`; "" by Escape. `give`: what to read before it goes. */
export function ask(title, content, buttons, give = () => null) {
  const dialog = el(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    el(
      "form",
      { method: "dialog" },
      el("h2", { id: "dialog-title" }, title),
      ...content,
      el("p", { class: "buttons" }, ...buttons),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      const answer = { pressed: dialog.returnValue, given: give() };
      dialog.remove();
      done(answer);
    });
  });
}

export const button = (text, value, props = {}) => el("button", { value, ...props }, text);

/** The reason that a person gives, or null where they think better of it. */
export async function askReason(title, sentence, action) {
  const reason = el("textarea", { id: "reason", required: true, maxLength: 500, rows: 3, autofocus: true });
  const { pressed, given } = await ask(
    title,
    [el("p", {}, sentence), el("label", { for: "reason" }, "Reason"), reason],
    [button("Cancel", "", { formNoValidate: true, class: "quiet" }), button(action, "yes", { class: "main" })],
    () => reason.value.trim(),
  );
  return pressed === "yes" && given ? given : null;
}

let asking = false;

/** What is on the page stays: what waits is in this browser, and a person says when they leave. */
export async function askToSignIn() {
  if (asking) return;
  asking = true;
  const told = el("p", {}, "Your sign-in has ended. What you have reviewed and drawn is kept in this browser.");
  const { pressed } = await ask(
    "Sign in again",
    [told],
    [button("Later", "", { class: "quiet" }), button("Sign in", "yes", { class: "main", autofocus: true })],
  );
  asking = false;
  if (pressed === "yes") leaveForSignIn();
}
