// Faults that a browser can tell: contrast (WCAG 1.4.3), names of controls (4.1.2), alternatives of pictures (1.1.1),
// one first heading, ids that stand once. Answers sentences.
() => {
  const seen = (one) => one.checkVisibility() && !one.closest(".unseen, dialog:not([open])");
  const channels = (color) => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { r, g, b, a: a / 255 };
  };
  const luminance = ({ r, g, b }) => {
    const linear = [r, g, b].map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.a > 0.95) return color;
    }
    return { r: 255, g: 255, b: 255, a: 1 };
  };
  const faults = [];
  for (const one of document.body.querySelectorAll("*")) {
    const text = [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join(" ").trim();
    if (!text || !seen(one) || one.closest(":disabled, option, script, svg")) continue;
    const [light, dark] = [luminance(channels(getComputedStyle(one).color)), luminance(behind(one))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) faults.push(`${text.slice(0, 40)}: contrast ${contrast.toFixed(1)}`);
  }
  for (const one of document.querySelectorAll("button, input, select, textarea, a, summary, [role=img], [role=region]")) {
    const labels = [...(one.labels ?? [])].map((label) => label.textContent).join("");
    const name = one.getAttribute("aria-label") || labels || one.textContent;
    if (seen(one) && !name.trim()) faults.push(`${one.outerHTML.slice(0, 80)}: has no name`);
  }
  for (const one of document.querySelectorAll("img")) if (!one.alt) faults.push("a picture has no alternative");
  if (document.querySelectorAll("h1").length !== 1) faults.push(`${document.querySelectorAll("h1").length} first headings`);
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids)) if (ids.filter((one) => one === id).length > 1) faults.push(`id ${id} stands twice`);
  return faults;
}
