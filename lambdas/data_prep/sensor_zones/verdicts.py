"""Which evaluations of a model on these readings would say something, and which would be a lie. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from inference.contracts import SPLITS, Split
from lambdas.data_prep.sensor_zones.events import events_of
from lambdas.data_prep.sensor_zones.plan import Table
from lambdas.data_prep.sensor_zones.prints import Repeat
from lambdas.data_prep.sensor_zones.profile import TableSeen
from lambdas.data_prep.sensor_zones.spec import SensorZones

Made = Sequence[tuple[Table, TableSeen]]
CONFIDENCE = 0.95
SITES_TO_COMPARE = 3
"""With the hazard, for one to be held out and others to learn from and to choose by."""


class Verdict(NamedTuple):
    evaluation: str
    honest: bool
    why: str


def lacking(made: Made, spec: SensorZones) -> list[str]:
    """What each split has too little of; empty: a split by time blocks works."""
    found = []
    for split in SPLITS:
        ours = [(table, one) for table, one in made if table.split is split]
        for count, least, what in (
            (sum(one.hazards > 0 for _, one in ours), spec.least_blocks, f"tables with '{spec.signals.hazard}'"),
            (sum(one.calm > 0 for _, one in ours), spec.least_blocks, f"tables with '{spec.signals.calm}'"),
            (len(events_of(ours, spec.signals)), spec.least_runs, f"separate runs of '{spec.signals.hazard}'"),
        ):
            if count < least:
                found.append(f"{split} has {count} {what} and needs {least}")
    return found


def verdicts(made: Made, repeats: Sequence[Repeat], spec: SensorZones) -> list[Verdict]:
    signals = spec.signals
    events = events_of(made, signals)
    hazards, calm = sum(one.hazards for _, one in made), sum(one.calm for _, one in made)
    sites = sorted({event.site for event in events})
    tested = len(events_of([one for one in made if one[0].split is Split.TEST], signals))
    missing = lacking(made, spec)
    shares = hazards / max(hazards + calm, 1)
    known = (1 - CONFIDENCE) ** (1 / tested) if tested else 0.0
    where = f"all of them at {sites[0]}" if len(sites) == 1 else f"at {len(sites)} sites"
    blocks = len({table.block for table, _ in made})
    return [
        Verdict(
            "split by random rows",
            False,
            f"neighbouring decisions share {signals.window_steps - 1} of {signals.window_steps} readings, and the "
            f"{hazards:,} rows with '{signals.hazard}' are {len(events)} separate runs, {where}. Rows of each run "
            "would be trained on and tested on: that measures memory. It is never done here.",
        ),
        Verdict(
            "split by time blocks",
            not missing,
            f"{blocks} time blocks of {spec.block_hours:g} h; the latest are tested on. "
            + ("; ".join(missing) + "." if missing else f"{tested} separate runs are tested on."),
        ),
        Verdict(
            "comparison of sites",
            len(sites) >= SITES_TO_COMPARE,
            f"'{signals.hazard}' is seen {where if sites else 'nowhere'}; that a model knows fires of a site it never "
            f"saw can be said from {SITES_TO_COMPARE} sites on.",
        ),
        Verdict(
            "accuracy alone",
            False,
            f"{shares:.2%} of the rows have '{signals.hazard}': the constant answer '{signals.calm}' is "
            f"{1 - shares:.2%} accurate. Look at recall, at a bounded rate of false alarms.",
        ),
        Verdict(
            "recall",
            known >= 0.5,
            f"with {tested} runs to test on, even all of them found shows a recall of {known:.2f} at least, no more.",
        ),
        Verdict(
            "any split, were repeated rows kept",
            not repeats,
            f"about {sum(one.rows for one in repeats):,} rows stand a second time, at another time or sensor: on both "
            "sides of a split they would be known by heart. Of two such tables in different splits one is left out."
            if repeats
            else "no rows were found that stand a second time.",
        ),
    ]
