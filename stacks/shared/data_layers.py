"""What data prep of a kind needs beyond Lambda and Powertools: its requirements, or the pandas layer of AWS."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambdas.data_prep.spec import KindSpec
from stacks.shared.pandas_layer import pandas_layer
from stacks.shared.requirements_layer import RequirementsLayer
from stacks.shared.source_tree import ROOT


def data_layer(scope: Construct, spec: KindSpec) -> lambda_.ILayerVersion:
    if spec.layer == "pandas":
        return pandas_layer(scope)
    requirements = ROOT / "lambdas" / "data_prep" / spec.kind / "requirements.txt"
    return RequirementsLayer(scope, "Requirements", requirements=requirements)
