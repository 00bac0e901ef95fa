"""How a person's pictures and the rows of their labels table reach a deployed domain."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rich.progress import track

from sandbox.demo.uploads import pictures_below
from sandbox.deployment import Deployment

ROWS_A_CALL = 25
"""BatchWriteItem takes no more: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html."""


def upload_pictures(
    deployment: Deployment, domain: str, prefix: str, pictures: Path, rows: Sequence[Mapping[str, Any]]
) -> None:
    """`prefix`: below which the domain has pictures in its raw bucket. `rows`: column -> text; empty is left out."""
    bucket, table = deployment.output(domain, "RawBucket"), deployment.output(domain, "LabelsTable")
    files = pictures_below(pictures)

    def put(file: Path) -> None:
        key = f"{prefix}{file.relative_to(pictures).as_posix()}"
        deployment.s3.put_object(Bucket=bucket, Key=key, Body=file.read_bytes())

    with ThreadPoolExecutor(8) as pool:
        for _ in track(pool.map(put, files), f"{domain}: uploading pictures", total=len(files)):
            pass
    for start in track(range(0, len(rows), ROWS_A_CALL), f"{domain}: writing labels"):
        items = [
            {"PutRequest": {"Item": {name: {"S": value} for name, value in row.items() if value}}}
            for row in rows[start : start + ROWS_A_CALL]
        ]
        deployment.dynamodb.batch_write_item(RequestItems={table: items})
