"""One synthesis of each kind for all tests: a synthesis takes seconds."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from app import build
from stacks.domains import ALL_DOMAINS
from stacks.pipeline.ml_domain import MlDomain
from stacks.shared.source_tree import ROOT
from tests.synth.state_machines import machines, release, searching, training  # noqa: F401 - fixtures

FLAGS = {key: flag for key, flag in json.loads((ROOT / "cdk.json").read_text())["context"].items() if key[0] == "@"}

WARNED = "Annotation::vigil:"
"""What we warn of ourselves: a person may have chosen it."""

Templates = Mapping[str, Mapping[str, Any]]


def synthesize(
    outdir: Path, context: Mapping[str, str], domains: Mapping[str, type[MlDomain]] = ALL_DOMAINS
) -> Templates:
    """Stack name -> template. Raises when a rule of cdk-nag's or our own finds something, and at warnings of CDK's."""
    app = cdk.App(context={**FLAGS, **context}, outdir=str(outdir))
    build(app, domains)
    app.synth()
    report = outdir / "validation-report.json"
    if report.exists():
        violations = [one for plugin in json.loads(report.read_text())["pluginReports"] for one in plugin["violations"]]
        found = [one for one in violations if not one["ruleName"].startswith(WARNED)]
        assert not found, f"rules found: {json.dumps(found, indent=1)}"
    return {path.name.split(".")[0]: json.loads(path.read_text()) for path in outdir.glob("*.template.json")}


@pytest.fixture(scope="session")
def flags() -> dict[str, Any]:
    """The feature flags of cdk.json, which templates depend on."""
    return FLAGS


@pytest.fixture(scope="session")
def development(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return synthesize(tmp_path_factory.mktemp("development"), {"environment": "development"})


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """With one domain pinned to a model, and delivery from GitHub."""
    context = {
        "environment": "production",
        "domains": "cats",
        "cats:modelDataUrl": "s3://models/cats/model.tar.gz",
        "cats:modelManifestSha256": "5e" * 32,
        "github": "owner/vigil",
        "alarmEmail": "someone@example.com",
    }
    return synthesize(tmp_path_factory.mktemp("production"), context)


@pytest.fixture(scope="session")
def of_type() -> Callable[[Mapping[str, Any], str], dict[str, dict[str, Any]]]:
    """Logical id -> resource, of one type."""

    def find(template: Mapping[str, Any], kind: str) -> dict[str, dict[str, Any]]:
        return {name: one for name, one in template["Resources"].items() if one["Type"] == kind}

    return find
