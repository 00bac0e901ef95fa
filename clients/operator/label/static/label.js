// Labels frames with single keys. A key press is kept in this browser until the server has it on its disk.
const AHEAD = 6; // frames fetched before they are shown
const BATCH = 500;
const RETRY_MS = 1000;

const element = (id) => document.getElementById(id);
const project = { classes: [], frames: [], labels: new Map(), at: 0, labeller: "", pending: [], sending: null };
const slot = () => `vigil-labels:${project.labeller}`;

await askWho();
const state = await fetchState();
project.classes = state.classes;
project.frames = state.frames;
project.labels = new Map(Object.entries(state.labels));
project.pending = JSON.parse(localStorage.getItem(slot()) ?? "[]");
project.pending.forEach(apply);
project.at = firstUnlabelled();
const actions = [
  ...project.classes.map((name) => ({ key: name[0].toLowerCase(), text: name, run: () => give(name) })),
  { key: "u", text: "undo", run: undo },
  { key: "s", text: "save", run: save },
  { key: "arrowleft", shown: "←", text: "look back", run: () => move(-1) },
  { key: "arrowright", shown: "→", text: "look on", run: () => move(1) },
  { key: "?", text: "these keys", run: () => element("help").showModal() },
];
makeButtons();
document.addEventListener("keydown", pressed);
element("help-button").addEventListener("click", () => element("help").showModal());
element("who").textContent = `labeller: ${project.labeller}`; // from here on, keys are heard
show();
send();

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const action = actions.find((one) => one.key === event.key.toLowerCase());
  if (!action || event.repeat) return;
  event.preventDefault();
  action.run();
}

function give(label) {
  const frame = project.frames[project.at];
  if (frame === undefined) return;
  record(frame, label);
  project.at = nextUnlabelled(project.at);
  show();
}

function undo() {
  const last = [...project.labels.keys()].at(-1);
  if (last === undefined) return tell("There is nothing to undo.");
  record(last, null);
  project.at = project.frames.indexOf(last);
  show();
}

async function save() {
  if (!(await send())) return;
  try {
    const answer = await fetch("api/save", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
    if (!answer.ok) throw new Error(await answer.text());
    const told = await answer.json();
    const pairs = told.agreements.map((p) => `${p.one} and ${p.other} agree on ${p.alike} of ${p.frames}`);
    tell([`Saved: ${told.agreed} frames labelled, ${told.disputed} disputed.`, ...pairs].join(" "));
  } catch {
    tell("The server does not answer; nothing is lost, press S again.", true);
  }
}

function move(by) {
  project.at = Math.min(Math.max(project.at + by, 0), project.frames.length);
  show();
}

function record(frame, label) {
  const entry = { id: crypto.randomUUID(), at: new Date().toISOString(), frame, label };
  apply(entry);
  project.pending.push(entry);
  localStorage.setItem(slot(), JSON.stringify(project.pending));
  send();
}

function apply({ frame, label }) {
  project.labels.delete(frame);
  if (label !== null) project.labels.set(frame, label);
}

// Sends what waits; every caller waits for the same one, which ends when nothing waits or the server does not answer.
function send() {
  project.sending ??= sendAll().finally(() => { project.sending = null; });
  return project.sending;
}

async function sendAll() {
  try {
    while (project.pending.length) {
      const entries = project.pending.slice(0, BATCH);
      const body = JSON.stringify({ labeller: project.labeller, entries });
      const answer = await fetch("api/labels", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      if (!answer.ok) {
        const { error } = await answer.json().catch(() => ({ error: `status ${answer.status}` }));
        throw new Error(error);
      }
      project.pending.splice(0, entries.length);
      localStorage.setItem(slot(), JSON.stringify(project.pending));
    }
    tell(`${project.labels.size} labels saved, ${new Date().toLocaleTimeString()}.`);
    return true;
  } catch (error) {
    tell(waiting(error), true);
    setTimeout(send, RETRY_MS);
    return false;
  }
}

function waiting(error) {
  const why = error instanceof TypeError ? "the server does not answer" : error.message;
  return `${project.pending.length} labels wait in this browser: ${why}.`;
}

function tell(sentence, warns = false) {
  element("saved").textContent = sentence;
  element("saved").classList.toggle("waiting", warns);
}

function show() {
  const frame = project.frames[project.at];
  const label = project.labels.get(frame);
  const finished = frame === undefined;
  element("frame").hidden = finished;
  if (!finished) {
    element("frame").src = address(frame);
    element("frame").alt = `frame ${frame}`;
  }
  element("where").textContent = finished ? "" : `${frame} (${project.at + 1} of ${project.frames.length})`;
  element("label").textContent = finished ? "Every frame is labelled." : (label ?? "");
  element("done").max = project.frames.length;
  element("done").value = project.labels.size;
  element("count").textContent = `${project.labels.size} of ${project.frames.length} labelled`;
  document.querySelectorAll("nav button").forEach((one) => one.classList.toggle("given", one.dataset.label === label));
  project.frames.slice(project.at + 1, project.at + 1 + AHEAD).forEach((one) => { new Image().src = address(one); });
}

function address(frame) {
  return `frames/${frame.split("/").map(encodeURIComponent).join("/")}`;
}

function firstUnlabelled() {
  return nextUnlabelled(-1);
}

// The next frame without a label, from the start again after the last; the end where all have one.
function nextUnlabelled(from) {
  const order = [...project.frames.keys()].map((n) => (from + 1 + n) % project.frames.length);
  return order.find((n) => !project.labels.has(project.frames[n])) ?? project.frames.length;
}

function makeButtons() {
  for (const action of actions) {
    const shown = action.shown ?? action.key.toUpperCase();
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { textContent: shown }));
    element("help-keys").append(term, Object.assign(document.createElement("dd"), { textContent: action.text }));
    if (action.shown || action.key === "?") continue;
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.dataset.label = action.text;
    button.append(Object.assign(document.createElement("kbd"), { textContent: shown }), action.text);
    button.addEventListener("click", () => { action.run(); button.blur(); });
    element("keys").append(button);
  }
}

async function askWho() {
  project.labeller = new URLSearchParams(location.search).get("labeller") ?? localStorage.getItem("vigil-labeller") ?? "";
  if (!project.labeller) {
    element("name").showModal();
    await new Promise((done) => element("name-form").addEventListener("submit", done, { once: true }));
    project.labeller = element("name-input").value.trim();
  }
  localStorage.setItem("vigil-labeller", project.labeller);
}

async function fetchState() {
  for (;;) {
    try {
      const answer = await fetch(`api/state?labeller=${encodeURIComponent(project.labeller)}`);
      if (answer.ok) return await answer.json();
      tell((await answer.json()).error, true);
    } catch {
      tell("The server does not answer; waiting for it.", true);
    }
    await new Promise((done) => setTimeout(done, RETRY_MS));
  }
}
