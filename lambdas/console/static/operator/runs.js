// Runs of a domain, the gate's verdict on each, and a button that starts another.
import { get, post } from "../api.js";
import { askReason } from "../dialogs.js";
import { el, every, figure, time, when } from "../dom.js";
import { badge, card, doing, mayDecide } from "./parts.js";

const EVERY_MS = 10_000;
const STATUS = { running: "busy", succeeded: "good", failed: "bad", timed_out: "bad", aborted: "bad" };
const VERDICT = { approved: "good", pending: "busy", rejected: "bad", dry_run: "" };

export async function runs(main, { domain, signal }) {
  const told = el("p", { class: "told", role: "status" });
  const content = el("div", { class: "pages" });
  const opened = new Set();
  let seen = "";
  async function show() {
    const { runs: found } = await get(`runs/${domain}`);
    const now = JSON.stringify(found);
    if (now === seen) return; // what has the focus keeps it
    seen = now;
    const none = card(
      "No run yet",
      el("p", {}, "A run starts when training data are there, by a schedule, by reviews, or here."),
    );
    content.replaceChildren(...(found.length ? found.map((one) => run(one, opened)) : [none]));
  }
  await show();
  main.replaceChildren(el("h1", {}, `Runs of ${domain}`), retraining(domain, told, show), told, content);
  every(EVERY_MS, () => show().catch(() => null), signal);
}

function retraining(domain, told, show) {
  if (!mayDecide()) return el("p", { class: "empty" }, "People of the group operators start runs.");
  const start = el(
    "button",
    {
      type: "button",
      class: "main",
      onclick: async () => {
        const reason = await askReason(
          `Train ${domain} again?`,
          "A run costs what its training job costs. The gate judges what comes out.",
          "Start the run",
        );
        if (reason === null) return;
        await doing(start, told, async () => {
          const { run: name, status } = await post(`runs/${domain}`, { reason });
          await show();
          return status === "already_started" ? `Run ${name} is under way already.` : `Run ${name} has started.`;
        });
      },
    },
    "Start retraining",
  );
  return el("p", {}, start);
}

function run(one, opened) {
  const lasts = one.ended
    ? `${when(one.started)}, took ${minutes(one.started, one.ended)}`
    : `since ${when(one.started)}`;
  const verdict = one.verdict && badge(`gate: ${one.verdict.status.replaceAll("_", " ")}`, VERDICT[one.verdict.status]);
  const metrics = Object.keys(one.metrics).length > 0;
  const details = el(
    "details",
    { open: opened.has(one.run), ontoggle: () => (details.open ? opened.add(one.run) : opened.delete(one.run)) },
    el("summary", {}, "Metrics"),
    measured(one),
  );
  return el(
    "section",
    { class: "card run" },
    el(
      "h2",
      {},
      one.run,
      " ",
      badge(one.status.replaceAll("_", " "), STATUS[one.status]),
      " ",
      verdict,
      one.dry_run ? badge("dry run") : null,
    ),
    el("p", {}, lasts, one.reason ? ` · ${one.reason}` : ""),
    one.verdict?.version ? el("p", {}, `Version ${one.verdict.version}`) : null,
    one.verdict?.reasons.length
      ? el(
          "ul",
          {},
          one.verdict.reasons.map((reason) => el("li", {}, reason)),
        )
      : null,
    one.fault ? el("p", { class: "told late" }, one.fault) : null,
    metrics ? details : null,
  );
}

function measured({ metrics, champion }) {
  const beside = Object.keys(champion).length > 0;
  const head = el(
    "tr",
    {},
    ["Metric", "This run", ...(beside ? ["Champion then"] : [])].map((text) => el("th", { scope: "col" }, text)),
  );
  const rows = Object.entries(metrics).map(([name, value]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      el("td", {}, figure(value)),
      beside ? el("td", {}, figure(champion[name])) : null,
    ),
  );
  return el("table", { class: "narrow" }, el("thead", {}, head), el("tbody", {}, rows));
}

function minutes(from, to) {
  const seconds = Math.round((new Date(to) - new Date(from)) / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
