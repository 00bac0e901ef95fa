"""The edge benchmark holds whole recordings out, and its page shows every format beside the reason for its choice."""

from collections import Counter

import pytest

from benchmarks.edge import SHARES, page, splits_of


@pytest.mark.parametrize(("recordings", "counts"), [(20, [12, 2, 3, 3]), (10, [6, 1, 2, 1])])
def test_few_recordings_too_give_each_split_its_share(recordings: int, counts: list[int]) -> None:
    splits = Counter(splits_of(f"base-{number:03}" for number in range(recordings)).values())

    assert [splits[split] for split, _ in SHARES] == counts


def test_the_page_has_a_row_a_format_and_says_which_ships() -> None:
    metrics = {"size_mb": 4.04, "p50_ms": 5.085, "accuracy": 0.9}
    measured = {"benchmark": {"onnx": metrics, "int8": metrics}, "ships": "int8", "why": "int8 ships: it is faster."}
    told = page(
        {
            "at": "2026-11-21 23:00 UTC",
            "machine": "2 cores",
            "load_average": 1.0,
            "pixels": 96,
            "architectures": {"mobilenet_v2": measured},
        }
    )
    assert "| mobilenet_v2 | int8 (ships) | 4.040 | 5.085 |  |  | 0.900 |  |  |" in told
    assert "| mobilenet_v2 | onnx | 4.040 |" in told
    assert "- mobilenet_v2: int8 ships: it is faster." in told
