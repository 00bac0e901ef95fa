// Pictures as blobs, fetched and decoded before they are shown: the next one is there at once.
import { picture } from "../api.js";

const kept = new Map(); // detection -> {image: Promise<HTMLImageElement>, url}

/** Of one detection; fetched once. Rejects where it cannot be had; asking again tries again. */
export function imageOf(detection_id) {
  if (!kept.has(detection_id)) {
    const entry = { url: null };
    entry.image = fetched(detection_id, entry);
    entry.image.catch(() => kept.delete(detection_id));
    kept.set(detection_id, entry);
  }
  return kept.get(detection_id).image;
}

/** Fetches these, in this order, and lets all others go. */
export async function keepOnly(detection_ids) {
  const wanted = new Set(detection_ids);
  for (const [id, entry] of kept) {
    if (wanted.has(id)) continue;
    kept.delete(id);
    entry.image.catch(() => null).finally(() => entry.url && URL.revokeObjectURL(entry.url));
  }
  // Two at a time: the next one first, whatever the network is like.
  const queue = [...wanted];
  const fetchNext = async () => {
    for (let id; (id = queue.shift()) !== undefined;) await imageOf(id).catch(() => null);
  };
  await Promise.all([fetchNext(), fetchNext()]);
}

async function fetched(detection_id, entry) {
  entry.url = URL.createObjectURL(await picture(`detections/${detection_id}/picture`));
  const image = new Image();
  image.src = entry.url;
  await image.decode();
  return image;
}
