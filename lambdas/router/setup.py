"""Puts the router together for one environment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from inference.contracts.tasks import task_of
from lambdas.common.release_state import Release, ReleaseState
from lambdas.router.clients import CHAMPION_TIMEOUT_S, CaptureStream, Endpoints, RawBuckets, Table
from lambdas.router.deadline import Deadline
from lambdas.router.models import RouterEnvironment
from lambdas.router.predict import Predictions
from lambdas.router.releases import KnownReleases

THREADS = 8
"""Two for each request; a slow challenger may hold one a little longer than its request lasts."""


def set_up(env: RouterEnvironment) -> Predictions:
    task = task_of(env.task)
    return Predictions(
        env,
        task,
        KnownReleases(_reader(env)),
        Endpoints(task, CHAMPION_TIMEOUT_S, attempts=3),
        Endpoints(task, env.patience_ms / 1000, attempts=2),
        RawBuckets(env.raw_buckets),
        CaptureStream(env.captures_stream),
        ThreadPoolExecutor(THREADS),
    )


def _reader(env: RouterEnvironment) -> Callable[[Deadline], ReleaseState]:
    if env.pinned_endpoint is not None:
        pinned = _pinned(env.domain, env.pinned_endpoint)
        return lambda _: pinned
    assert env.releases_table is not None  # RouterEnvironment asks for one of the two
    return Table(env.releases_table, env.domain).read


def _pinned(domain: str, endpoint: str) -> ReleaseState:
    """A champion that no rollout ever changes."""
    release = Release(
        release="pinned", endpoint=endpoint, model_package_arn="", model_data_url="", since=datetime.now(UTC)
    )
    return ReleaseState(domain=domain, champion=release)
