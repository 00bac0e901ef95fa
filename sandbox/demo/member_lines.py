"""What an ensemble's log lines tell of its members: how far each is, how fast, and what it reached. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MEMBERS = re.compile(r"^members: (?P<names>.+); each is trained (?P<times>\d+) times$")
WAYS = re.compile(r"^then combined by: (?P<names>.+)$")
RUNNING = re.compile(
    r"^(?P<name>\w+) +(?P<part>all|fold-\d+) +(?P<percent>\d+)% +(?P<rows>[\d,]+) rows/s +(?P<left>\d+|nan) s left$"
)
DONE = re.compile(r"^(?P<name>\w+) +(?P<part>all|fold-\d+) +done in (?P<seconds>[\d.]+) s$")
JUDGED = re.compile(r"^validation (?P<name>\w+) +recall (?P<recall>[\d.]+),")


@dataclass
class MemberProgress:
    """Of one member, or of one way to combine them (which has no trainings of its own)."""

    trainings: int
    finished: set[str] = field(default_factory=set)
    """Names of its trainings."""
    share: float = 0.0
    """Of the training that runs."""
    told: str = ""
    judged: bool = False

    @property
    def begun(self) -> bool:
        return bool(self.finished) or self.share > 0 or self.judged

    @property
    def done(self) -> float:
        """From 0 to 1."""
        if self.trainings == 0:
            return float(self.judged)
        return min(1.0, (len(self.finished) + self.share) / self.trainings)


def read_progress(lines: Iterable[str]) -> dict[str, MemberProgress]:
    """By name, in the order of their training. A run that was killed tells its members once more as it goes on."""
    found: dict[str, MemberProgress] = {}
    for line in map(str.strip, lines):
        if plan := MEMBERS.match(line):
            found = {name: MemberProgress(int(plan["times"])) for name in plan["names"].split(", ")}
        elif plan := WAYS.match(line):
            found |= {name: MemberProgress(0) for name in plan["names"].split(", ")}
        elif (told := RUNNING.match(line)) and told["name"] in found:
            _runs(found[told["name"]], told.groupdict())
        elif (told := DONE.match(line)) and told["name"] in found:
            one = found[told["name"]]
            one.finished.add(told["part"])
            one.share, one.told = 0.0, f"{told['part']} in {float(told['seconds']):.0f} s"
        elif (told := JUDGED.match(line)) and told["name"] in found:
            one = found[told["name"]]
            one.judged, one.told = True, f"recall {told['recall']}"
    return found


def is_progress(line: str) -> bool:
    """Whether a line tells of a member: what is printed where there is no terminal for bars.

    A training that is whole says so twice; its second line, with the time it took, is enough.
    """
    running = RUNNING.match(line.strip())
    if running:
        return running["percent"] != "100"
    return any(pattern.match(line.strip()) for pattern in (MEMBERS, WAYS, DONE, JUDGED))


def _runs(one: MemberProgress, told: Mapping[str, str]) -> None:
    one.share = int(told["percent"]) / 100
    left = "" if told["left"] == "nan" else f", {told['left']} s left"
    one.told = f"{_short(int(told['rows'].replace(',', '')))} rows/s{left}"


def _short(count: int) -> str:
    for size, unit in ((1_000_000, "M"), (1000, "k")):
        if count >= size:
            return f"{count / size:.1f}{unit}"
    return str(count)
