// Who is signed in: OAuth's authorization code with PKCE, at the user pool's own page.
// Tokens live in this tab's sessionStorage and go nowhere but to the API.
import { challenge, randomText } from "./pkce.js";

const SESSION = "vigil-session";
const REDIRECT = "vigil-redirect";
const EARLY_S = 30; // a token that ends within this is as good as ended

let config = null;

export async function configure() {
  const answer = await fetch(new URL("config.json", document.baseURI));
  if (!answer.ok) throw new Error(`config.json: status ${answer.status}`);
  config = await answer.json();
}

/** {token, name, groups, ends} or null. `ends` in seconds since 1970. */
export function session() {
  const kept = JSON.parse(sessionStorage.getItem(SESSION) ?? "null");
  return kept && kept.ends - EARLY_S > Date.now() / 1000 ? kept : null;
}

export function forget() {
  sessionStorage.removeItem(SESSION);
}

/** After the user pool's page has sent the browser back; true where it has. */
export async function finishRedirect() {
  const told = new URLSearchParams(location.search);
  const begun = JSON.parse(sessionStorage.getItem(REDIRECT) ?? "null");
  if (!told.has("state") || !begun) return false;
  sessionStorage.removeItem(REDIRECT);
  history.replaceState(null, "", location.pathname + begun.hash);
  if (told.get("state") !== begun.state) throw new Error("the sign-in that came back is not the one that was begun");
  if (!told.has("code")) throw new Error(told.get("error_description") ?? told.get("error") ?? "no code came back");
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: config.client_id,
    code: told.get("code"),
    code_verifier: begun.verifier,
    redirect_uri: begun.redirect_uri,
  });
  const answer = await fetch(`${config.sign_in}/oauth2/token`, { method: "POST", body });
  if (!answer.ok) throw new Error(`the user pool refused the code: status ${answer.status}`);
  keep((await answer.json()).access_token);
  return true;
}

/** Leaves for the user pool's page, and comes back here. */
export async function leaveForSignIn() {
  const redirect_uri = page();
  const begun = { state: randomText(), verifier: randomText(), redirect_uri, hash: location.hash };
  sessionStorage.setItem(REDIRECT, JSON.stringify(begun));
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: config.client_id,
    redirect_uri,
    scope: config.scope,
    state: begun.state,
    code_challenge_method: "S256",
    code_challenge: await challenge(begun.verifier),
  });
  location.assign(`${config.sign_in}/oauth2/authorize?${asked}`);
}

/** Forgets the tokens, here and at the user pool. */
export function signOut() {
  forget();
  location.assign(
    `${config.sign_in}/logout?${new URLSearchParams({ client_id: config.client_id, logout_uri: page() })}`,
  );
}

// As the user pool knows it.
const page = () => new URL(config.page, document.baseURI).href;

function keep(token) {
  const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (one) => one.charCodeAt(0))));
  const name = claims.username ?? claims["cognito:username"] ?? claims.sub;
  const groups = claims["cognito:groups"] ?? [];
  sessionStorage.setItem(SESSION, JSON.stringify({ token, name, groups, ends: claims.exp }));
}
