// Starts the console: signs in, then shows the page that the hash names.
import { get, onExpiry } from "./api.js";
import * as auth from "./auth.js";
import { askToSignIn } from "./dialogs.js";
import { byId, el, notice } from "./dom.js";
import { data } from "./operator/data.js";
import { drift } from "./operator/drift.js";
import { health } from "./operator/health.js";
import { releases } from "./operator/releases.js";
import { runs } from "./operator/runs.js";
import { keep, recall, remember } from "./remembered.js";
import { review } from "./review/page.js";
import { address, go, route } from "./router.js";

/** Each: async (main, {domain, domains, options, signal}). It stops what it does by itself when `signal` aborts. */
const PAGES = { review, data, runs, releases, drift, health };
const TITLES = { review: "Review", data: "Data", runs: "Runs", releases: "Releases", drift: "Drift", health: "Health" };
const WITHOUT_DOMAIN = new Set(["health"]);

let domains = [];
let shown = new AbortController(); // aborted when the page is left, opened or not

async function start() {
  await auth.configure();
  await auth.finishRedirect();
  if (!auth.session()) return welcome();
  remember();
  onExpiry(askToSignIn);
  byId("who").textContent = auth.session().name;
  byId("sign-out").hidden = false;
  byId("sign-out").onclick = auth.signOut;
  byId("domain").onchange = () => go(route().page, byId("domain").value);
  domains = await everyDomain();
  if (!recall("domain")) keep("domain", await mostToReview());
  addEventListener("hashchange", show); // what was asked for meanwhile stands in the hash, and is shown now, once
  await show();
}

async function show() {
  const { page, domain, options } = route();
  if (!(page in PAGES)) return go("review", recall("domain") ?? "");
  const about = domains.includes(domain)
    ? domain
    : (domains.find((one) => one === recall("domain")) ?? domains[0] ?? "");
  if (about !== domain && !WITHOUT_DOMAIN.has(page) && about) return go(page, about, options);
  if (about && !WITHOUT_DOMAIN.has(page)) keep("domain", about);
  shown.abort();
  shown = new AbortController();
  const { signal } = shown;
  showWhere(page, about);
  // An element of its own: a page that was left before it was there writes where nobody looks.
  const main = el("main", { id: "main", class: page, tabIndex: -1 }, el("p", { class: "loading" }, "One moment …"));
  byId("main").replaceWith(main);
  try {
    if (!about) throw new Error("No domain is deployed yet.");
    await PAGES[page](main, { domain: about, domains, options, signal });
  } catch (error) {
    main.replaceChildren(failure(error));
  }
}

function showWhere(page, domain) {
  document.title = `${TITLES[page]}${WITHOUT_DOMAIN.has(page) ? "" : ` ${domain}`} · Vigil`;
  byId("pages").replaceChildren(
    ...Object.entries(TITLES).map(([name, title]) =>
      el(
        "a",
        { href: address(name, WITHOUT_DOMAIN.has(name) ? "" : domain), "aria-current": name === page ? "page" : null },
        title,
      ),
    ),
  );
  byId("domain-label").hidden = WITHOUT_DOMAIN.has(page) || !domains.length;
  byId("domain").replaceChildren(...domains.map((one) => el("option", { value: one, selected: one === domain }, one)));
  notice(null);
}

// Those with a model, and those that are deployed; either may be known alone.
async function everyDomain() {
  const [models, health] = await Promise.allSettled([get("models"), get("health")]);
  if (models.status === "rejected" && health.status === "rejected") throw models.reason;
  const found = [...(models.value?.models ?? []), ...(health.value?.domains ?? [])];
  return [...new Set(found.map((one) => one.name))].sort();
}

/** Where a person begins who has not been here: null where nothing waits for a review. */
async function mostToReview() {
  const told = await Promise.all(domains.map((name) => get(`reviews/${name}`).catch(() => ({ open: 0 }))));
  const most = Math.max(...told.map((one) => one.open));
  return most > 0 ? domains[told.findIndex((one) => one.open === most)] : null;
}

function failure(error) {
  const again = el("button", { type: "button", onclick: show }, "Try again");
  return el(
    "section",
    { class: "card failed", role: "alert" },
    el("h1", {}, "This did not work"),
    el("p", {}, error.message),
    again,
  );
}

function welcome() {
  const button = el("button", { type: "button", class: "main", onclick: auth.leaveForSignIn }, "Sign in");
  byId("main").replaceChildren(
    el(
      "section",
      { class: "card welcome" },
      el("h1", {}, "Vigil"),
      el("p", {}, "Review detections, release models, watch them."),
      button,
    ),
  );
  button.focus();
}

start().catch((error) => byId("main").replaceChildren(failure(error)));
