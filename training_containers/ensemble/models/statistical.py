"""Tier 2: how far a decision lies from all calm ones, in their own deviations (Mahalanobis' distance)."""

import numpy as np

from training_containers.ensemble.models.graphs import filled, medians
from training_containers.ensemble.models.member import Fit, Member, Source
from training_containers.ensemble.models.sampled import require_both
from training_containers.ensemble.models.written import Graph

SHRINKAGE = 0.05
"""Towards uncorrelated features, so that the covariance can be inverted."""
CLIP = 12.0


def train(source: Source, fit: Fit) -> None:
    require_both(source)
    examples = source.sample("features", 20_000, fit.seed)
    typical = medians(examples.inputs)
    calm = filled(examples.inputs[~examples.hazard], typical).astype(np.float64)
    centre = np.median(calm, axis=0).astype(np.float32).astype(np.float64)  # as the graph has it
    spread = np.maximum(np.quantile(calm, 0.9, axis=0) - np.quantile(calm, 0.1, axis=0), 1e-6) / 2.56

    def scaled(rows: np.ndarray) -> np.ndarray:
        return np.clip((rows - centre) / spread, -CLIP, CLIP)

    count, total, square = 0, np.zeros(len(centre)), np.zeros((len(centre), len(centre)))
    read = 0
    for batch in source.batches("features", fit.settings.batch_rows, fit.seed):
        rows = scaled(filled(batch.inputs, typical)[~batch.hazard].astype(np.float64))
        count, total, square = count + len(rows), total + rows.sum(axis=0), square + rows.T @ rows
        read += len(batch)
        fit.report(0.99 * read / source.decisions, read)
    mean = total / count
    covariance = square / count - np.outer(mean, mean)
    covariance = (1 - SHRINKAGE) * covariance + SHRINKAGE * np.diag(np.diag(covariance) + 1e-3)
    whitening = np.linalg.cholesky(np.linalg.inv(covariance))

    def native(rows: np.ndarray) -> np.ndarray:
        return np.linalg.norm((scaled(rows) - mean) @ whitening, axis=1)

    graph = Graph(typical)
    x = graph.clip(graph.standardized("filled", centre, spread), CLIP)
    distance = graph.sqrt(graph.square_sum(graph.matmul(graph.add(x, -mean), whitening)))
    graph.write(distance, fit.onnx, filled(examples.inputs, typical), native)
    fit.report(1.0, read)


MEMBER = Member("statistical", 2, "features", train)
