"""The bytes of one raw file as a table, or the reason why they are none."""

from io import BytesIO

import pandas as pd
from pyarrow.parquet import FileMetaData, ParquetFile

from lambdas.data_prep.telemetry.reasons import Reason

SUFFIXES = (".csv", ".parquet")
OTHERS = {b";": "semicolons", b"\t": "tabs"}
"""What stands between columns where commas do not."""
CODECS = ("SNAPPY", "GZIP", "UNCOMPRESSED")
"""Compressions of Parquet that AWS's pandas layer reads; it is built without ZSTD, LZ4 and BROTLI.

https://github.com/aws/aws-sdk-pandas/blob/main/building/lambda/build-lambda-layer.sh
"""
WRITTEN = "snappy"
"""Compression of checked tables."""


class Unusable(Exception):
    """A file that is left out: the reason, and a sentence that says what to do."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def read_table(name: str, body: bytes) -> pd.DataFrame:
    """Raises Unusable."""
    if not name.lower().endswith(SUFFIXES):
        raise Unusable(Reason.UNSUPPORTED_FILE, f"'{name}' is neither .csv nor .parquet; save it as one of them.")
    if not body:
        raise Unusable(Reason.EMPTY, "the file has 0 bytes; write it again.")
    try:
        if name.lower().endswith(".parquet"):
            table = _read_parquet(body)
        else:
            _require_commas(body)
            table = pd.read_csv(BytesIO(body), low_memory=False)
    except Unusable:
        raise
    except Exception as error:  # pandas, pyarrow and the codecs have no common base for their errors
        kind = name.rsplit(".", 1)[-1]
        raise Unusable(Reason.NOT_A_TABLE, f"the file is no readable {kind}: {error}; write it again.") from error
    if table.empty:
        raise Unusable(Reason.EMPTY, f"the table has columns ({', '.join(map(str, table.columns))}) and no rows.")
    return table


def _require_commas(body: bytes) -> None:
    """Spreadsheets of half of the world write others, and decimal commas."""
    first = body.partition(b"\n")[0]
    other = next((name for sign, name in OTHERS.items() if sign in first and b"," not in first), None)
    if other is not None:
        raise Unusable(
            Reason.NOT_A_TABLE,
            f"{other} stand between its columns; save it with commas between them, and with decimal points in numbers.",
        )


def _read_parquet(body: bytes) -> pd.DataFrame:
    """Codecs are looked up before a value is read, so that every machine refuses what the layer cannot read."""
    with ParquetFile(BytesIO(body)) as file:
        unread = _codecs(file.metadata) - set(CODECS)
    if unread:
        raise Unusable(
            Reason.UNSUPPORTED_CODEC,
            f"its columns are compressed with {', '.join(sorted(unread))}; data prep reads {', '.join(CODECS)}. "
            f"Write it again with one of them, e.g. to_parquet(..., compression='{WRITTEN}').",
        )
    return pd.read_parquet(BytesIO(body))


def _codecs(metadata: FileMetaData) -> set[str]:
    columns, groups = range(metadata.num_columns), range(metadata.num_row_groups)
    return {metadata.row_group(group).column(column).compression for group in groups for column in columns}
