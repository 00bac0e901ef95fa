// Small bar charts in SVG. A sentence says what they show to whoever does not see them.

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 240;
const HIGH = 64;

/** `bars`: {values, kinds, title} from left to right; several values stand beside each other. `line`: a bound, or null. */
export function barChart(bars, sentence, line = null) {
  const svg = make("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": sentence, class: "chart" });
  const most = Math.max(line ?? 0, ...bars.flatMap((bar) => bar.values), 1e-9) * 1.1;
  const room = WIDE / Math.max(bars.length, 1);
  bars.forEach((bar, place) => {
    const group = make("g", {});
    group.append(make("title", {}, bar.title));
    const wide = (0.8 * room) / bar.values.length;
    bar.values.forEach((value, at) => {
      const high = Math.max((HIGH * value) / most, 0.75);
      const x = place * room + 0.1 * room + at * wide;
      group.append(make("rect", { x, y: HIGH - high, width: wide, height: high, class: bar.kinds[at] }));
    });
    svg.append(group);
  });
  if (line !== null)
    svg.append(make("line", { x1: 0, x2: WIDE, y1: HIGH - (HIGH * line) / most, y2: HIGH - (HIGH * line) / most }));
  return svg;
}

function make(name, attributes, text = null) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  if (text !== null) made.textContent = text;
  return made;
}
