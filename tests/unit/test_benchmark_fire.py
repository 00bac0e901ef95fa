import json
import sys
from pathlib import Path

import pytest

from benchmarks.fire.container import trained
from benchmarks.fire.watch import run_stage
from benchmarks.fire.work import Work

COUNTS = """
import sys
from pathlib import Path
tries = Path(sys.argv[1])
tries.write_text(tries.read_text() + "x" if tries.is_file() else "x")
held = bytearray(64 << 20)
print("progress=0.5", flush=True)
import time
time.sleep(0.8)
print('found={"rows": 7}', flush=True)
sys.exit(tries.read_text() == "x")
"""


def test_a_stage_that_failed_runs_again_and_one_that_is_done_does_not(tmp_path: Path) -> None:
    work, tries = Work(tmp_path), tmp_path / "tries"
    command = [sys.executable, "-c", COUNTS, str(tries)]
    with pytest.raises(SystemExit, match="ended with status 1"):
        run_stage(work, "some", command, {})
    done = run_stage(work, "some", command, {})
    again = run_stage(work, "some", command, {})
    assert tries.read_text() == "xx"
    assert done == again
    assert done.tries == 2
    assert done.found == {"rows": 7}
    assert done.seconds > 1.6  # both tries
    assert 64 <= done.peak_mb < 200


LOG = """0.00 try
9.00 tables=1 of=1
10.00 train: 1000 decisions, 10 of them hazardous
10.10 validation: 100 decisions, 5 of them hazardous
10.20 test: 200 decisions, 6 of them hazardous
12.00 tcn                  fold-0  done in 2.0 s
12.50 tcn                  fold-0  scored 500 decisions in 0.5 s
16.00 tcn                  all     done in 3.0 s
17.00 tcn                  valid   scored 100 decisions in 1.0 s
18.00 the package combines by: stacking
20.00 progress=1 seconds=20
"""


def test_what_each_model_took_is_read_from_the_log_of_the_container(tmp_path: Path) -> None:
    work = Work(tmp_path)
    (work.folder("logs") / "train.log").write_text(LOG)
    curve = [[at / 2, 900 if at == 3 else 100 + at, 0, at / 4] for at in range(41)]
    (work.folder("logs") / "train.memory.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in curve))
    model = work.folder("job/model")
    (model / "evaluation.json").write_text("{}")
    found = trained(work)
    assert found.decisions == {"train": 1000, "validation": 100, "test": 200}
    (tcn,) = found.models.values()
    assert (tcn.train_s, tcn.last_s, tcn.score_s, tcn.peak_mb) == (5.0, 3.0, 1.5, 132)
    assert [phase["seconds"] for phase in found.phases.values()] == [10.0, 6.0, 2.0, 2.0]
    assert found.phases["features"]["peak_mb"] == 900
    assert found.phases["members"]["cpu_s"] == pytest.approx(3.0)
