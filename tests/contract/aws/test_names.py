"""Names that AWS limits, with the longest domain, release and run there can be; limits are AWS's own numbers."""

import re

import pytest

from lambdas.endpoint_release.package import release_id
from lambdas.endpoint_release.targets.serverless.requests import endpoint_name
from lambdas.training_trigger.payload import run_name
from stacks.domains.cats import CATS
from stacks.pipeline.definition import DomainDefinition
from stacks.shared.names import Names

LONGEST = "thirteenchars"
PACKAGE = f"arn:aws:sagemaker:us-west-2:123456789012:model-package/vigil-{LONGEST}/99999"
A_NAME = r"[a-zA-Z0-9](-*[a-zA-Z0-9])*"


def named(name: str) -> DomainDefinition:
    return DomainDefinition(**{**vars(CATS), "name": name})


def test_a_longer_name_of_a_domain_is_refused():
    assert named(LONGEST).name == LONGEST
    with pytest.raises(ValueError, match="14 characters; 13 at most"):
        named(f"{LONGEST}s")


def test_a_run_names_a_tuning_job():
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html"""
    run = run_name(f"vigil-{LONGEST}", "token")

    assert len(run) <= 32
    assert re.fullmatch(A_NAME, run)


def test_a_release_names_an_endpoint_its_configuration_and_its_model():
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html"""
    endpoint = endpoint_name("vigil", LONGEST, release_id(PACKAGE))

    assert len(endpoint) <= 63
    assert re.fullmatch(A_NAME, endpoint)


@pytest.mark.parametrize(
    ("word", "limit", "source"),
    [
        ("trigger-training", 64, "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"),
        ("endpoint-release", 64, "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"),
        ("training", 80, "https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html"),
        ("captures", 64, "https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html"),
        ("pinned", 63, "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html"),
    ],
)
def test_what_a_domain_names_is_short_enough(word, limit, source):
    name = Names("vigil", LONGEST).of(word)

    assert len(name) <= limit, source


def test_a_strangers_job_is_not_taken_for_ours(grants):
    """An account has other jobs that are called `cats-...`."""
    for domain, role in (("Cats", "TrainingRunStateMachine"), ("Battery", "TrainingRunStateMachine")):
        jobs = [resource for action, resource, _ in grants(domain, role) if re.match("sagemaker:(Create|Stop)", action)]
        assert jobs
        assert {re.sub(".*/", "", job) for job in jobs} == {f"vigil-{domain.lower()}-*"}
