"""How long it takes to synthesize, deploy, change nothing and destroy, with the stock CDK CLI on the embedded AWS."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sandbox import Sandbox
from sandbox.deployment import synthesize

RESULT = Path(__file__).parent / "results" / "deployment.json"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        assembly, seconds = Path(folder, "cdk.out"), {}

        def timed(name: str, step: Callable[[], object]) -> None:
            start = time.monotonic()
            step()
            seconds[name] = round(time.monotonic() - start, 1)
            print(f"{name}: {seconds[name]} s", flush=True)

        timed("synth", lambda: synthesize(["cats"], {}, assembly))
        shutil.rmtree(assembly)
        timed("synth again", lambda: synthesize(["cats"], {}, assembly))
        with Sandbox(assembly=assembly, state=Path(folder, "aws")) as sandbox:
            timed("bootstrap", sandbox.bootstrap)
            timed("deploy", sandbox.deploy)
            timed("deploy without a change", sandbox.deploy)
            timed("destroy", sandbox.destroy)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"unit": "seconds", "domains": ["cats"], **seconds}, indent=2) + "\n")


if __name__ == "__main__":
    main()
