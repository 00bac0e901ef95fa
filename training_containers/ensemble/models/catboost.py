"""Tier 2: symmetric boosted trees by CatBoost, on a bounded sample; its own snapshots let a killed training go on."""

import onnx
from catboost import CatBoostClassifier

from training_containers.ensemble.models.boosted import BOOSTING
from training_containers.ensemble.models.graphs import write_graph
from training_containers.ensemble.models.member import Fit, Member, Source
from training_containers.ensemble.models.sampled import draw, threads

SNAPSHOT_S = 30


def train(source: Source, fit: Fit) -> None:
    sample = draw(source, fit)
    model = CatBoostClassifier(
        iterations=fit.settings.rounds,
        depth=min(fit.settings.max_depth, 8),
        learning_rate=fit.settings.boosting_rate,
        rsm=BOOSTING.columns,
        bootstrap_type="Bernoulli",
        subsample=BOOSTING.rows,
        border_count=BOOSTING.bins,
        random_seed=fit.seed,
        thread_count=threads(),
        allow_writing_files=True,
        train_dir=str(fit.resume),
        save_snapshot=True,
        snapshot_file="snapshot",
        snapshot_interval=SNAPSHOT_S,
        verbose=False,
    )
    model.fit(sample.inputs, sample.hazard.astype(int), sample_weight=sample.weight)
    fit.report(1.0, fit.settings.rounds * len(sample.inputs))
    model.save_model(str(fit.resume / "model.onnx"), format="onnx")
    graph = onnx.load(str(fit.resume / "model.onnx"))
    _without_maps(graph)
    write_graph(
        graph, "probabilities", 1, sample.typical, fit.onnx, sample.inputs, lambda rows: model.predict_proba(rows)[:, 1]
    )


def _without_maps(model: onnx.ModelProto) -> None:
    """CatBoost ends its graph with a list of maps from class to probability; the tensor before it is what we want."""
    (trees,) = [node for node in model.graph.node if node.op_type == "TreeEnsembleClassifier"]
    trees.output[1] = "probabilities"
    kept = [node for node in model.graph.node if node.op_type != "ZipMap"]
    del model.graph.node[:]
    model.graph.node.extend(kept)


MEMBER = Member("catboost", 2, "features", train)
