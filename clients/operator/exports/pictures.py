"""Fetches pictures, many at a time. Done twice, it fetches nothing twice."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

WORKERS = 16
"""The connection pool of the client is as large."""
_GONE = {"404", "NoSuchKey"}


def fetch_all(s3: Any, bucket: str, wanted: Iterable[tuple[str, Path]], done: Callable[[], None]) -> list[str]:
    """`wanted`: key, and the file it becomes. Keys that are gone are answered; `done` is called after each."""
    with ThreadPoolExecutor(WORKERS) as pool:
        there = pool.map(partial(_fetch, s3, bucket, done), wanted)
        return [key for key, found in there if not found]


def _fetch(s3: Any, bucket: str, done: Callable[[], None], wanted: tuple[str, Path]) -> tuple[str, bool]:
    key, file = wanted
    try:
        found = s3.head_object(Bucket=bucket, Key=key)
        if not file.is_file() or file.stat().st_size != found["ContentLength"]:
            file.parent.mkdir(parents=True, exist_ok=True)
            partly = file.with_name(f".{file.name}.part")
            s3.download_file(bucket, key, str(partly))
            partly.replace(file)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
        return key, False
    done()
    return key, True
