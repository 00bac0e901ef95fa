"""Makes the router and its clients from the environment variables."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from inference.contracts.tasks import task_of
from lambdas.common.release_state import Release, ReleaseState
from lambdas.router.clients import CHAMPION_TIMEOUT_S, CaptureStream, Endpoints, RawBuckets, Table
from lambdas.router.deadline import Deadline
from lambdas.router.detections import Detections
from lambdas.router.models import RouterVariables
from lambdas.router.predict import Router
from lambdas.router.release_state_cache import ReleaseStateCache

THREADS = 12
"""Three for each request: two endpoints, and the review stage; a slow challenger may occupy one a little longer."""


def make_router(env: RouterVariables) -> Router:
    task, threads = task_of(env.task), ThreadPoolExecutor(THREADS)
    return Router(
        env,
        task,
        ReleaseStateCache(_reader(env)),
        Endpoints(task, CHAMPION_TIMEOUT_S, attempts=3),
        Endpoints(task, env.challenger_timeout_ms / 1000, attempts=2),
        RawBuckets(env.raw_buckets),
        CaptureStream(env.captures_stream),
        threads,
        None if env.detections is None else Detections(env, task, env.detections, threads),
    )


def _reader(env: RouterVariables) -> Callable[[Deadline], ReleaseState]:
    if env.pinned_endpoint is not None:
        pinned = _pinned(env.domain, env.pinned_endpoint)
        return lambda _: pinned
    assert env.releases_table is not None  # RouterVariables asks for one of the two
    return Table(env.releases_table, env.domain).read


def _pinned(domain: str, endpoint: str) -> ReleaseState:
    """The release state of a pinned endpoint: a champion that no rollout changes."""
    release = Release(
        release="pinned", address=endpoint, model_package_arn="", model_data_url="", since=datetime.now(UTC)
    )
    return ReleaseState(domain=domain, champion=release)
