"""What cameras that run the detector themselves add to `deer`."""

from dataclasses import replace

from lambdas.endpoint_release.targets.devices.spec import DevicesSpec
from lambdas.endpoint_release.targets.several.spec import SeveralSpec
from stacks.pipeline.definition import DomainDefinition, at_most, surely_at_least, surely_at_most
from stacks.pipeline.training_options import Offer, options_of
from training_containers.object_detection.config import ObjectDetectionHyperparameters

OPTIONS = options_of(
    ObjectDetectionHyperparameters, edge_export=Offer(default="measured"), edge_slow_ms=Offer(minimum=1)
)
REQUIREMENTS = (
    surely_at_least("edge_ap50", 0.5),
    surely_at_most("edge_false_positives_per_empty", 0.3),
    at_most("edge_p95_ms", 100),
    at_most("edge_size_mb", 20),
)
_REQUESTS_TO_TELL = 20
"""Few ask the endpoint where cameras answer for themselves."""
_BAKES = 12
"""Cameras look about every quarter of an hour and may be switched off: a step waits three hours to hear of enough."""


def on_devices(definition: DomainDefinition) -> DomainDefinition:
    """Its runs export for devices, its gate judges what devices get as well, and its releases run on both."""
    return replace(
        definition,
        training=replace(definition.training, options=(*definition.training.options, *OPTIONS)),
        gate=definition.gate.model_copy(update={"requirements": (*definition.gate.requirements, *REQUIREMENTS)}),
        target=SeveralSpec(targets=(definition.target, DevicesSpec())),
        rollout=definition.rollout.model_copy(update={"max_bakes": _BAKES, "minimum_requests": _REQUESTS_TO_TELL}),
    )
