"""`s3://bucket/key` taken apart."""

from lambdas.common.errors import PayloadError


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key; raises PayloadError for anything else."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not uri.startswith("s3://") or not bucket or not key:
        raise PayloadError(f"{uri!r} is no S3 address; write s3://bucket/key.")
    return bucket, key
