"""What people who signed in may do. Everybody may look; groups of the user pool allow the rest."""

from lambdas.common.api_routes import Caller
from lambdas.common.http_answers import HttpError

REVIEWERS, ADJUDICATORS, OPERATORS = "reviewers", "adjudicators", "operators"
SCOPE = "openid"
"""Of the tokens that the API takes: an access token of the hosted sign-in has it, an id token has no scope at all."""
GROUPS = {
    REVIEWERS: "judge detections",
    ADJUDICATORS: "settle detections on which reviewers disagree",
    OPERATORS: "promote and roll back, start runs, enrol and revoke devices",
}


def require_group(who: Caller, *groups: str) -> None:
    """Raises HttpError 403 for a person who is in none of them; of a program, IAM has said what it may."""
    if who.is_person and who.groups.isdisjoint(groups):
        their = ", ".join(sorted(who.groups)) or "no group"
        told = f"{who.name} is in {their}; this is for {' or '.join(groups)}. Ask who runs Vigil to be added."
        raise HttpError(403, "not_allowed", told)
