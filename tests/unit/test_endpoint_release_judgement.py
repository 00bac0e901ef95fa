"""What is chance and what is a fault: the judgement of a challenger by intervals, and how often it errs."""

import numpy as np
import pytest
from scipy.stats import binomtest

from lambdas.endpoint_release.judgement import WindowMetrics, judge
from lambdas.endpoint_release.models import RolloutSpec
from lambdas.endpoint_release.proportions import at_least, proportion
from tests.unit.release_doubles import HEALTHY, SILENT

ROLLOUT = RolloutSpec()
COLD = {"timeouts": 1, "slow": 1}


def of(requests: int, **more: float) -> WindowMetrics:
    return HEALTHY._replace(**{"requests": requests, "compared": requests, "disagreements": 0, **more})


@pytest.mark.parametrize(
    ("hits", "total"), [(0, 1), (1, 1), (0, 50), (1, 30), (3, 30), (25, 50), (50, 50), (7, 900), (2100, 90_000)]
)
def test_the_interval_is_that_of_clopper_and_pearson(hits: int, total: int) -> None:
    found = proportion(hits, total)
    exact = binomtest(hits, total).proportion_ci(0.99, method="exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-9)


def test_without_requests_every_share_is_possible() -> None:
    assert proportion(0, 0)[2:] == (0.0, 1.0)


def test_the_tails_of_a_binomial_sum_to_one() -> None:
    assert at_least(3, 10, 0.5) == pytest.approx(1 - (1 + 10 + 45) / 1024)
    assert (at_least(0, 5, 0.1), at_least(6, 5, 0.1), at_least(1, 5, 0.0), at_least(5, 5, 1.0)) == (1, 0, 0, 1)


@pytest.mark.parametrize(
    "window",
    [
        pytest.param(of(30, **COLD), id="one cold start of 30"),
        pytest.param(of(1, **COLD), id="the very first request meets a cold start"),
        pytest.param(of(30, errors=1), id="one error of 30"),
        pytest.param(of(60, timeouts=3, slow=3), id="three cold starts of 60"),
        pytest.param(of(2, disagreements=1), id="one of the first two answers differs"),
    ],
)
@pytest.mark.parametrize("last", [False, True])
def test_what_may_be_chance_rolls_nothing_back(window: WindowMetrics, last: bool) -> None:
    assert judge(window, ROLLOUT, last=last).status != "failed"


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        (of(30, errors=4), "4 of 30 requests failed (2.3% to 36.3%); at most 1.00%"),
        (of(2, errors=2), "2 of 2 requests failed"),
        (of(4, disagreements=4), "4 of 4 answers differ from the champion's"),
        (of(12, timeouts=5, slow=5), "5 of 12 answers did not come in time"),
        (of(40, slow=8), "8 of 40 answers took longer than 1500 ms"),
    ],
)
def test_what_is_beyond_doubt_fails_at_once_however_few_have_asked(window: WindowMetrics, reason: str) -> None:
    found = judge(window, ROLLOUT)
    assert found.status == "failed"
    assert reason in found.reason


def test_what_is_in_doubt_is_watched_on_and_then_decided() -> None:
    doubtful = of(100, errors=2)
    assert judge(doubtful, ROLLOUT).status == "quiet"
    assert "2 of 100 requests failed" in judge(doubtful, ROLLOUT).reason
    assert judge(of(400, errors=2), ROLLOUT).status == "passed"
    assert judge(doubtful, ROLLOUT, last=True).status == "failed"
    assert judge(of(100, errors=1), ROLLOUT, last=True).status == "passed"


def test_timeouts_are_no_errors_and_are_told() -> None:
    found = judge(of(100, timeouts=2, slow=2), ROLLOUT)
    assert found.status == "passed"
    assert "0 errors, 2 timed out" in found.reason


def test_too_few_requests_tell_nothing() -> None:
    assert judge(of(49), ROLLOUT).status == "quiet"
    assert judge(SILENT, ROLLOUT, last=True).status == "quiet"


def rolled_back(errors: float, timeouts: float, requests: int, rollouts: int = 300) -> float:
    """Share of first steps that fail, of a challenger with such shares and so many requests a bake."""
    rng = np.random.default_rng(0)
    failed = 0
    for _ in range(rollouts):
        seen = np.zeros(3, int)
        for bake in range(1, ROLLOUT.max_bakes + 1):
            seen += (requests, rng.binomial(requests, errors), rng.binomial(requests, timeouts))
            total, wrong, late = (int(number) for number in seen)
            found = judge(of(total, errors=wrong, timeouts=late, slow=late), ROLLOUT, last=bake == ROLLOUT.max_bakes)
            if found.status != "quiet":
                break
        failed += found.status == "failed"
    return failed / rollouts


def test_a_good_release_is_hardly_ever_rolled_back() -> None:
    assert rolled_back(errors=0.001, timeouts=0.01, requests=30) <= 0.01


def test_a_bad_release_hardly_ever_gets_through_its_first_step() -> None:
    assert rolled_back(errors=0.10, timeouts=0.0, requests=30) >= 0.95
