// How far what comes in now is from what the champion was trained on: the newest reports, feature by feature.
import { get } from "../api.js";
import { count, el, figure, percent, time, when } from "../dom.js";
import { barChart } from "./chart.js";
import { badge, card, table } from "./parts.js";

const STATUS = { stable: ["stable", "good"], drifted: ["drifted", "bad"], too_few: ["too few captures", "busy"] };

export async function drift(main, { domain }) {
  const { reports } = await get(`drift/${domain}`);
  const title = el("h1", {}, `Drift of ${domain}`);
  if (!reports.length) {
    main.replaceChildren(
      title,
      card("No report yet", el("p", {}, "The drift monitor writes one each time it has looked at captures.")),
    );
    return;
  }
  const [newest] = reports;
  main.replaceChildren(
    title,
    el("div", { class: "pages" }, summary(newest), shifts(newest, reports), labels(newest), past(reports)),
  );
}

function summary(report) {
  const window = el(
    "p",
    {},
    `${report.release}, `,
    time(report.since),
    " to ",
    time(report.at),
    `: ${count(report.captures, "capture")} of ${report.needed} needed, against ${count(report.baseline_items, "item")} of the baseline.`,
  );
  const less = report.complete
    ? null
    : el("p", { class: "told late" }, "There were more captures than are read at once.");
  return card("Newest report", el("p", {}, badge(...STATUS[report.status]), ` ${report.why}`), window, less);
}

function shifts(newest, reports) {
  const drawn = newest.shifts.map((shift) =>
    el(
      "li",
      { class: shift.drifted ? "drifted" : "" },
      el("h3", {}, shift.name, " ", shift.drifted ? badge("drifted", "bad") : null),
      el("p", {}, `${shift.kind}, PSI ${figure(shift.psi)}, bound ${figure(shift.limit)}`),
      overTime(shift, reports),
      distribution(shift),
    ),
  );
  return card(
    "Features and scores",
    drawn.length ? el("ul", { class: "shifts" }, drawn) : el("p", { class: "empty" }, "Nothing was compared."),
  );
}

/** PSI of each report, oldest first, with the bound of now. */
function overTime(shift, reports) {
  const past = [...reports].reverse().flatMap((report) => {
    const one = report.shifts.find((other) => other.name === shift.name);
    return one && one.psi !== null ? [{ ...one, at: report.at }] : [];
  });
  const bars = past.map((one) => ({
    values: [one.psi],
    kinds: [one.drifted ? "beyond" : "within"],
    title: `${when(one.at)}: ${figure(one.psi)}`,
  }));
  const sentence = `PSI of ${shift.name} in ${count(past.length, "report")}: ${past.map((one) => figure(one.psi)).join(", ")}`;
  return el(
    "figure",
    {},
    barChart(bars, sentence, shift.limit),
    el("figcaption", {}, "PSI, report by report; the line is the bound"),
  );
}

function distribution(shift) {
  const bars = shift.expected.map((share, bin) => ({
    values: [share, shift.actual[bin] ?? 0],
    kinds: ["baseline", "window"],
    title: `${bounds(shift.edges, bin)}: baseline ${percent(share)}, window ${percent(shift.actual[bin] ?? 0)}`,
  }));
  const sentence = `Distribution of ${shift.name}: ${bars.map((bar) => bar.title).join("; ")}`;
  return el(
    "figure",
    {},
    barChart(bars, sentence),
    el(
      "figcaption",
      {},
      el("span", { class: "key baseline" }),
      " baseline ",
      el("span", { class: "key window" }),
      " window",
    ),
  );
}

function bounds(edges, bin) {
  if (!edges.length) return "all";
  if (bin === 0) return `below ${figure(edges[0])}`;
  return bin < edges.length ? `${figure(edges[bin - 1])} to ${figure(edges[bin])}` : `from ${figure(edges.at(-1))}`;
}

function labels(report) {
  const rows = Object.entries(report.labels).map(([label, [before, now]]) => [label, percent(before), percent(now)]);
  return card(
    "Answers",
    table("share of each answer", ["Answer", "Baseline", "Window"], rows, "No label was captured."),
  );
}

function past(reports) {
  const rows = reports.map((one) => [
    time(one.at),
    badge(...STATUS[one.status]),
    String(one.captures),
    one.release,
    one.why,
  ]);
  return card("Reports", table("newest drift reports", ["When", "Status", "Captures", "Release", "Why"], rows));
}
