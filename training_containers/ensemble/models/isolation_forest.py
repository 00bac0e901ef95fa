"""Tier 2: how few random cuts set a decision apart from calm ones (Liu, Ting and Zhou, 2008)."""

from onnx import ModelProto, helper
from sklearn.ensemble import IsolationForest

from training_containers.ensemble.models.graphs import write_graph
from training_containers.ensemble.models.member import Fit, Member, Source
from training_containers.ensemble.models.sampled import draw, threads

TREES, EACH = 50, 256


def train(source: Source, fit: Fit) -> None:
    from skl2onnx import to_onnx

    sample = draw(source, fit)
    calm = sample.inputs[~sample.hazard]
    forest = IsolationForest(
        n_estimators=TREES, max_samples=min(EACH, len(calm)), n_jobs=threads(), random_state=fit.seed
    ).fit(calm)
    fit.report(1.0, len(calm))
    model = to_onnx(forest, calm[:2], target_opset={"": 15, "ai.onnx.ml": 3})
    _turn(model)
    write_graph(
        model, "anomaly", None, sample.typical, fit.onnx, sample.inputs, lambda rows: -forest.decision_function(rows)
    )


def _turn(model: ModelProto) -> None:
    """Its score is low where a decision stands apart; ours is high."""
    model.graph.node.append(helper.make_node("Neg", ["scores"], ["anomaly"]))


MEMBER = Member("isolation_forest", 2, "features", train)
