"""Arguments and the AWS session of every subcommand that asks a deployed domain."""

import argparse

import boto3

from clients.operator.errors import OperatorError


def add_domain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("domain", help="cats, battery, ...")
    add_place(parser)


def add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--region", help="default: that of the credentials' profile or of AWS_DEFAULT_REGION")
    parser.add_argument("--app", default="vigil", help="what names begin with (default: vigil)")


def session_of(args: argparse.Namespace) -> boto3.Session:
    """Raises OperatorError without a Region."""
    session = boto3.Session(region_name=args.region)
    if session.region_name is None:
        raise OperatorError("there is no AWS Region: set AWS_DEFAULT_REGION, or pass --region us-west-2")
    return session


def count(text: str) -> int:
    """Of an argument; raises argparse.ArgumentTypeError."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no count; 1 and more is allowed")
    return int(text)
