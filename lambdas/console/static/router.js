// Pages by hash: #/<page>/<domain>?<options>.

/** {page, domain, options}; empty texts where the hash says nothing. */
export function route(hash = location.hash) {
  const [path, asked = ""] = hash.replace(/^#\/?/, "").split("?");
  const [page = "", domain = ""] = path.split("/").map(decodeURIComponent);
  return { page, domain, options: Object.fromEntries(new URLSearchParams(asked)) };
}

export function address(page, domain = "", options = {}) {
  const asked = new URLSearchParams(Object.entries(options).filter(([, value]) => value)).toString();
  const path = [page, domain].filter(Boolean).map(encodeURIComponent).join("/");
  return `#/${path}${asked && `?${asked}`}`;
}

export function go(...where) {
  location.hash = address(...where);
}
