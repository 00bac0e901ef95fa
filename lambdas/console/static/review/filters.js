// Which detections, and in which order.
import { el } from "../dom.js";
import { go } from "../router.js";

const ORDERS = { "": "Least certain first", newest: "Newest first", disputed: "Disagreements first" };

export function filters(domain, options) {
  const changed = (more) => go("review", domain, { ...options, ...more });
  const order = el(
    "select",
    { onchange: () => changed({ order: order.value }) },
    ...Object.entries(ORDERS).map(([value, text]) =>
      el("option", { value, selected: value === (options.order ?? "") }, text),
    ),
  );
  const camera = el("input", {
    value: options.camera ?? "",
    placeholder: "all",
    maxLength: 100,
    onchange: () => changed({ camera: camera.value.trim() }),
  });
  return el(
    "details",
    { class: "card filters", open: Boolean(options.order || options.camera) },
    el("summary", {}, "Which pictures"),
    el("label", {}, "Order ", order),
    el("label", {}, "Camera ", camera),
  );
}
