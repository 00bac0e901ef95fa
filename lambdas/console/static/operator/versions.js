// A model's registered versions, with the gate's evidence, and their approval.
import { get, post } from "../api.js";
import { ask, button } from "../dialogs.js";
import { el, time } from "../dom.js";
import { badge, doing, mayDecide, table } from "./parts.js";

const KINDS = { approved: "good", rejected: "bad", pending: "busy" };

export function versions(model, told, show) {
  const rows = model.versions.map((one) => [
    `Version ${one.version}`,
    badge(one.approval, KINDS[one.approval]),
    time(one.registered),
    evidence(model.name, one.version),
    mayDecide() ? decide(model, one, told, show) : "",
  ]);
  return table(`versions of ${model.name}`, ["Version", "Approval", "Registered", "Evidence", "Decision"], rows);
}

function decide(model, { version, approval }, told, show) {
  const give = (status, text, kind) => {
    const pressed = el(
      "button",
      {
        type: "button",
        class: kind,
        onclick: async () => {
          const sentence =
            status === "approved"
              ? `The release of version ${version} of ${model.name} starts by itself.`
              : `Version ${version} of ${model.name} is not released.`;
          const answer = await ask(
            `${text} version ${version}?`,
            [el("p", {}, sentence)],
            [button("Cancel", "", { class: "quiet", autofocus: true }), button(text, "yes", { class: "main" })],
          );
          if (answer.pressed !== "yes") return;
          await doing(pressed, told, async () => {
            await post(`models/${model.name}/versions/${version}/promote`, { status }, crypto.randomUUID());
            await show();
            return `Version ${version} is ${status}.`;
          });
        },
      },
      text,
    );
    return pressed;
  };
  if (approval === "pending")
    return el("span", { class: "both" }, give("approved", "Approve", "main"), give("rejected", "Reject", "danger"));
  return approval === "rejected" ? give("approved", "Approve", "quiet") : "";
}

/** Fetched when it is opened. */
function evidence(name, version) {
  const shown = el("div", {}, "One moment …");
  const details = el(
    "details",
    {
      ontoggle: async () => {
        if (!details.open || shown.dataset.there) return;
        try {
          const one = await get(`models/${name}/versions/${version}`);
          shown.dataset.there = "yes";
          const pairs = Object.entries(one.evidence).filter(([key]) => !key.includes("sha256"));
          shown.replaceChildren(
            el("p", {}, one.reasons || "No reasons were given."),
            el(
              "dl",
              {},
              pairs.map(([key, value]) => [el("dt", {}, key), el("dd", {}, value)]),
            ),
          );
        } catch (error) {
          shown.textContent = error.message;
        }
      },
    },
    el("summary", {}, "Reasons and metrics"),
    shown,
  );
  return details;
}
