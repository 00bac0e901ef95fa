// What operators decide about a rollout: the challenger is promoted, or callers get what served before.
import { get, post } from "../api.js";
import { ask, askReason, button } from "../dialogs.js";
import { el, say } from "../dom.js";
import { doing, mayDecide } from "./parts.js";

const TRIES = 3; // a rollout takes its next step in the moment of a decision

export function decisions(model, told, show) {
  if (!mayDecide()) return el("p", { class: "empty" }, "People of the group operators promote and roll back.");
  return el("p", { class: "buttons start" }, promotion(model, told, show), rollback(model, told, show));
}

function promotion(model, told, show) {
  const { name, challenger } = model;
  const promote = el(
    "button",
    {
      type: "button",
      class: "main",
      hidden: !challenger,
      onclick: async () => {
        const sentence = `${challenger.release} serves all callers of ${name} at once; its rollout and its checks end.`;
        const { pressed } = await ask(
          `Promote ${challenger.release}?`,
          [el("p", {}, sentence)],
          [button("Cancel", "", { class: "quiet", autofocus: true }), button("Promote", "yes", { class: "main" })],
        );
        if (pressed !== "yes") return;
        await doing(promote, told, async () => {
          await decide(model, `versions/${challenger.version}/promote`, { is_production: true });
          await show();
          say(`${challenger.release} is promoted.`);
          return `${challenger.release} serves all callers of ${name}.`;
        });
      },
    },
    "Promote the challenger",
  );
  return promote;
}

function rollback(model, told, show) {
  const { challenger, previous } = model;
  const back = el(
    "button",
    {
      type: "button",
      class: "danger",
      hidden: !challenger && !previous,
      onclick: async () => {
        const sentence = challenger
          ? `${challenger.release} gets no callers any more; ${model.champion?.release ?? "nothing"} serves.`
          : `${previous.release} serves again instead of ${model.champion.release}.`;
        const reason = await askReason(
          challenger ? `Undo the release of ${challenger.release}?` : `Return to ${previous.release}?`,
          sentence,
          "Roll back",
        );
        if (reason === null) return;
        await doing(back, told, async () => {
          await decide(model, "rollback", { reason });
          await show();
          return `Rolled back: ${reason}`;
        });
      },
    },
    challenger ? "Undo this release" : "Return to the previous one",
  );
  return back;
}

/** Of what the person saw: a rollout's next step, which raises the revision, changes no decision about it. */
async function decide(model, path, body) {
  const serving = ({ champion, challenger }) => `${champion?.release}, ${challenger?.release}`;
  for (let tries = 1; ; tries += 1) {
    const now = await get(`models/${model.name}`);
    if (serving(now) !== serving(model)) throw new Error(`${model.name} has gone on since you looked; look again`);
    try {
      return await post(`models/${model.name}/${path}`, { ...body, revision: now.revision }, crypto.randomUUID());
    } catch (error) {
      if (error.status !== 409 || tries === TRIES) throw error;
    }
  }
}
