"""Where training jobs log their runs, if somebody wants them to."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """An MLflow server: a URL, or the ARN of one that SageMaker manages.

    `artifacts` is such a server's artifact store (s3://bucket/folder/), to which a job writes by itself; `key_arn` the
    KMS key that the store is encrypted with.
    """

    uri: str
    artifacts: str | None = None
    key_arn: str | None = None

    def __post_init__(self) -> None:
        managed = self.uri.startswith("arn:")
        if managed and self.artifacts is None:
            raise ValueError(
                f"mlflow {self.uri}: jobs write to its artifact store themselves, so say which: "
                "mlflowArtifacts=s3://<bucket>/<folder>/ (aws sagemaker describe-mlflow-tracking-server)"
            )
        if self.key_arn is not None and self.artifacts is None:
            raise ValueError(f"mlflowKey {self.key_arn}: there is no mlflowArtifacts that it could belong to")

    @classmethod
    def of(cls, uri: str | None, artifacts: str | None, key_arn: str | None) -> "Tracking | None":
        """None without a server; raises ValueError for a store or a key of no server."""
        if uri is not None:
            return cls(uri=uri, artifacts=artifacts, key_arn=key_arn)
        if artifacts is not None or key_arn is not None:
            raise ValueError(f"mlflowArtifacts {artifacts}, mlflowKey {key_arn}: say which server with mlflow=<ARN>")
        return None
