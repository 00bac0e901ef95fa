"""Requests that AWS would refuse for their shape alone."""

import pytest

from sandbox.aws.sagemaker.errors import SageMakerError
from sandbox.aws.sagemaker.requests import coerced, validate

PACKAGE = {"ModelPackageGroupName": "vigil-cats"}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"ModelPackageGroupName": "under_score"}, "ModelPackageGroupName"),
        ({"ModelApprovalStatus": "Perhaps"}, "ModelApprovalStatus"),
        ({"CustomerMetadataProperties": {"reason": "a, comma is not allowed"}}, "CustomerMetadataProperties.reason"),
        ({"CustomerMetadataProperties": {"reason": "x" * 300}}, "CustomerMetadataProperties.reason"),
        ({"NoSuchMember": 1}, "NoSuchMember"),
        ({"Tags": "none"}, "Tags"),
    ],
)
def test_what_breaks_the_api_model_is_refused_by_name(change: dict, named: str) -> None:
    with pytest.raises(SageMakerError, match=named) as refused:
        validate("CreateModelPackage", PACKAGE | change)
    assert refused.value.code == "ValidationException"


def test_a_good_request_passes() -> None:
    validate(
        "CreateModelPackage", PACKAGE | {"CustomerMetadataProperties": {"reason": "macro_f1 0.91 of at least 0.80"}}
    )


def test_a_templates_texts_become_numbers_where_the_api_wants_them_and_nowhere_else() -> None:
    variant = {
        "VariantName": "1",
        "ModelName": "m",
        "ServerlessConfig": {"MemorySizeInMB": "2048", "MaxConcurrency": 5},
    }

    request = coerced("CreateEndpointConfig", {"ProductionVariants": [variant], "Tags": [{"Key": "a", "Value": 7}]})

    assert request["ProductionVariants"][0]["ServerlessConfig"] == {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
    assert request["ProductionVariants"][0]["VariantName"] == "1"
    assert request["Tags"] == [{"Key": "a", "Value": "7"}]
