"""What is no window of a zone: one value, one time, one name wrong in a window that would be good without it."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.malformed.request import CONTROL, Maker, Malformed, no_json, of_any_body, of_any_route
from tests.malformed.windows import JSON, NAMES, TIMES, WRITTEN_WRONG
from tests.toys.zones import STEPS, readings, window

BEYOND = ("601", "-40.5", "1" * 30, "-" + "9" * 400, "1e30", "1" * 5000)
"""Of every channel."""
NO_SENSORS = (None, 5, "x", [], True, {"s": None}, {"s": [None]}, {"s": [[]]}, {"": [{}]}, {"s": {}})
_MARK = "@value@"


def _a_sensor(zone: dict[str, Any], rng: Random) -> list[Any]:
    """One that is looked at: the zone's own, or one beside it."""
    return rng.choice([zone["sensors"]["s1"], zone["sensors"]["s2"], zone["adjacent"]["attic"]["s9"]])


def _changed(change: Callable[[list[Any], int, Random], None]) -> Callable[[Random], bytes]:
    def make(rng: Random) -> bytes:
        one = window()
        change(_a_sensor(one, rng), rng.randrange(1, STEPS), rng)
        return json.dumps({"windows": [one]}).encode()

    return make


def _written(texts: Callable[[Random], str]) -> Callable[[Random], bytes]:
    def make(rng: Random) -> bytes:
        one = window()
        _a_sensor(one, rng)[rng.randrange(STEPS)][rng.choice(["heat_c", "smoke_pct"])] = _MARK
        return json.dumps({"windows": [one]}).replace(f'"{_MARK}"', texts(rng)).encode()

    return make


def _whole(make: Callable[[Random], Any]) -> Callable[[Random], bytes]:
    return lambda rng: json.dumps({"windows": [make(rng)]}).encode()


def _named(sensor: list[Any], index: int, rng: Random) -> None:
    sensor[index][rng.choice(["volts", "Heat_C", "heat_c ", "", "\x00", "\ud800", "__class__", "v" * 4000])] = 1.0


def _replaced(sensor: list[Any], index: int, rng: Random) -> None:
    sensor[index] = rng.choice([None, True, 5, "x", [], [1, 2], {}, [{}]])


def _timed(sensor: list[Any], index: int, rng: Random) -> None:
    sensor[index]["timestamp"] = rng.choice(TIMES)


def _swapped(sensor: list[Any], index: int, _: Random) -> None:
    sensor[index - 1], sensor[index] = sensor[index], sensor[index - 1]


BODIES: dict[str, Callable[[Random], bytes]] = {
    "value": _written(lambda rng: rng.choice([*WRITTEN_WRONG, *BEYOND])),
    "value twice": _written(lambda _: '1.0, "heat_c": 2.0, "heat_c": 2.0'),
    "time": _changed(_timed),
    "no time": _changed(lambda sensor, index, _: sensor[index].pop("timestamp")),
    "unknown channel": _changed(_named),
    "no reading": _changed(_replaced),
    "backward": _changed(_swapped),
    "same time": _changed(lambda sensor, index, _: sensor.insert(index, dict(sensor[index]))),
    "too many": _changed(lambda sensor, _, rng: sensor.extend(readings(1001 + rng.randint(0, 9)))),
    "zone": _whole(lambda rng: window(zone_id=rng.choice(NAMES))),
    "sensor": _whole(lambda rng: window(sensors={rng.choice(["", "m" * 257]): readings()})),
    "adjacent": _whole(lambda rng: window(adjacent={rng.choice(["", "m" * 257, "hall"]): {"s": readings()}})),
    "control character in a name": _whole(lambda rng: window(zone_id=f"m{rng.choice(CONTROL)}{rng.randint(0, 9)}")),
    "no sensors": _whole(lambda rng: window(sensors=rng.choice([*NO_SENSORS, {}, {"s": []}]))),
    "no adjacent sensors": _whole(
        lambda rng: window(adjacent=rng.choice([None, 5, "x", [], True, {"attic": rng.choice(NO_SENSORS)}]))
    ),
    "nothing measured": _whole(lambda _: window(sensors={"s1": readings(heat_c=None, smoke_pct=None)})),
    "few readings": _whole(lambda rng: window(sensors={"s1": readings(rng.randint(1, 2))})),
    "sparse": _whole(lambda rng: window(sensors={"s1": readings(step_s=rng.randint(30, 4000))})),
    "unknown field": _whole(lambda rng: window(**{rng.choice(["site", "Zone_id", "x"]): 1})),
    "no window": _whole(lambda rng: rng.choice([None, 5, "x", {}, [], True, [window()]])),
    "too many sensors": _whole(lambda _: window(sensors={str(number): readings(1) for number in range(65)})),
    "windows": lambda rng: json.dumps({"windows": rng.choice([None, 5, "x", {}, [], True, window()])}).encode(),
    "one of two": lambda rng: json.dumps({"windows": [window(), window(zone_id=rng.choice(NAMES))]}).encode(),
    "too many windows": lambda _: json.dumps({"windows": [window()] * 65}).encode(),
    "entity": lambda rng: json.dumps(
        {"windows": [window()], "entity_id": rng.choice([name for name in NAMES if name is not None])}
    ).encode(),
}
ROUTER_ONLY = ("zone", "control character in a name", "one of two", "entity")
"""Names that only the router refuses."""


def zone_requests() -> dict[str, Maker]:
    """Kind -> maker."""
    document = {"windows": [window()]}
    good = Malformed(json.dumps(document).encode(), JSON)
    bodies = {f"zones, {kind}": make for kind, make in BODIES.items()}
    bodies |= {f"no JSON, {kind}": make for kind, make in no_json(document).items()}
    kinds: dict[str, Maker] = {kind: _json(make) for kind, make in bodies.items()}
    return kinds | of_any_route(good) | of_any_body(good, ["text/csv", "application/x-ndjson", "image/png"])


def _json(make: Callable[[Random], bytes]) -> Maker:
    return lambda rng: Malformed(make(rng), rng.choice([JSON, "application/json; charset=utf-8", "Application/JSON"]))
