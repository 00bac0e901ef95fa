"""The bytes of one raw file as a table, or the reason why they are none."""

from io import BytesIO

import pandas as pd

from lambdas.data_prep.quarantine import Reason

SUFFIXES = (".csv", ".parquet")


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
            table = pd.read_parquet(BytesIO(body))
        else:
            table = pd.read_csv(BytesIO(body), low_memory=False)
    except Exception as error:  # pandas, pyarrow and the codecs have no common base for their errors
        kind = name.rsplit(".", 1)[-1]
        raise Unusable(Reason.NOT_A_TABLE, f"the file is no readable {kind}: {error}; write it again.") from error
    if table.empty:
        raise Unusable(Reason.EMPTY, f"the table has columns ({', '.join(map(str, table.columns))}) and no rows.")
    return table
