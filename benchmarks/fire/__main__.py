"""Fire from nothing to a judged package on this machine: rows a second, peak memory and time of every stage and model.

Generates partitioned Parquet, inspects it, prepares it with the data prep's own code, trains all members with the real
container by streaming, and evaluates them through the serving code; beside it LightGBM alone in memory, and pandas with
scikit-learn, on the same rows. Killed and started again with the same --work it goes on. Results go to
benchmarks/results/fire.json and fire.md.

    python -m benchmarks.fire --rows 50000000 --work /data/fire --keep
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.fire.container import train
from benchmarks.fire.report import report
from benchmarks.fire.settings import SETTINGS
from benchmarks.fire.watch import done_stages, run_stage
from benchmarks.fire.work import Asked, Work

STAGES = ("generate", "limits", "inspect", "prepare", "train", "lightgbm", "pandas")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fire", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="at least so many raw rows (%(default)s)")
    parser.add_argument("--work", type=Path, help="folder to work in, and to go on in; 300 bytes of disk a row")
    parser.add_argument("--keep", action="store_true", help="leave the folder as it is in the end")
    parser.add_argument("--seed", type=int, default=7, help="of the simulated buildings (%(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="of every library (%(default)s)")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes that simulate (%(default)s)"
    )
    parser.add_argument(
        "--pandas-rows", type=int, default=10_000_000, help="most raw rows that pandas is given (%(default)s)"
    )
    parser.add_argument("--stages", nargs="*", choices=STAGES, default=STAGES, help="only these; none: what is done")
    parser.add_argument("--note", default="", help="what is to be known of this run, for its table")
    parser.add_argument("--no-result", action="store_true", help="print only; benchmarks/results stays as it is")
    given = parser.parse_args()
    work = Work((given.work or Path(tempfile.mkdtemp(prefix="fire-"))).resolve())
    work.begin(Asked(given.rows, given.seed, given.threads, given.workers, given.pandas_rows, SETTINGS))
    environment = {"OMP_NUM_THREADS": str(given.threads), "OPENBLAS_NUM_THREADS": str(given.threads)}
    for name in given.stages:
        if name == "train":
            train(work, environment)
        else:
            run_stage(work, name, [sys.executable, "-m", "benchmarks.fire.stages", name, str(work.root)], environment)
    report(work, done_stages(work, STAGES), write=not given.no_result, note=given.note)
    if not given.keep:
        shutil.rmtree(work.root)


if __name__ == "__main__":
    main()
