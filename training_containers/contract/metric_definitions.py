"""Log lines that carry metrics, and the definitions by which SageMaker reads them.

A line is `name=value` pairs separated by spaces: `epoch=3 train_loss=0.123456 val_macro_f1=0.81`.
https://docs.aws.amazon.com/sagemaker/latest/dg/training-metrics.html
"""

from collections.abc import Iterable, Mapping

NUMBER = r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?"


def metric_line(metrics: Mapping[str, float]) -> str:
    """The log line; whole numbers stay whole, others keep six significant digits."""
    return " ".join(f"{name}={value:.6g}" for name, value in metrics.items())


def print_metrics(metrics: Mapping[str, float]) -> None:
    """The line on standard output, which becomes CloudWatch Logs; at once, for it may be the last one."""
    print(metric_line(metrics), flush=True)


def metric_definitions(names: Iterable[str]) -> list[dict[str, str]]:
    """`AlgorithmSpecification.MetricDefinitions` for the names a program logs."""
    return [{"Name": name, "Regex": rf"(?:^|\s){name}=({NUMBER})"} for name in names]
