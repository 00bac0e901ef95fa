"""A run whose package was trained elsewhere passes training by."""

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

ASKED = "{% $boolean($states.input.model_package) %}"
OUTPUT = "{% $merge([$states.input, {'model_data_url': $states.input.model_package}]) %}"
"""What training would have told the gate."""


def submitted_or(scope: Construct, train: sfn.IChainable, gate: sfn.IChainable) -> sfn.Choice:
    """Input: `RunInput` of the trigger with the `dataset`."""
    choice = sfn.Choice.jsonata(scope, "Submitted")
    choice.when(sfn.Condition.jsonata(ASKED), gate, outputs=OUTPUT)
    return choice.otherwise(train)
