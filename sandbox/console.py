"""The console of what is deployed on the embedded AWS: `python -m sandbox.console` makes people who may sign in.

On AWS a person is invited, and signs in at Cognito's hosted pages. Here the same pages are the embedded AWS's own, so
the app client and the console's function are told its address instead of AWS's; nothing else differs.
"""

import argparse
import json
import os
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from lambdas.common.people import ADJUDICATORS, OPERATORS, REVIEWERS
from lambdas.console.models import HOME
from stacks.settings import DEVELOPMENT

PEOPLE = {
    "reviewer": (REVIEWERS,),
    "second-reviewer": (REVIEWERS,),
    "operator": (REVIEWERS, ADJUDICATORS, OPERATORS),
}
FILE = Path("build/console.json")


@dataclass(frozen=True)
class Console:
    url: str
    sign_in: str
    """Origin of the OAuth endpoints."""
    pool: str
    client_id: str
    passwords: dict[str, str]
    """Name -> password."""

    def told(self) -> list[str]:
        names = [f"  {name} / {password}  ({', '.join(PEOPLE[name])})" for name, password in self.passwords.items()]
        return [f"The console: {self.url}", "sign in as", *names]


def open_console(client: Callable[[str], Any], endpoint_url: str, file: Path = FILE) -> Console:
    """Make the people, or give them new passwords, and write them to `file`, for this user's eyes only.

    `client`: service name -> boto3 client of the embedded AWS at `endpoint_url`.
    """
    stack = client("cloudformation").describe_stacks(StackName=DEVELOPMENT.stack("api"))["Stacks"][0]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    console = Console(
        url=f"{endpoint_url}/_aws/execute-api/{outputs['ApiId']}/$default/{HOME}",
        sign_in=endpoint_url,
        pool=outputs["UserPool"],
        client_id=outputs["UserPoolClient"],
        passwords={name: f"{secrets.token_urlsafe(18)}aA1!" for name in PEOPLE},
    )
    _return_here(client("cognito-idp"), console)
    _sign_in_here(client("lambda"), outputs["ConsoleFunction"], console.sign_in)
    for name, password in console.passwords.items():
        _let_in(client("cognito-idp"), console.pool, name, password)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps({"url": console.url, "people": console.passwords}, indent=1))
    return console


def _return_here(cognito: Any, console: Console) -> None:
    """UpdateUserPoolClient resets what it is not told, so it is told all."""
    key = {"UserPoolId": console.pool, "ClientId": console.client_id}
    found = cognito.describe_user_pool_client(**key)["UserPoolClient"]
    taken = cognito.meta.service_model.operation_model("UpdateUserPoolClient").input_shape.members
    kept = {name: value for name, value in found.items() if name in taken and value not in ("", None)}
    cognito.update_user_pool_client(**kept | {"CallbackURLs": [console.url], "LogoutURLs": [console.url]})


def _sign_in_here(lambda_: Any, function: str, origin: str) -> None:
    variables = lambda_.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    lambda_.update_function_configuration(
        FunctionName=function, Environment={"Variables": variables | {"SIGN_IN": origin}}
    )


def _let_in(cognito: Any, pool: str, name: str, password: str) -> None:
    with suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(UserPoolId=pool, Username=name, TemporaryPassword=password, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
    for group in PEOPLE[name]:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)


def main() -> int:
    parser = argparse.ArgumentParser("python -m sandbox.console", description=__doc__.split("\n\n")[0])
    parser.add_argument("--file", type=Path, default=FILE, help="where the passwords are written, too (%(default)s)")
    file, address = parser.parse_args().file, os.environ.get("AWS_ENDPOINT_URL", "")
    if not address.startswith("http://127.0.0.1:"):
        print(
            "AWS_ENDPOINT_URL is no embedded AWS's: export the lines that `python -m sandbox` prints.", file=sys.stderr
        )
        return 2
    print("\n".join(open_console(boto3.client, address, file).told()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
