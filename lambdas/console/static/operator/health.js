// Every domain at a glance: what serves, what is rolled out, and the alarms, those that went off first.
import { get } from "../api.js";
import { count, el, every, time } from "../dom.js";
import { address } from "../router.js";
import { badge, card, table } from "./parts.js";

const EVERY_MS = 30_000;
const STATES = { OK: ["ok", "good"], ALARM: ["alarm", "bad"], INSUFFICIENT_DATA: ["no data", ""] };

export async function health(main, { signal }) {
  const content = el("div", { class: "pages" });
  const asOf = el("p", { class: "empty" });
  const opened = new Set();
  async function show() {
    const found = await get("health");
    asOf.replaceChildren("As of ", time(new Date().toISOString()));
    const shared = found.alarms.length ? [{ name: "What domains share", alarms: found.alarms }] : [];
    content.replaceChildren(summary(found), ...[...found.domains, ...shared].map((one) => about(one, opened)));
  }
  await show();
  main.replaceChildren(el("h1", {}, "Health"), asOf, content);
  const again = () =>
    show().catch((error) => {
      asOf.textContent = `Not known now: ${error.message}.`;
    });
  every(EVERY_MS, again, signal);
}

const ringing = (alarms) => alarms.filter((one) => one.state === "ALARM");

function summary({ domains, alarms }) {
  const all = [...alarms, ...domains.flatMap((one) => one.alarms)];
  const bad = ringing(all).length;
  const sentence = bad
    ? `${count(bad, "alarm")} of ${all.length} went off.`
    : `None of ${count(all.length, "alarm")} went off.`;
  return el("p", { class: `summary card ${bad ? "bad" : "good"}`, role: "status" }, sentence);
}

function about(domain, opened) {
  const bad = ringing(domain.alarms).length;
  const name = domain.status ? el("a", { href: address("releases", domain.name) }, domain.name) : domain.name;
  const details = el(
    "details",
    {
      open: bad > 0 || opened.has(domain.name),
      ontoggle: () => (details.open ? opened.add(domain.name) : opened.delete(domain.name)),
    },
    el("summary", {}, count(domain.alarms.length, "alarm")),
    alarms(domain),
  );
  return el(
    "section",
    { class: "card" },
    el("h2", {}, name, " ", bad ? badge(count(bad, "alarm"), "bad") : badge("quiet", "good")),
    domain.status ? serving(domain) : null,
    details,
  );
}

function serving({ champion, challenger, percentage, status, rolled_back }) {
  const parts = [champion ? `champion ${champion.release}` : "no champion"];
  if (challenger) parts.push(`challenger ${challenger.release} at ${percentage} %`);
  if (status !== "idle") parts.push(status.replaceAll("_", " "));
  if (rolled_back.length) parts.push(`last release rolled back: ${rolled_back.join("; ")}`);
  return el("p", {}, parts.join(" · "));
}

function alarms({ name, alarms: found }) {
  const rows = found.map((one) => [
    one.name,
    badge(...(STATES[one.state] ?? [one.state])),
    time(one.since),
    one.meaning || one.reason,
  ]);
  return table(`alarms of ${name}`, ["Alarm", "State", "Since", "Meaning"], rows);
}
