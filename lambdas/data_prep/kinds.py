"""The kinds of data there are. A kind is a folder here: its spec, what prepares it, and its batches if it has any."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Protocol, cast

from pydantic import BeforeValidator, SerializeAsAny, ValidationError

from lambdas.common.errors import PayloadError, sentences
from lambdas.data_prep.boxes.spec import Boxes
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.sensor_zones.spec import SensorZones
from lambdas.data_prep.spec import KindSpec
from lambdas.data_prep.telemetry.spec import Telemetry

if TYPE_CHECKING:
    from lambdas.data_prep.dataset_files import Dataset
    from lambdas.data_prep.inputs import Inputs
    from lambdas.data_prep.models import BatchResult, Diagnosis, ListResult


class Preparation(Protocol):
    """A kind's module that prepares all in one invocation."""

    def prepare(self, inputs: "Inputs") -> "Dataset": ...


class Batches(Protocol):
    """A kind's module with the steps under a Distributed Map; `merge` answers what `prepare` would have."""

    def list_batches(self, inputs: "Inputs") -> "ListResult": ...

    def inspect_batch(self, inputs: "Inputs", number: int) -> "BatchResult": ...

    def merge(self, inputs: "Inputs") -> "Dataset": ...


class Inspection(Protocol):
    """A kind's module that looks at raw data and says what they are worth, without preparing any."""

    def inspect(self, inputs: "Inputs") -> "Diagnosis": ...


class Kind(NamedTuple):
    spec: type[KindSpec]
    preparation: str
    """The module; imported when needed: a function's layer has the libraries of its own kind only."""
    batches: str | None = None
    """The module, or None: the kind is prepared in one call."""
    inspection: str | None = None
    """The module, or None: the kind's raw data are looked at while they are prepared only."""


KINDS: dict[str, Kind] = {
    "boxes": Kind(Boxes, "lambdas.data_prep.boxes.prepare"),
    "labelled_images": Kind(
        LabelledImages, "lambdas.data_prep.labelled_images.prepare", "lambdas.data_prep.labelled_images.batches"
    ),
    "sensor_zones": Kind(
        SensorZones,
        "lambdas.data_prep.sensor_zones.prepare",
        "lambdas.data_prep.sensor_zones.batches",
        "lambdas.data_prep.sensor_zones.diagnose",
    ),
    "telemetry": Kind(Telemetry, "lambdas.data_prep.telemetry.prepare"),
}


def _of_its_kind(value: Any) -> KindSpec:
    kind = value.kind if isinstance(value, KindSpec) else value.get("kind") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"data of kind {kind!r}; known kinds are {', '.join(KINDS)}")
    if isinstance(value, KindSpec):
        return value
    try:
        return KINDS[kind].spec.model_validate(value)
    except ValidationError as error:
        raise ValueError(sentences(error)) from error


DataSpec = Annotated[SerializeAsAny[KindSpec], BeforeValidator(_of_its_kind)]
"""The spec of any kind, told apart by its `kind`."""


def has_batches(spec: KindSpec) -> bool:
    return KINDS[spec.kind].batches is not None


def has_inspection(spec: KindSpec) -> bool:
    return KINDS[spec.kind].inspection is not None


def inspection(spec: KindSpec) -> Inspection:
    """Raises PayloadError for a kind without."""
    module = KINDS[spec.kind].inspection
    if module is None:
        raise PayloadError(f"Data of kind {spec.kind} have no inspection of their own; use the action `prepare`.")
    return cast(Inspection, import_module(module))


def preparation(spec: KindSpec) -> Preparation:
    return cast(Preparation, import_module(KINDS[spec.kind].preparation))


def batches(spec: KindSpec) -> Batches:
    """Raises PayloadError for a kind without."""
    module = KINDS[spec.kind].batches
    if module is None:
        raise PayloadError(
            f"Data of kind {spec.kind} is prepared in one call, not in batches; use the action `prepare`."
        )
    return cast(Batches, import_module(module))
