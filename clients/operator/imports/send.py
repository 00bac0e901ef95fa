"""Sends pictures and rows of labels. Done twice, it sends nothing twice."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from clients.operator.imports.pictures import fault
from clients.operator.imports.places import Places
from inference.contracts.annotations import BoxRow
from inference.contracts.labels import LabelRow

WORKERS = 16
"""The connection pools of the clients are as large."""


R = TypeVar("R", bound=LabelRow | BoxRow)


class Sent(NamedTuple, Generic[R]):
    """What became of one row."""

    row: R
    uploaded: bool = False
    """False where the picture lay there already."""
    fault: str | None = None
    """Why neither picture nor row was sent."""


def send(
    rows: Iterable[R], pictures: Path, places: Places, s3: Any, dynamodb: Any, done: Callable[[], None]
) -> list[Sent[R]]:
    """In the order of the rows; `done` is called after each. Raises what boto3 raises.

    What a row says is set, and what else the table's row has (a person's correction) is left as it is.
    """
    sizes = _sizes(s3, places)
    key = next(
        one["AttributeName"]
        for one in dynamodb.describe_table(TableName=places.table)["Table"]["KeySchema"]
        if one["KeyType"] == "HASH"
    )

    def one(row: R) -> Sent[R]:
        file = pictures / row.imageName
        wrong = fault(file)
        uploaded = wrong is None and _upload(s3, places, row.imageName, file.read_bytes(), sizes)
        if wrong is None:
            _label(dynamodb, places.table, key, row)
        done()
        return Sent(row, uploaded, wrong)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, rows))


def _sizes(s3: Any, places: Places) -> dict[str, int]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=places.bucket, Prefix=places.prefix)
    return {entry["Key"]: entry["Size"] for page in pages for entry in page.get("Contents", [])}


def _upload(s3: Any, places: Places, name: str, body: bytes, sizes: Mapping[str, int]) -> bool:
    """Whether it had to be sent. An ETag is no MD5 where a bucket is encrypted with KMS, so the hash is kept beside."""
    key, digest = f"{places.prefix}{name}", sha256(body).hexdigest()
    if sizes.get(key) == len(body):
        kept = s3.head_object(Bucket=places.bucket, Key=key)["Metadata"].get("sha256")
        if kept == digest:
            return False
    s3.put_object(Bucket=places.bucket, Key=key, Body=body, ContentType="image/jpeg", Metadata={"sha256": digest})
    return True


def _label(dynamodb: Any, table: str, key: str, row: LabelRow | BoxRow) -> None:
    values = {name: value for name, value in row.model_dump(exclude={"imageName"}).items() if value}
    dynamodb.update_item(
        TableName=table,
        Key={key: {"S": row.imageName}},
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
        ExpressionAttributeNames={f"#{name}": name for name in values},
        ExpressionAttributeValues={f":{name}": {"S": value} for name, value in values.items()},
    )
