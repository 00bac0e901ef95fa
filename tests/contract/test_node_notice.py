"""jsii, below the CDK, warns of a Node whose support has ended in eleven lines, each time it starts."""

import os
import re
import subprocess
import sys

from sandbox.aws.environment_variables import OLD_NODE


def test_a_node_that_the_readme_allows_is_not_warned_of() -> None:
    """Releases: `NodeRelease` in jsii 1.142, `_embedded/jsii/bin/jsii-runtime.js` of its Python package."""
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    started = subprocess.run(
        [sys.executable, "-c", "import constructs"],
        env=os.environ | OLD_NODE,
        capture_output=True,
        text=True,
        check=True,
    )
    warned = re.findall(r"Node (\d+) is end-of-life", started.stderr)
    assert not {"20", "22", "24"} & set(warned), version
