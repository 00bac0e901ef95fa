// Dataset versions of a domain, and their annotations as a download.
import { get } from "../api.js";
import { el, time } from "../dom.js";
import { badge, card, doing, table } from "./parts.js";

const FORMATS = { coco: "COCO", yolo: "YOLO", csv: "CSV" };

export async function data(main, { domain }) {
  const { versions, left_out } = await get(`datasets/${domain}`);
  const told = el("p", { class: "told", role: "status" });
  const rows = versions.map((one) => [
    el("span", {}, one.version, " ", one.latest ? badge("latest", "good") : null),
    time(one.made),
    String(one.items),
    splits(one.counts),
    `${one.duplicates} copies, ${one.quarantined} left out`,
    el(
      "span",
      { class: "both" },
      Object.keys(FORMATS).map((form) => download(domain, one.version, form, told)),
    ),
  ]);
  const head = ["Version", "Made", "Items", "Splits", "Found", "Annotations"];
  main.replaceChildren(
    el("h1", {}, `Data of ${domain}`),
    told,
    card(
      "Dataset versions",
      table(`dataset versions of ${domain}`, head, rows),
      left_out ? el("p", { class: "empty" }, `${left_out} older ones are not shown.`) : null,
    ),
  );
}

function splits(counts) {
  const sum = (by) => Object.values(by).reduce((one, other) => one + other, 0);
  return Object.entries(counts)
    .map(([split, by]) => `${split} ${sum(by)}`)
    .join(", ");
}

function download(domain, version, form, told) {
  const button = el(
    "button",
    {
      type: "button",
      class: "quiet",
      "aria-label": `${FORMATS[form]} of ${version}`,
      onclick: () =>
        doing(button, told, async () => {
          const { url, file } = await get(`datasets/${domain}/${version}/export`, { format: form });
          location.assign(url); // an attachment: the page stays
          return `${file} is being downloaded.`;
        }),
    },
    FORMATS[form],
  );
  return button;
}
