"""Every member in one ONNX graph: shared inputs, an output of each member's name."""

from collections.abc import Sequence
from pathlib import Path

import onnx
from onnx import ModelProto, helper
from onnx.compose import add_prefix

from training_containers.contract import InternalFault
from training_containers.ensemble.members import Trained
from training_containers.ensemble.models.graphs import IR_VERSION, OPSETS
from training_containers.ensemble.models.member import OUTPUT


def merge(trained: Sequence[Trained], path: Path) -> None:
    """Raises InternalFault: members' graphs use operators of different versions, or are no graph together."""
    together = helper.make_model(
        helper.make_graph([], "ensemble", [], []),
        opset_imports=[helper.make_opsetid(*one) for one in OPSETS.items()],
        ir_version=IR_VERSION,
    )
    inputs: dict[str, onnx.ValueInfoProto] = {}
    for one in trained:
        model = onnx.load(one.onnx)
        _require_versions(model, one.member.name)
        (given,) = model.graph.input
        inputs.setdefault(one.member.reads, _renamed(given, one.member.reads))
        (answer,) = model.graph.output
        prefixed = add_prefix(model, f"{one.member.name}/").graph
        names = {f"{one.member.name}/{given.name}": one.member.reads, f"{one.member.name}/{OUTPUT}": one.member.name}
        for node in prefixed.node:
            node.input[:] = [names.get(name, name) for name in node.input]
            node.output[:] = [names.get(name, name) for name in node.output]
        together.graph.node.extend(prefixed.node)
        together.graph.initializer.extend(prefixed.initializer)
        together.graph.output.append(_renamed(answer, one.member.name))
    together.graph.input.extend(inputs[reads] for reads in sorted(inputs))
    try:
        onnx.checker.check_model(together)
    except onnx.checker.ValidationError as error:
        raise InternalFault(f"the members' graphs are no graph together: {error}") from error
    onnx.save(together, path)


def _require_versions(model: ModelProto, name: str) -> None:
    other = {one.domain: one.version for one in model.opset_import if OPSETS.get(one.domain) != one.version}
    if other:
        raise InternalFault(f"the graph of {name} uses the operator sets {other}; all members use {OPSETS}.")


def _renamed(info: onnx.ValueInfoProto, name: str) -> onnx.ValueInfoProto:
    """With one symbol for the number of rows, whatever each exporter calls it."""
    copy = onnx.ValueInfoProto()
    copy.CopyFrom(info)
    copy.name = name
    copy.type.tensor_type.shape.dim[0].ClearField("dim_value")
    copy.type.tensor_type.shape.dim[0].dim_param = "n"
    return copy
