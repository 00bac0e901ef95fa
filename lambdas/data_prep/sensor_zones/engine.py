"""DuckDB in this process, out of core: what does not fit into its memory goes to its folder."""

import os
from pathlib import Path

import duckdb

MB_A_CORE = 1769
"""Memory with which Lambda gives a function one core.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""
SHARE = 0.55
"""Of the function's memory; the rest is Python's, and what DuckDB holds outside its buffer pool."""


def connect(scratch: Path, memory_mb: int | None = None) -> duckdb.DuckDBPyConnection:
    """Cores and memory are the function's, where it is one; otherwise one core's."""
    given = memory_mb or int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", MB_A_CORE))
    con = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{round(given * SHARE)}MB",
            "threads": max(1, given // MB_A_CORE),
            "temp_directory": str(scratch / "spilled"),
            "autoinstall_known_extensions": False,
        },
    )
    con.execute("SET enable_progress_bar = false")
    con.execute("SET TimeZone = 'UTC'")
    return con


def text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
