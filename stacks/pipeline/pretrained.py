"""Weights that training may start from."""

from dataclasses import dataclass

from stacks.shared.context_option import ContextOption


@dataclass(frozen=True, kw_only=True)
class PretrainedWeights:
    """An s3:// folder that holds `model.pt`, a state dict."""

    uri: str
    key_arn: str | None = None
    """The KMS key of that folder, where it is not the environment's."""


PRETRAINED = ContextOption(
    argument="pretrained", words={"pretrained": "uri", "pretrainedKey": "key_arn"}, make=PretrainedWeights
)
