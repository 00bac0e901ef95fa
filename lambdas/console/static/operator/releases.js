// Releases of every domain, and the decisions that people take about them.
import { get, post } from "../api.js";
import { ask, askReason, button } from "../dialogs.js";
import { el, every, say, time } from "../dom.js";
import { address } from "../router.js";
import { badge, card, doing, mayDecide, table } from "./parts.js";
import { versions } from "./versions.js";

const EVERY_MS = 10_000;
const TRIES = 3; // a rollout takes its next step in the moment of a decision

export async function releases(main, { domain, signal }) {
  const told = el("p", { class: "told", role: "status" });
  const content = el("div", { class: "pages" });
  let seen = "";
  async function show() {
    const [all, model] = await Promise.all([get("models"), get(`models/${domain}`)]);
    const now = JSON.stringify([all, model]);
    if (now === seen) return; // what has the focus keeps it
    seen = now;
    content.replaceChildren(
      overview(all.models, domain),
      serving(model, told, show),
      card("Versions", versions(model, told, show)),
      past(model),
    );
  }
  await show();
  main.replaceChildren(el("h1", {}, `Releases of ${domain}`), told, content);
  every(EVERY_MS, () => document.querySelector("dialog[open]") || show().catch(() => null), signal);
}

function overview(models, domain) {
  const rows = models.map((one) => [
    el("a", { href: address("releases", one.name), "aria-current": one.name === domain ? "true" : null }, one.name),
    one.champion?.release,
    one.challenger ? `${one.challenger.release} at ${one.percentage} %` : "–",
    status(one.status),
  ]);
  return card(
    "All domains",
    table("champion and challenger of every domain", ["Domain", "Champion", "Challenger", "Now"], rows),
  );
}

const STATUS = { idle: ["steady", "good"], preparing: ["preparing", "busy"], rolling_out: ["rolling out", "busy"] };
const status = (name) => badge(...(STATUS[name] ?? [name]));

function serving(model, told, show) {
  const { champion, challenger, previous, percentage } = model;
  const line = (name, one, share) =>
    el(
      "div",
      { class: "release" },
      el("h3", {}, name),
      one
        ? el(
            "p",
            {},
            el("strong", {}, one.release),
            ` · version ${one.version} · since `,
            time(one.since),
            share === null ? "" : ` · ${share} % of callers`,
          )
        : el("p", { class: "empty" }, "none"),
    );
  const bar =
    challenger &&
    el("progress", { max: 100, value: percentage, "aria-label": `${percentage} % of callers meet the challenger` });
  const alarms = model.alarms.length
    ? el("p", { class: "told late" }, `The last release was rolled back: ${model.alarms.join("; ")}`)
    : null;
  return card(
    "Serving now",
    line("Champion", champion, challenger ? 100 - percentage : 100),
    line("Challenger", challenger, challenger ? percentage : null),
    bar,
    line("Previous", previous, null),
    alarms,
    model.waiting.length ? el("p", {}, `Approved and waiting: version ${model.waiting.join(", ")}`) : null,
    decisions(model, told, show),
  );
}

function decisions(model, told, show) {
  if (!mayDecide()) return el("p", { class: "empty" }, "People of the group operators promote and roll back.");
  const { name, challenger, previous } = model;
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
  return el("p", { class: "buttons start" }, promote, back);
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

function past(model) {
  const rows = [...model.history]
    .reverse()
    .map((one) => [time(one.at), one.release, one.event.replaceAll("_", " "), one.detail]);
  return card("History", table(`history of ${model.name}`, ["When", "Release", "What", "Detail"], rows));
}
