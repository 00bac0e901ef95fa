"""python -m clients.operator submit deer model.tar.gz.

Brings back a package that was trained elsewhere: uploads it and starts a run that goes straight to the gate.
Exit codes: 0 started, 1 refused or not answered, 2 the command itself is wrong.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from clients.operator.aws import add_domain, session_of
from clients.operator.errors import OperatorError

ABOUT = "bring back a model package that was trained elsewhere, to be judged by the gate"


def add_arguments(parser: ArgumentParser) -> None:
    add_domain(parser)
    parser.add_argument("package", type=Path, help="model.tar.gz, as the training program left it")
    parser.add_argument("--reason", default="trained elsewhere", help="stands in the run (default: trained elsewhere)")
    parser.add_argument("--dry-run", action="store_true", help="decide, and register nothing")


def run(args: Namespace) -> int:
    from clients.operator.submissions.package import read_package
    from clients.operator.submissions.send import start, upload

    package = read_package(args.package)
    if package.manifest.domain != args.domain:
        raise OperatorError(f"{args.package} is a package of {package.manifest.domain}, not of {args.domain}")
    session = session_of(args)
    trigger = f"{args.app}-{args.domain}-trigger-training"
    try:
        uri = upload(session.client("s3"), session.client("cloudformation"), trigger, args.package, package.sha256)
        options = {"modelPackage": uri, "runToken": package.sha256, "reason": args.reason, "dryRun": args.dry_run}
        started = start(session.client("lambda"), trigger, options)
    except (BotoCoreError, ClientError) as error:
        raise OperatorError(f"cannot submit to {args.app}-{args.domain}: {error}") from error
    print(f"{uri}: measured on dataset version {package.manifest.dataset_version}")
    print(
        f"run {started['run']}: {started['status'].replace('_', ' ')}; its gate decides on the newest dataset version"
    )
    print(f"python -m clients.operator packages {args.domain} shows the verdict")
    return 0
