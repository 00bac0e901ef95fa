"""Which devices count as silent, and against whom."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest

from inference.contracts.devices import DeviceReport
from inference.contracts.traffic import percentile
from lambdas.common.device_record import DeviceRecord, Fetch, Offer
from lambdas.endpoint_release.limits import Limit
from lambdas.endpoint_release.proportions import proportion, surely_more
from lambdas.endpoint_release.targets.devices.silence import Silence, silence_of
from lambdas.endpoint_release.targets.devices.spec import DevicesSpec
from lambdas.endpoint_release.targets.devices.watched import Watched
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.endpoint_release.targets.several.spec import SeveralSpec

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
INSIDE = next(name for n in range(100) if percentile(name := f"tv-{n}") < 50)
OUTSIDE = next(name for n in range(100) if percentile(name := f"tv-{n}") >= 50)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def device(
    offered: tuple[str, str, float] | None = ("r2", "", 60),
    fetched: tuple[str, float] | None = ("r2", 60),
    reported: float | None = None,
    name: str = INSIDE,
    **report: Any,
) -> DeviceRecord:
    """Times are minutes ago."""
    told = DeviceReport(**{"sequence": 1, "at": NOW, "serving": "r1", "client": "1", **report})
    return DeviceRecord(
        domain="ads",
        device_id=name,
        public_key="",
        enrolled_at=ago(9999),
        offered=None if offered is None else Offer(release=offered[0], beside=offered[1], at=ago(offered[2])),
        fetched=None if fetched is None else Fetch(release=fetched[0], at=ago(fetched[1])),
        report=None if reported is None else told,
        reported_at=None if reported is None else ago(reported),
    )


def of(one: DeviceRecord) -> Silence:
    return silence_of([one], "r2", 50, NOW, DevicesSpec())


@pytest.mark.parametrize(
    ("record", "heard"),
    [
        pytest.param(device(), "mute", id="never reported"),
        pytest.param(device(reported=61), "mute", id="reported before it was given it"),
        pytest.param(device(("r2", "", 30), ("r2", 30), reported=45), "awaited", id="should have reported at once"),
        pytest.param(device(("r2", "", 4), ("r2", 4), reported=45), "young", id="may be downloading"),
        pytest.param(device(("r2", "", 16), ("r2", 16), reported=15), "early", id="reported at once, and is not due"),
        pytest.param(device(("r2", "", 20), ("r2", 20), reported=19), "awaited", id="reported at once, and is due"),
        pytest.param(device(reported=59), "left", id="reported at once, and nothing since"),
        pytest.param(device(reported=5), "kept", id="reports as ever"),
        pytest.param(device(reported=30), "kept", id="one report got lost"),
        pytest.param(device(reported=45), "gone", id="reported for a while, and nothing since"),
        pytest.param(device(reported=59, every_s=3600), "early", id="reports each hour only"),
        pytest.param(device(reported=70, every_s=86400), "awaited", id="reports once a day, but this at once"),
        pytest.param(device(reported=50, every_s=60), "gone", id="reports each minute"),
        pytest.param(device(fetched=("r1", 999), reported=50, serving="r2"), "gone", id="had it on its disk"),
        pytest.param(device(fetched=("r2", 999), reported=70), "mute", id="fetched it in an earlier rollout"),
        pytest.param(device(fetched=None, reported=70), None, id="never fetched it"),
        pytest.param(device(fetched=("r1", 999), reported=70), None, id="fetched another"),
        pytest.param(device(None, reported=70), None, id="never met it"),
        pytest.param(device(("r1", "", 60), reported=70), None, id="given back to the champion"),
    ],
)
def test_what_a_device_of_the_share_counts_as(record: DeviceRecord, heard: str | None) -> None:
    given = Watched() if heard is None else Watched(**{heard: (INSIDE,)})
    assert of(record) == Silence(given, Watched(), 0.05)


@pytest.mark.parametrize(
    ("offered", "reported", "heard"),
    [
        (("r1", "r2", 60), None, "mute"),
        (("r1", "r2", 60), 59, "left"),
        (("r1", "r2", 60), 5, "kept"),
        (("r1", "r3", 60), 5, None),
        (("r1", "", 60), 5, None),
    ],
)
def test_the_champions_are_those_that_met_the_same_rollout(
    offered: tuple[str, str, float], reported: float | None, heard: str | None
) -> None:
    champions = Watched() if heard is None else Watched(**{heard: (OUTSIDE,)})
    assert of(device(offered, None, reported, OUTSIDE)).champions == champions


def some(**counts: int) -> Watched:
    return Watched(**{what: tuple(f"{what}-{n}" for n in range(count)) for what, count in counts.items()})


@pytest.mark.parametrize(
    ("given", "champions", "broken"),
    [
        pytest.param(some(mute=18), some(kept=180), True, id="all of the share"),
        pytest.param(some(kept=9, mute=9), some(kept=170, mute=10), True, id="half of it"),
        pytest.param(some(kept=12, mute=6), some(kept=170, mute=10), False, id="a third: more are waited for"),
        pytest.param(some(kept=17, mute=1), some(kept=170, mute=10), False, id="as many as elsewhere"),
        pytest.param(some(kept=9, mute=9), some(kept=90, mute=90), False, id="half, as elsewhere: no network"),
        pytest.param(some(kept=6, left=12), some(kept=160, left=20), True, id="reported once and went"),
        pytest.param(some(kept=6, gone=12), some(kept=160, gone=20), True, id="went later, more than elsewhere"),
        pytest.param(some(kept=12, gone=6), some(kept=140, gone=40), False, id="it is evening"),
        pytest.param(some(kept=40, gone=150), some(), False, id="it is evening, with no champion beside"),
        pytest.param(some(kept=150, mute=40), some(), True, id="many, with no champion beside"),
        pytest.param(some(mute=1), some(), False, id="one device"),
    ],
)
def test_what_is_beyond_doubt(given: Watched, champions: Watched, broken: bool) -> None:
    assert any(limit.broken for limit in Silence(given, champions, 0.05).limits) == broken


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        (some(kept=10), ""),
        (some(kept=60, awaited=3), ""),
        (some(kept=10, awaited=3), "3 of 13 devices that were given it have not told since"),
        (some(kept=10, early=4), ""),
        (some(kept=10, early=12), "12 devices were given it too lately to tell"),
        (some(kept=1, awaited=1), "1 of 2 devices"),
        (some(kept=1, awaited=2), "1 of 3 devices that were given it have told since that they keep it: too few"),
        (some(kept=5, left=6), "5 of 11 devices that were given it have told since that they keep it: too few"),
        (some(mute=1), "0 of 1 devices that were given it have told since that they keep it: too few"),
        (some(young=3), ""),
    ],
)
def test_what_is_waited_for(given: Watched, lacking: str) -> None:
    silence = Silence(given, some(kept=100), 0.05)
    assert silence.lacking.startswith(lacking)
    assert bool(silence.lacking) == bool(lacking)
    assert bool(silence.too_few) == ("too few" in lacking)


@pytest.mark.parametrize(
    ("given", "champions"), [((0.3, 20), (0.2, 180)), ((0.05, 100), (0.05, 100)), ((1, 9), (0.6, 9))]
)
def test_a_difference_is_rarely_said_to_be_larger_than_it_is(
    given: tuple[float, int], champions: tuple[float, int]
) -> None:
    rng, exact = np.random.default_rng(0), cache(proportion)
    ones, others = rng.binomial(given[1], given[0], 2000), rng.binomial(champions[1], champions[0], 2000)
    lows = [
        surely_more(exact(int(one), given[1]), exact(int(other), champions[1]))
        for one, other in zip(ones, others, strict=True)
    ]
    assert np.mean(np.array(lows) > given[0] - champions[0]) < 0.01


def test_a_limit_says_what_it_stands_beside() -> None:
    limit = Limit(proportion(9, 10), 0.05, "devices are gone", proportion(1, 100))
    assert str(limit) == ("9 of 10 devices are gone (45.6% to 99.9%), 1 of 100 of the champion's; at most 5.00% more")


@pytest.mark.parametrize(("bake_s", "settled_s"), [(900, 300), (300, 60), (4, 0)])
def test_bakes_that_an_environment_cuts_leave_time_to_report(bake_s: int, settled_s: int) -> None:
    spec = SeveralSpec(targets=(ServerlessSpec(memory_mb=1024), DevicesSpec()))
    assert spec.within(bake_s).targets == (ServerlessSpec(memory_mb=1024), DevicesSpec(settled_s=settled_s))
