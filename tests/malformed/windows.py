"""What is no window of readings: one value, one time, one name wrong in a window that would be good without it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.malformed.request import CONTROL, Maker, Malformed, no_json, of_any_body, of_any_route

JSON = "application/json"
BEGINS = datetime(2026, 1, 5, 6, tzinfo=UTC)
NORMAL = {
    "voltage_v": 46.0, "current_a": 10.0, "temperature_mean_c": 27.0, "temperature_max_c": 28.0, "ambient_c": 22.0,
    "strain_ue": 120.0, "gas_ppm": 4.0,
}  # fmt: skip
ABOVE = {
    "voltage_v": 1500, "current_a": 2000, "temperature_mean_c": 400, "temperature_max_c": 400, "ambient_c": 120,
    "strain_ue": 50_000, "gas_ppm": 1_000_000,
}  # fmt: skip
"""The highest value of each channel that an instrument can mean, as the domain's page tells."""
READINGS = 61
TIMESTAMPS = tuple((BEGINS + timedelta(seconds=10 * n)).isoformat() for n in range(READINGS))
WRITTEN_WRONG = (
    "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "true", "false", '"46.1"', '""', r'"\ud800"', r'"\udfff"', "[]",
    "{}", "[46.1]", "0x10", "1_000", "01", "+1", ".5", "1.", "1e", "--1", "nul", "None", '"NaN"', '{"value": 1}',
)  # fmt: skip
"""Not readings of any channel, as they stand in the text."""
TIMES = (
    None, True, 5, 1767592800, 1767592800.5, "1767592800", "", "now", "2026-01-05", "2026-01-05T06:05:00", "06:05",
    "2026-13-05T06:00:00Z", "2026-02-30T06:00:00Z", "2026-01-05T25:00:00Z", "2026-01-05T06:00:00+99:00",
    "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", [], {}, "\ud800", "2026-01-05T06:00:00Z\x00", "１２",
)  # fmt: skip
NAMES = ("", "m" * 257, None, True, 5, 1.5, [], {}, ["m"], "a\x00", "a\nb", "\ud800", "\u2028")
_MARK = "@value@"


def window(**changes: Any) -> dict[str, Any]:
    """Ten minutes of a healthy module."""
    readings = [{"timestamp": time, **NORMAL} for time in TIMESTAMPS]
    return {"module_id": "m1", "readings": readings, **changes}


def _value(rng: Random) -> bytes:
    channel = rng.choice(sorted(NORMAL))
    beyond = [str(ABOVE[channel] + rng.randint(1, 9)), str(-(10**9)), "1" * 30, "-" + "9" * 400, "1e30", "1" * 5000]
    one = window()
    one["readings"][rng.randrange(READINGS)][channel] = _MARK
    return json.dumps({"windows": [one]}).replace(f'"{_MARK}"', rng.choice([*WRITTEN_WRONG, *beyond])).encode()


def _value_twice(rng: Random) -> bytes:
    one = window()
    channel = rng.choice(sorted(NORMAL))
    one["readings"][rng.randrange(READINGS)][channel] = _MARK
    return json.dumps({"windows": [one]}).replace(f'"{_MARK}"', f'1.0, "{channel}": 2.0').encode()


def _reading(change: Callable[[list[Any], int, Random], None]) -> Callable[[Random], bytes]:
    def make(rng: Random) -> bytes:
        one = window()
        change(one["readings"], rng.randrange(1, READINGS), rng)
        return json.dumps({"windows": [one]}).encode()

    return make


def _whole(make: Callable[[Random], Any]) -> Callable[[Random], bytes]:
    return lambda rng: json.dumps(make(rng)).encode()


def _timed(readings: list[Any], index: int, rng: Random) -> None:
    readings[index]["timestamp"] = rng.choice(TIMES)


def _named(readings: list[Any], index: int, rng: Random) -> None:
    readings[index][rng.choice(["volts", "Voltage_V", "voltage_v ", "", "\x00", "\ud800", "__class__"])] = 1.0


def _replaced(readings: list[Any], index: int, rng: Random) -> None:
    readings[index] = rng.choice([None, True, 5, "x", [], [1, 2], {}, [{}]])


def _swapped(readings: list[Any], index: int, _: Random) -> None:
    readings[index - 1], readings[index] = readings[index], readings[index - 1]


BODIES: dict[str, Callable[[Random], bytes]] = {
    "value": _value,
    "value twice": _value_twice,
    "time": _reading(_timed),
    "no time": _reading(lambda readings, index, _: readings[index].pop("timestamp")),
    "unknown channel": _reading(_named),
    "no reading": _reading(_replaced),
    "backward": _reading(_swapped),
    "same time": _reading(lambda readings, index, _: readings.insert(index, dict(readings[index]))),
    "name": _whole(lambda rng: {"windows": [window(module_id=rng.choice(NAMES))]}),
    "control character in the name": _whole(
        lambda rng: {"windows": [window(module_id=f"m{rng.choice(CONTROL)}{rng.randint(0, 9)}")]}
    ),
    "entity": _whole(lambda rng: {"windows": [window()], "entity_id": rng.choice([n for n in NAMES if n is not None])}),
    "no name": _whole(lambda _: {"windows": [{"readings": window()["readings"]}]}),
    "readings": _whole(lambda rng: {"windows": [window(readings=rng.choice([None, 5, "x", {}, [], [[]], True]))]}),
    "few readings": _whole(lambda rng: {"windows": [window(readings=window()["readings"][:: rng.randint(15, 60)])]}),
    "short": _whole(lambda rng: {"windows": [window(readings=window()["readings"][: rng.randint(1, 50)])]}),
    "unknown field": _whole(lambda rng: {"windows": [window(**{rng.choice(["site", "Module_id", "x"]): 1})]}),
    "windows": _whole(lambda rng: {"windows": rng.choice([None, 5, "x", {}, [], [None], [[]], [5], True, window()])}),
    "one of two": _whole(lambda rng: {"windows": [window(), window(module_id=rng.choice(NAMES))]}),
}


def window_requests() -> dict[str, Maker]:
    """Kind -> maker."""
    document = {"windows": [window()]}
    good = Malformed(json.dumps(document).encode(), JSON)
    bodies = {f"window, {kind}": make for kind, make in BODIES.items()}
    bodies |= {f"no JSON, {kind}": make for kind, make in no_json(document).items()}
    kinds: dict[str, Maker] = {kind: _json(make) for kind, make in bodies.items()}
    types = ["text/csv", "application/x-ndjson", "image/png", "application/vnd.apache.parquet"]
    return kinds | of_any_route(good) | of_any_body(good, types)


def _json(make: Callable[[Random], bytes]) -> Maker:
    return lambda rng: Malformed(make(rng), rng.choice([JSON, "application/json; charset=utf-8", "Application/JSON"]))
