// The environment's API, as the person who is signed in. One place that fetches.
import * as auth from "./auth.js";

const PATIENCE_MS = 29_000; // API Gateway's own
const listeners = [];

/** `status` 0: nobody answered. `body`: what the API said, {} where it said no JSON. */
export class ApiError extends Error {
  constructor(status, body, sentence) {
    super(sentence ?? body?.error?.message ?? `the API answered ${status}`);
    this.status = status;
    this.body = body ?? {};
  }

  /** Asking again later may help. */
  get passes() {
    return this.status === 0 || this.status === 401 || this.status === 429 || this.status >= 500;
  }
}

/** Called when the API wants a sign-in. */
export function onExpiry(listener) {
  listeners.push(listener);
}

export async function get(path, asked = {}) {
  return (await call(path, asked)).json();
}

export async function picture(path) {
  return (await call(path)).blob();
}

/** `once`: the same for a repeated call that shall count once. */
export async function post(path, body, once = null) {
  const headers = { "Content-Type": "application/json", ...(once && { "Idempotency-Key": once }) };
  return (await call(path, {}, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

async function call(path, asked = {}, options = {}) {
  const session = auth.session();
  if (!session) throw refused(401, {});
  const address = new URL(`api/v1/${path}`, document.baseURI);
  for (const [name, value] of Object.entries(asked)) {
    if (value !== undefined && value !== null && value !== "") address.searchParams.set(name, value);
  }
  const headers = { ...options.headers, Authorization: `Bearer ${session.token}` };
  let answer;
  try {
    answer = await fetch(address, { ...options, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new ApiError(0, {}, "the server does not answer");
  }
  if (!answer.ok) throw refused(answer.status, await answer.json().catch(() => ({})));
  return answer;
}

function refused(status, body) {
  if (status !== 401) return new ApiError(status, body);
  auth.forget();
  listeners.forEach((listener) => listener());
  return new ApiError(status, body, "your sign-in has ended");
}
