"""Model packages of a domain's group: versions, approval, and the evaluation that the gate registered with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sagemaker.core.resources import ModelPackage

from clients.operator.sdk import Domain, given

ABOUT = frozenset(
    {"domain", "run", "dataset_version", "manifest_sha256", "archive_sha256"}
    | {"test_split", "attempt", "quality_metric", "quality_total"}
)
"""Properties that say where a package comes from; the gate's others are metrics and their intervals."""
INTERVAL = ".interval"


@dataclass(frozen=True, kw_only=True)
class Package:
    """One version. `evaluation`: metric -> its value, with the ends of its interval where it has one."""

    version: int
    arn: str
    approval: str
    registered: datetime
    run: str
    dataset: str
    attempt: int | None
    evaluation: dict[str, str]
    reasons: str
    report: str
    """Where the whole evaluation lies in S3; empty without one."""


def read(domain: Domain, newest: int) -> list[Package]:
    """The newest versions. Raises ClientError when there is no group."""
    found = ModelPackage.get_all(
        model_package_group_name=domain.group().model_package_group_name,
        sort_by="CreationTime",
        sort_order="Descending",
        **domain.where,
    )
    return [_package(one) for one in islice(found, newest)]


def cells(package: Package) -> dict[str, str]:
    return {
        "version": str(package.version),
        "approval": package.approval,
        "registered": f"{package.registered:%Y-%m-%d %H:%M}",
        "run": package.run,
        "dataset": package.dataset[:12],
        "evaluation": "\n".join(f"{name} {value}" for name, value in package.evaluation.items()),
        "reasons": package.reasons,
    }


def evaluation(properties: Mapping[str, str]) -> dict[str, str]:
    """Metric -> "0.963 (0.931 to 0.992)", of what the gate wrote into a package's properties."""
    metrics = [name for name in properties if name not in ABOUT and not name.endswith(INTERVAL)]
    return {name: _with_interval(properties[name], properties.get(f"{name}{INTERVAL}")) for name in metrics}


def _with_interval(value: str, interval: str | None) -> str:
    return value if interval is None else f"{value} ({interval})"


def _package(one: ModelPackage) -> Package:
    properties: dict[str, str] = given(one, "customer_metadata_properties", {})
    return Package(
        version=one.model_package_version,
        arn=one.model_package_arn,
        approval=one.model_approval_status,
        registered=one.creation_time,
        run=properties.get("run", ""),
        dataset=properties.get("dataset_version", ""),
        attempt=int(properties["attempt"]) if "attempt" in properties else None,
        evaluation=evaluation(properties),
        reasons=given(one, "approval_description") or given(one, "model_package_description", ""),
        report=given(one, "model_metrics.model_quality.statistics.s3_uri", ""),
    )
