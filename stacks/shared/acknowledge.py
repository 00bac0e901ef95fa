"""Says why a rule does not hold for one construct."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, reasons: dict[str, str]) -> None:
    """`reasons`: rule id (`AwsSolutions-IAM5[Resource::*]`) -> why it is right here."""
    Validations.of(construct).acknowledge(*(Acknowledgment(id=rule, reason=why) for rule, why in reasons.items()))
