"""Run Vigil's whole loop on this machine: no AWS account, no token, no Docker.

Starts the embedded AWS on loopback, synthesizes once, deploys with the stock CDK command line, puts raw data in,
trains, gates, releases under live traffic, predicts over HTTP, and reports to build/demo/report.json.
"""

import argparse
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from sandbox import Sandbox, SandboxError
from sandbox.aws.environment_variables import OLD_NODE
from sandbox.console import open_console
from sandbox.demo import report, report_table
from sandbox.demo.bring_up import bring_up
from sandbox.demo.build_folder import build_folder
from sandbox.demo.domain import DemoError
from sandbox.demo.domains import DEFAULT, find
from sandbox.demo.loop import Loop
from sandbox.deployment import Deployment

EVERY = "all"
ALL = find()


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "--domain",
        help=f"{EVERY}, or one or several with commas between them of: {', '.join(ALL)} (default: {DEFAULT})",
        default=DEFAULT,
    )
    parser.add_argument("--data", type=Path, help="a folder of your own raw data, for one domain (default: generated)")
    parser.add_argument("--keep", action="store_true", help="leave the embedded AWS up at the end, until Ctrl-C")
    args = parser.parse_args(arguments)
    args.domains = list(ALL) if args.domain == EVERY else [name.strip() for name in args.domain.split(",")]
    unknown = [name for name in args.domains if name not in ALL]
    if unknown:
        parser.error(f"no domain {', '.join(unknown)}; there is {', '.join(ALL)}, and {EVERY} for all of them")
    if args.data is not None:
        args.data = args.data.expanduser()  # a shell leaves the ~ of DATA=~/pictures as it is
        if len(args.domains) != 1:
            parser.error("--data is one domain's raw data: name that domain with --domain")
    return args


def main(arguments: Sequence[str] | None = None) -> int:
    args = parse(arguments)
    console = Console()
    os.environ.update(OLD_NODE)  # a domain's definition is read in this process, too
    try:
        with build_folder() as build:
            reports = run(args.domains, args.data, args.keep, console, build)
    except (DemoError, SandboxError) as error:
        console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        return 2
    return int(any(entry.status == "failed" for entry in reports.values()))


def run(
    names: Sequence[str], data: Path | None, keep: bool, console: Console, build: Path
) -> dict[str, report.DomainReport]:
    started = time.monotonic()
    demos = [ALL[name] for name in names]
    if data is not None:
        if not data.is_dir():
            raise DemoError(
                f"{data} is no folder{', but a file: give the folder that it lies in' if data.exists() else ''}"
            )
        demos[0].check(data)
        with console.status(f"{names[0]}: looking at {data}"):
            lines = demos[0].rehearse(data)
        for line in lines:
            console.print(f"{names[0]}: {line}", highlight=False, markup=False, soft_wrap=True)
        context = demos[0].context(data)
    else:
        context = {key: value for demo in demos for key, value in demo.simulated_context().items()}
    with Sandbox(assembly=build / "cdk.out", state=build / "aws") as sandbox:
        console.print(f"the embedded AWS listens on {sandbox.endpoint_url}")
        raw, seconds = bring_up(sandbox, demos, data, context, build, console)
        deployment = Deployment(sandbox)
        reports = {}
        for demo in demos:
            loop = Loop(demo, raw[demo.name], data is not None, deployment, build, console, started)
            reports[demo.name] = loop.run()
            reports[demo.name].seconds = seconds | reports[demo.name].seconds
        report.write(reports, build / "report.json")
        report_table.show(reports, console)
        console.print(f"the whole report: {build / 'report.json'}; it took {time.monotonic() - started:.0f} s in all")
        console.print(others(names), highlight=False)
        if keep:
            _stay(sandbox, deployment, console)
    return reports


def others(names: Sequence[str]) -> str:
    """The domains that did not run, and how to run them; an empty text when all did."""
    left = [name for name in ALL if name not in names]
    ways = [*(f"make demo DOMAIN={name}" for name in left), f"make demo DOMAIN={EVERY}"]
    return f"there is more: {', or '.join(ways)}" if left else ""


def _stay(sandbox: Sandbox, deployment: Deployment, console: Console) -> None:
    """Print what another terminal needs, and wait for Ctrl-C."""
    console.print("\nThe embedded AWS stays up until Ctrl-C. In another terminal:")
    for name, value in sorted(sandbox.aws_variables().items()):
        console.print(f"  export {name}={value}", highlight=False, soft_wrap=True)
    console.print(f"The API: {deployment.api_url}", highlight=False)
    opened = open_console(sandbox.client, sandbox.endpoint_url, sandbox.state.with_name("console.json"))
    for line in opened.told():
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        console.print("stopping")


if __name__ == "__main__":
    sys.exit(main())
