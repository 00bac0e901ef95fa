"""`FireDetection(self, "Fire")` in any stack."""

from typing import Unpack

from constructs import Construct

from stacks.domains.fire.definition import DISTRIBUTED_INSTANCE, fire
from stacks.pipeline.ml_domain import DomainOptions, MlDomain
from stacks.shared.context_option import ContextOption


def _instance(text: str) -> str:
    return text.strip()


class FireDetection(MlDomain):
    """Tables of readings below `readings/` in `bucket`, which is made if not given; labels come with the data.

    `distributed_instance`: what the strategy `distributed` trains on, e.g. ml.g6.12xlarge.
    """

    context_options = (
        *MlDomain.context_options,
        ContextOption(argument="distributed_instance", words={"distributedInstance": "text"}, make=_instance),
    )

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        distributed_instance: str = DISTRIBUTED_INSTANCE,
        **options: Unpack[DomainOptions],
    ) -> None:
        super().__init__(scope, construct_id, definition=fire(distributed_instance), **options)
