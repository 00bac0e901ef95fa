"""python -m clients.operator models show cats --url https://<api>."""

from argparse import ArgumentParser, Namespace
from typing import Any

from clients.operator.registry import add_api, answer

ABOUT = "models: what serves, versions, what is decided about them"


def add_arguments(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="command", required=True)
    add_api(commands.add_parser("list", help="every model, and what serves"))
    show = commands.add_parser("show", help="a model, or one of its versions")
    show.add_argument("model")
    show.add_argument("version", nargs="?", help="production, canary, or a number")
    promote = commands.add_parser("promote", help="decide about a version")
    promote.add_argument("model")
    promote.add_argument("version", help="production, canary, or a number")
    decision = promote.add_mutually_exclusive_group(required=True)
    decision.add_argument("--approve", action="store_true", help="its release starts by itself")
    decision.add_argument("--reject", action="store_true", help="it will not be released")
    decision.add_argument("--percentage", type=int, help="raise its share while it is released: 1 to 100")
    decision.add_argument("--production", action="store_true", help="released already, it serves all now")
    roll_back = commands.add_parser("rollback", help="undo the release under way; with none, the champion")
    roll_back.add_argument("model")
    roll_back.add_argument("--reason", required=True)
    for one in (promote, roll_back):
        one.add_argument("--revision", type=int, help="of the model that was looked at: refused if it has changed")
    for one in (show, promote, roll_back):
        add_api(one)


def run(args: Namespace) -> int:
    match args.command:
        case "list":
            return answer(args, "GET", "/models")
        case "show":
            version = "" if args.version is None else f"/versions/{args.version}"
            return answer(args, "GET", f"/models/{args.model}{version}")
        case "promote":
            return answer(args, "POST", f"/models/{args.model}/versions/{args.version}/promote", decision(args))
        case _:
            return answer(args, "POST", f"/models/{args.model}/rollback", {"reason": args.reason, **_revision(args)})


def decision(args: Namespace) -> dict[str, Any]:
    """The body of a promotion."""
    if args.percentage is not None:
        return {"rollout_percentage": args.percentage, **_revision(args)}
    if args.production:
        return {"is_production": True, **_revision(args)}
    return {"status": "approved" if args.approve else "rejected", **_revision(args)}


def _revision(args: Namespace) -> dict[str, int]:
    return {} if args.revision is None else {"revision": args.revision}
