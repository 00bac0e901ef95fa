"""Where training jobs log their runs, if somebody wants them to."""

from dataclasses import dataclass

from stacks.shared.context_option import ContextOption


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """An MLflow server: a URL, or the ARN of one that SageMaker manages."""

    uri: str
    artifacts: str | None = None
    """A managed server's artifact store, s3://bucket/folder/, to which a job writes by itself."""
    key_arn: str | None = None
    """The KMS key of that store."""

    def __post_init__(self) -> None:
        if self.uri.startswith("arn:") and self.artifacts is None:
            raise ValueError(
                f"MLflow server {self.uri}: jobs write to its artifact store themselves, so say which: "
                "mlflowArtifacts=s3://<bucket>/<folder>/ (aws sagemaker describe-mlflow-tracking-server)"
            )
        if self.key_arn is not None and self.artifacts is None:
            raise ValueError(f"mlflowKey {self.key_arn}: there is no mlflowArtifacts that it could belong to")


TRACKING = ContextOption(
    argument="tracking",
    words={"mlflow": "uri", "mlflowArtifacts": "artifacts", "mlflowKey": "key_arn"},
    make=Tracking,
)
