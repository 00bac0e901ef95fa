"""The machine's own limits, which nothing that reads these rows can beat."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

COPIED = 1 << 28
MOST_FILES = 40


def limits(files: Sequence[Path]) -> dict[str, float]:
    """On one thread: bytes copied a second (each is read once and written once), and rows of all columns decoded."""
    source, target = np.ones(COPIED, np.uint8), np.ones(COPIED, np.uint8)
    copied = 0.0
    for _ in range(5):
        began = time.perf_counter()
        np.copyto(target, source)
        copied = max(copied, COPIED / (time.perf_counter() - began))
    taken = files[:: -(-len(files) // MOST_FILES)]
    rows, wall, cpu = 0, time.perf_counter(), time.process_time()
    for path in taken:
        rows += pq.ParquetFile(path).read(use_threads=False).num_rows
    return {
        "copy_gb_per_s": round(copied / 1e9, 2),
        "decode_rows_per_s": round(rows / (time.perf_counter() - wall)),
        "decode_rows_per_cpu_s": round(rows / (time.process_time() - cpu)),
        "decoded_rows": rows,
    }
