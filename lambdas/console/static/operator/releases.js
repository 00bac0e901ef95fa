// Releases of every domain: what serves, what was registered, and what happened.
import { get } from "../api.js";
import { el, every, time } from "../dom.js";
import { address } from "../router.js";
import { badge, card, table } from "./parts.js";
import { decisions } from "./rollout_decisions.js";
import { versions } from "./versions.js";

const EVERY_MS = 10_000;

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

function past(model) {
  const rows = [...model.history]
    .reverse()
    .map((one) => [time(one.at), one.release, one.event.replaceAll("_", " "), one.detail]);
  return card("History", table(`history of ${model.name}`, ["When", "Release", "What", "Detail"], rows));
}
