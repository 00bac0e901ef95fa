// Draws, moves and deletes boxes with Annotorious, which is loaded when the page has nothing better to do.
// Its option `style` would write style attributes, which the content security policy refuses; review.css colours boxes.

// Not an ES module: it leaves itself in globalThis.
const load = () => import("../vendor/annotorious.js").then(() => globalThis.Annotorious);
export const prepare = () => ("requestIdleCallback" in globalThis ? requestIdleCallback(load) : setTimeout(load, 500));

const STEP = 0.01; // of the picture's longer side, by one press of an arrow key

/** Edits `boxes` on the frame's image. `changed(boxes, selected)` after every change; both as indexes into `boxes`. */
export async function edit(frame, detection, boxes, { newLabel, changed }) {
  const { createImageAnnotator } = await load();
  const annotator = createImageAnnotator(frame.querySelector("img"), { drawingEnabled: true, theme: "light" });
  annotator.element.classList.add("editor");
  const labels = new Map();
  let made = 0;
  let ended = false;

  const all = () => annotator.getAnnotations().map(boxOf);
  const ids = () => annotator.getAnnotations().map((one) => one.id);
  const selected = () => ids().indexOf(annotator.getSelected()[0]?.id);
  const tell = () => ended || changed(all(), selected());

  function boxOf({ id, target }) {
    // `bounds` is a step behind while a box is dragged; the geometry is not.
    const { x, y, w, h } = target.selector.geometry;
    return { label: labelOf(id), x, y, width: w, height: h };
  }

  // Annotorious tells of a change by a timer: a box may be sent before, and told of when another picture is shown.
  function labelOf(id) {
    if (!labels.has(id)) labels.set(id, newLabel());
    return labels.get(id);
  }

  function put(box, id = `box-${made++}`) {
    labels.set(id, box.label);
    const { x, y, width: w, height: h } = box;
    const geometry = { x, y, w, h, rot: 0, bounds: { minX: x, minY: y, maxX: x + w, maxY: y + h } };
    return { id, bodies: [], target: { annotation: id, selector: { type: "RECTANGLE", geometry } } };
  }

  annotator.setAnnotations(boxes.map((box) => put(box)));
  annotator.on("createAnnotation", tell);
  annotator.on("updateAnnotation", tell);
  annotator.on("selectionChanged", tell);

  function change(at, by) {
    const one = annotator.getAnnotations()[at];
    if (!one) return;
    annotator.updateAnnotation(put({ ...boxOf(one), ...by(boxOf(one)) }, one.id));
    annotator.setSelected(one.id, true);
    tell();
  }

  return {
    all,
    select(at) {
      annotator.setSelected(ids()[at], true);
      tell();
    },
    /** In the middle: for whoever has no pointer. */
    add() {
      const { width, height } = detection;
      const one = put({ label: newLabel(), x: 0.375 * width, y: 0.375 * height, width: width / 4, height: height / 4 });
      annotator.addAnnotation(one);
      annotator.setSelected(one.id, true);
      tell();
    },
    remove(at) {
      const id = ids()[at];
      if (id === undefined) return;
      annotator.cancelSelected();
      annotator.removeAnnotation(id);
      tell();
    },
    label: (at, label) => change(at, () => ({ label })),
    /** `across`, `down`: steps of a hundredth of the picture; `grow`: the box's far corner alone. */
    nudge(at, across, down, grow) {
      const step = STEP * Math.max(detection.width, detection.height);
      change(at, (box) =>
        grow
          ? { width: Math.max(step, box.width + across * step), height: Math.max(step, box.height + down * step) }
          : {
              x: clamp(box.x + across * step, detection.width - box.width),
              y: clamp(box.y + down * step, detection.height - box.height),
            },
      );
    },
    end() {
      ended = true;
      annotator.destroy();
    },
  };
}

const clamp = (value, most) => Math.max(0, Math.min(value, Math.max(0, most)));
