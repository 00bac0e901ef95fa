"""A folder of labelled pictures that stands for bucket and table, and what preparing it came to, as text."""

import json
from collections.abc import Iterator
from typing import Any

from inference.contracts import DatasetSummary
from inference.contracts.labels import LabelledFolder
from lambdas.data_prep.clients import LabelTable

RECORDINGS_SHOWN = 20


class FolderLabels(LabelTable):
    """Rows of a folder, where the label table's are asked for."""

    def __init__(self, folder: LabelledFolder) -> None:
        self.name = str(folder.pictures)
        self._labelled = folder.rows

    def rows(self) -> Iterator[dict[str, Any]]:
        return (row.model_dump() for row in self._labelled)


def report(summary: DatasetSummary, statistics: bytes) -> str:
    """Statistics per split, class and recording, what was left out, and warnings."""
    found = json.loads(statistics)
    lines = [_line("split", *summary.classes, "all", "groups")]
    for split, counts in summary.counts.items():
        of_class = [counts[name] for name in summary.classes]
        groups = max((one["groups"] for one in found["splits"].get(split, {}).values()), default=0)
        lines.append(_line(split, *of_class, sum(of_class), groups))
    if found["recordings"]:
        lines += ["", _line("recording", *summary.classes, "all", "split")]
        for name, one in list(found["recordings"].items())[:RECORDINGS_SHOWN]:
            of_class = [one["pictures"].get(label, 0) for label in summary.classes]
            lines.append(_line(name, *of_class, sum(of_class), "+".join(one["splits"])))
        hidden = len(found["recordings"]) - RECORDINGS_SHOWN
        lines += [f"... and {hidden} more recordings"] if hidden > 0 else []
    lines.append("")
    limited = {f"{name} by the limits": count for name, count in summary.undersampled.items()}
    left_out = {"surplus copies": summary.duplicates, **limited, **summary.quarantined}
    lines += [f"left out: {count} {reason}" for reason, count in left_out.items() if count]
    lines += [
        f"{'repaired' if one.repaired else 'warning'}: {one.count} {one.kind}: {one.detail}" for one in summary.findings
    ]
    return "\n".join(lines).rstrip()


def _line(first: str, *cells: object) -> str:
    return f"{first:<24}" + "".join(f"{cell!s:>13}" for cell in cells)
