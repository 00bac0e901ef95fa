"""Which domains there are, and what is refused of the arguments of their constructs."""

import dataclasses
import inspect

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb

from app import build
from stacks.domains import ALL_DOMAINS
from stacks.domains.battery import BatterySafety
from stacks.domains.cats import CATS, CatRecognition
from stacks.pipeline.ml_domain import DomainOptions, MlDomain
from stacks.shared.source_tree import ROOT


class DogRecognition(MlDomain):
    def __init__(self, scope, construct_id, **options):
        super().__init__(scope, construct_id, definition=dataclasses.replace(CATS, name="dogs"), **options)


def test_every_package_in_the_folder_is_a_domain():
    folders = sorted(path.parent.name for path in ROOT.glob("stacks/domains/*/__init__.py"))

    assert list(ALL_DOMAINS) == folders
    assert ALL_DOMAINS["cats"] is CatRecognition


def test_the_app_takes_domains_that_are_not_in_the_folder():
    app = cdk.App(context={"environment": "development", "dogs:modelDataUrl": "s3://models/dogs/model.tar.gz"})

    build(app, {"dogs": DogRecognition})

    stack = app.node.find_child("VigilDevelopmentDogs")
    assert stack.node.find_child("DogRecognition").node.try_find_child("Endpoint") is not None


@pytest.mark.parametrize("domain", ALL_DOMAINS)
def test_the_context_fills_arguments_that_the_construct_has(domain):
    construct = ALL_DOMAINS[domain]
    arguments = {*inspect.signature(construct.__init__).parameters, *DomainOptions.__annotations__}

    assert {option.argument for option in construct.context_options} <= arguments


def test_a_table_of_labels_is_refused_where_labels_come_with_the_data():
    stack = cdk.Stack()
    table = dynamodb.Table.from_table_name(stack, "Labels", "our-labels")

    with pytest.raises(ValueError, match="battery: labels come with the data"):
        BatterySafety(stack, "Battery", table=table)
