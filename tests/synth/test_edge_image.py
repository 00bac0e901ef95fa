"""Only an image of a domain whose runs can export for devices carries what exports: 2 GB."""

import dataclasses
import json
from pathlib import Path

import aws_cdk as cdk
import pytest

from stacks.domains.cats import CATS
from stacks.pipeline.training_options import options_of
from stacks.shared.container_image import training_image
from training_containers.image_classification.config import ImageClassificationHyperparameters


def test_a_domain_that_offers_the_export_has_it():
    offered = options_of(ImageClassificationHyperparameters, "architecture", "edge_export")

    assert dataclasses.replace(CATS.training, options=offered).exports_edge
    assert not CATS.training.exports_edge


@pytest.mark.parametrize(("edge", "told"), [(True, {"EDGE": "1"}), (False, {})])
def test_the_build_is_told(edge: bool, told: dict[str, str], tmp_path: Path):
    app = cdk.App(outdir=str(tmp_path))
    stack = cdk.Stack(app, "S")
    training_image(stack, "Image", container="image_classification", instance="ml.m5.xlarge", edge=edge)
    app.synth()
    manifest = json.loads((tmp_path / "S.assets.json").read_text())

    ((image,),) = [tuple(manifest["dockerImages"].values())]
    arguments = image["source"]["dockerBuildArgs"]
    assert {name: value for name, value in arguments.items() if name != "BASE_IMAGE"} == told
