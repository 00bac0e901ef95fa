"""Endpoints of a domain: its releases, what each is made of, and which one is the champion."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sagemaker.core.resources import Endpoint

from clients.operator.sdk import Domain, given


@dataclass(frozen=True, kw_only=True)
class Release:
    """One endpoint; `release` is its name without the domain's prefix. Sizes are None where it is not serverless."""

    release: str
    endpoint: str
    champion: bool
    status: str
    why: str
    created: datetime
    memory_mb: int | None
    max_concurrency: int | None
    model_data_url: str


def read(domain: Domain, newest: int) -> list[Release]:
    """The newest endpoints; idle, each costs nothing."""
    champion = domain.champion_endpoint()
    return [_release(one, domain, champion) for one in islice(domain.newest(Endpoint), newest)]


def cells(release: Release) -> dict[str, str]:
    size = "" if release.memory_mb is None else f"{release.memory_mb} MB, {release.max_concurrency} at once"
    return {
        "release": release.release,
        "serves": "champion" if release.champion else "",
        "status": f"{release.status}: {release.why}" if release.why else release.status,
        "created": f"{release.created:%Y-%m-%d %H:%M}",
        "serverless": size,
        "model": release.model_data_url,
    }


def _release(one: Endpoint, domain: Domain, champion: str) -> Release:
    (variant,) = domain.endpoint_config(one.endpoint_config_name).production_variants
    model = domain.model(variant.model_name)
    return Release(
        release=one.endpoint_name.removeprefix(f"{domain.prefix}-"),
        endpoint=one.endpoint_name,
        champion=one.endpoint_name == champion,
        status=one.endpoint_status,
        why=given(one, "failure_reason", ""),
        created=one.creation_time,
        memory_mb=given(variant, "serverless_config.memory_size_in_mb"),
        max_concurrency=given(variant, "serverless_config.max_concurrency"),
        model_data_url=given(model, "primary_container.model_data_url", ""),
    )
