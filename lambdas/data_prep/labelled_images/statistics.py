"""How many pictures there are, by split, class and recording, and what of it a person should know. Pure."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from inference.contracts import Finding, Item
from lambdas.data_prep.labelled_images.spec import LabelledImages

STATISTICS = "statistics.json"
"""A version's file: `splits` (each -> class -> pictures, groups), `recordings` (each -> pictures by class, splits)."""


def statistics(items: Iterable[Item], recordings: Mapping[str, str]) -> bytes:
    """`recordings`: path -> recording, empty where none is known."""
    pictures: Counter[tuple[str, str]] = Counter()
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    recorded: dict[str, Counter[str]] = defaultdict(Counter)
    splits: dict[str, set[str]] = defaultdict(set)
    for item in items:
        pictures[item.split, item.label] += 1
        groups[item.split, item.label].add(item.group)
        if recording := recordings[item.path]:
            recorded[recording][item.label] += 1
            splits[recording].add(item.split)
    by_split: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)
    for split, label in sorted(pictures):
        by_split[split][label] = {"pictures": pictures[split, label], "groups": len(groups[split, label])}
    by_recording = {
        name: {"pictures": dict(sorted(recorded[name].items())), "splits": sorted(splits[name])}
        for name in sorted(recorded)
    }
    return json.dumps({"splits": by_split, "recordings": by_recording}, indent=1).encode()


def findings(
    items: list[Item], recordings: Mapping[str, str], left_out: set[str], spec: LabelledImages
) -> list[Finding]:
    """`left_out`: look-alikes of what judges, gone from what learns."""
    found = []
    if len(items) < spec.enough_pictures:
        detail = (
            f"{len(items)} pictures in all; with fewer than {spec.enough_pictures} the gate's intervals are wide: "
            "label more."
        )
        found.append(_finding(spec, "few_pictures", len(items), detail))
    counts = Counter(item.label for item in items)
    low, high = spec.balanced or (0.0, 1.0)
    for name in spec.classes:
        share = counts[name] / len(items)
        if not low <= share <= high:
            detail = (
                f"'{name}' is {share:.0%} of the pictures, outside {low:.0%} to {high:.0%}; label more of "
                f"{'the others' if share > high else 'it'}, or set at_most. Training weighs classes."
            )
            found.append(_finding(spec, "imbalance", counts[name], detail))
    unknown = sum(not recordings[item.path] for item in items) if spec.group_columns else 0
    if unknown:
        detail = (
            f"their rows of labels lack {' or '.join(spec.group_columns)}, so pictures of one occasion may stand in "
            "two splits and the test flatters; write these columns."
        )
        found.append(_finding(spec, "unknown_recording", unknown, detail))
    if left_out:
        detail = "look like pictures of a split that judges what learns from them, and were left out of what learns."
        found.append(_finding(spec, "look_alikes", len(left_out), detail, repaired=True))
    return found


def _finding(spec: LabelledImages, kind: str, count: int, detail: str, repaired: bool = False) -> Finding:
    return Finding(item=spec.prefix or "raw data", kind=kind, count=count, detail=detail, repaired=repaired)
