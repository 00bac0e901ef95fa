"""Classes that a domain does not know are told before anything is sent: data prep would leave their pictures out."""

import json
from collections.abc import Sequence

from inference.contracts.annotations import BoxRow
from inference.contracts.labels import LabelRow


def strange(row: LabelRow | BoxRow, domain: str, classes: Sequence[str]) -> str | None:
    """What of the row's classes is none of the domain's, and what to do; None: nothing, or `classes` are not known."""
    if isinstance(row, BoxRow):
        labels = {box["label"] for box in json.loads(row.boxes)}
    else:
        labels = {row.reviewedLabel or row.label}
    unknown = sorted(labels - set(classes)) if classes else []
    if not unknown:
        return None
    first = unknown[0]
    like = next((name for name in classes if name.casefold() == first.casefold()), classes[0])
    rename = f'pass --category "{first}={like}"' if isinstance(row, BoxRow) else f"rename it in the labels (to {like}?)"
    return (
        f"{', '.join(map(repr, unknown))} is no class of {domain} ({', '.join(classes)}): {rename}, or deploy with "
        f'other classes, as -c "{domain}:classes={",".join([*classes, first])}", where the domain takes them'
    )
