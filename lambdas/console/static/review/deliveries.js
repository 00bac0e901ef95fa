// What becomes of the reviews that were sent, on the page that is looked at.
import * as outbox from "./outbox.js";

export function follow(page) {
  outbox.listen({
    settled: (entry, detection) => settled(page, entry, detection),
    returned: (entry, current) => returned(page, entry, current),
    changed: (waiting, error) => page.view.showWaiting(waiting, error),
  });
}

function settled({ list, progress }, entry, detection) {
  const at = list.all.findIndex((one) => one.detection_id === detection.detection_id);
  if (at >= 0) list.all[at] = detection;
  list.note(entry, detection.revision);
  progress.soon();
}

/** It comes next, never in the place of what the person is looking at. */
async function returned(page, entry, current) {
  const { list, view } = page;
  list.forget(entry.detection);
  const known = current ?? list.all.find((one) => one.detection_id === entry.detection);
  if (!known || entry.domain !== page.domain) return;
  const atEnd = list.current === null;
  list.putNext(known);
  view.tellBack();
  if (atEnd) await page.show();
}
