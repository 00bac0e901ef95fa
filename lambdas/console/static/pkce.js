// Proof key for code exchange (RFC 7636), S256.

export function randomText() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

export async function challenge(verifier) {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
