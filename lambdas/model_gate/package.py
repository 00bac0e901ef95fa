"""Plans the CreateModelPackage and UpdateModelPackage requests. Pure.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
"""

import re
from typing import Any

from inference.contracts.package import MANIFEST_SHA256_VARIABLE
from inference.contracts.tasks import task_of
from inference.contracts.tasks.base import ANSWER_TYPE
from lambdas.common.model_archive import ARCHIVE_SHA256_PROPERTY, MANIFEST_SHA256_PROPERTY, ArchivedPackage
from lambdas.common.package_properties import quality_properties
from lambdas.model_gate.logic import Decision
from lambdas.model_gate.models import ModelGateEvent, ModelGateVariables

DESCRIPTION_LIMIT = 1024
KEY_LIMIT, PROPERTY_LIMIT, PROPERTIES_LIMIT = 128, 256, 50
INTERVAL = ".interval"
APPROVAL_STATUS = {"approved": "Approved", "pending": "PendingManualApproval", "rejected": "Rejected"}


def model_package(
    event: ModelGateEvent,
    env: ModelGateVariables,
    decision: Decision,
    report_uri: str,
    found: ArchivedPackage | None = None,
) -> dict[str, Any]:
    """Registered as pending: its approval is a change of its own, so that it always sends an event.

    The run's name is the client token: registering it twice makes one package. `found` is the verified package: its
    manifest's hash reaches every endpoint that is made of the registered one. None: it could not be verified, or is of
    another domain.
    """
    container: dict[str, Any] = {"Image": env.serving_image_uri, "ModelDataUrl": event.model_data_url}
    if found is not None:
        container["Environment"] = {MANIFEST_SHA256_VARIABLE: found.manifest_sha256}
    request = {
        "ModelPackageGroupName": env.package_group,
        "ModelPackageDescription": described(decision.reasons),
        "InferenceSpecification": {
            "Containers": [container],
            "SupportedContentTypes": list(task_of(env.task).reads),
            "SupportedResponseMIMETypes": [ANSWER_TYPE],
        },
        "ModelApprovalStatus": APPROVAL_STATUS["pending"],
        "ClientToken": event.run,
        "CustomerMetadataProperties": _properties(event, env, decision, found),
    }
    if decision.evaluation is None:
        return request
    statistics = {"ContentType": "application/json", "S3Uri": report_uri}
    return {**request, "ModelMetrics": {"ModelQuality": {"Statistics": statistics}}}


def approval(arn: str, status: str, decision: Decision) -> dict[str, Any]:
    return {
        "ModelPackageArn": arn,
        "ModelApprovalStatus": APPROVAL_STATUS[status],
        "ApprovalDescription": described(decision.reasons),
    }


def described(reasons: tuple[str, ...]) -> str:
    """On one line, as long as SageMaker takes it; the last reason, which counts attempts, is always told."""
    *others, last = (" ".join(reason.split()) for reason in reasons)
    last = last[: DESCRIPTION_LIMIT // 2]
    text = "; ".join([*others, last])
    if len(text) <= DESCRIPTION_LIMIT:
        return text
    end = f"...; {last}"
    return f"{text[: DESCRIPTION_LIMIT - len(end)]}{end}"


def _properties(
    event: ModelGateEvent, env: ModelGateVariables, decision: Decision, found: ArchivedPackage | None
) -> dict[str, str]:
    properties = {"domain": env.domain, "run": event.run, "dataset_version": event.dataset.version}
    if found is not None:
        properties |= {
            MANIFEST_SHA256_PROPERTY: found.manifest_sha256,
            ARCHIVE_SHA256_PROPERTY: found.archive_sha256,
        }
    if decision.attempt is not None:
        properties |= {"test_split": event.dataset.measured_on, "attempt": str(decision.attempt)}
    if decision.passed:
        properties |= quality_properties(decision.quality)
    judged = [(_key(verdict.metric), verdict) for verdict in decision.verdicts]
    told = {key: f"{verdict.value}" for key, verdict in judged}
    told |= {
        f"{key}{INTERVAL}": f"{verdict.interval.low:.6g} to {verdict.interval.high:.6g}"
        for key, verdict in judged
        if verdict.interval is not None
    }
    ours_first = properties | told | properties  # a release reads these, so they neither give way nor are cut off
    return {key: value[:PROPERTY_LIMIT] for key, value in list(ours_first.items())[:PROPERTIES_LIMIT]}


def _key(metric: str) -> str:
    """A metric's name, of what a key may hold, and with room for its interval's."""
    return re.sub(r"[^\w .:/=+\-@]", "_", metric)[: KEY_LIMIT - len(INTERVAL)]
