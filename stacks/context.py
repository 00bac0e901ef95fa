"""Reads what a caller asked for with `-c key=value`, and what `cdk.json` says of an environment."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from stacks.settings import ENVIRONMENTS, Settings
from stacks.shared.context_option import ContextOption
from stacks.shared.validation import Problems

Accepted = Mapping[str, Sequence[ContextOption]]
CONTEXT = ("environment", "domains", "github", "githubProvider", "alarmEmail")
_WORD = r"[A-Za-z0-9_.-]+"
_REPOSITORY = re.compile(rf"{_WORD}/{_WORD}|{_WORD}@\d+/{_WORD}@\d+")
_PROVIDER = re.compile(r"arn:aws:iam::\d{12}:oidc-provider/token\.actions\.githubusercontent\.com")
SANDBOX = "sandbox"
LIKENESS = 0.75
"""Of a misspelt key to the one that was meant: the share of letters that stand in the same order."""


def read_settings(context: Mapping[str, Any], accepted: Accepted) -> Settings:
    """Settings from the CDK context. `accepted`: every domain there is -> what its construct takes from the context.

    What stands below the environment's name in `cdk.json` holds for each deployment of it; `-c key=value` wins for one.
    The sandbox takes `-c` only. Raises ValueError that names every mistake at once.
    """
    problems = Problems("context")
    _refuse_misspelt(context, accepted, problems)
    name = context.get("environment")
    if name not in ENVIRONMENTS:
        told = "is missing" if name is None else f"is {name!r}"
        problems.add(f"environment {told}: say -c environment=<{' or '.join(ENVIRONMENTS)}>")
    sandbox = context.get(SANDBOX)
    if sandbox not in (None, "true"):
        problems.add(f"{SANDBOX}={sandbox!r}: only 'true' is allowed, and on the embedded AWS only")
    if sandbox is None:
        context = {**_of_environment(context, str(name), accepted, problems), **context}
    domains = tuple(accepted)
    if "domains" in context:
        domains = tuple(word.strip() for word in context["domains"].split(","))
    for domain in domains:
        if domain not in accepted:
            problems.add(f"domains={domain!r}: there is {', '.join(accepted)}")
    options = _domain_options(context, accepted, problems)
    github = context.get("github")
    if github is not None and _REPOSITORY.fullmatch(github) is None:
        problems.add(f"github={github!r}: give owner/repository, or owner@<id>/repository@<id> if made since July 2026")
    provider = context.get("githubProvider")
    if provider is not None and _PROVIDER.fullmatch(provider) is None:
        problems.add(f"githubProvider={provider!r}: give the ARN that `aws iam list-open-id-connect-providers` tells")
    problems.raise_any()
    environment = ENVIRONMENTS[str(name)]
    return Settings(
        environment=environment if sandbox is None else environment.on_sandbox(),
        domains=domains,
        options=options,
        github=github,
        github_provider=provider,
        alarm_email=context.get("alarmEmail"),
    )


def _of_environment(
    context: Mapping[str, Any], environment: str, accepted: Accepted, problems: Problems
) -> Mapping[str, Any]:
    """What `cdk.json` says of this environment, where everybody who deploys it says the same."""
    section = context.get(environment, {})
    if not isinstance(section, Mapping):
        problems.add(f"{environment}={section!r}: an object of settings is expected, in cdk.json")
        return {}
    for key in section:
        if key not in CONTEXT[1:] and key.partition(":")[0] not in accepted:
            problems.add(f"{environment}.{key}: there is {', '.join(CONTEXT[1:])} and <domain>:<option>")
    return section


def _domain_options(context: Mapping[str, Any], accepted: Accepted, problems: Problems) -> dict[str, dict[str, Any]]:
    return {domain: dict(_arguments(domain, taken, context, problems)) for domain, taken in accepted.items()}


def _arguments(
    domain: str, taken: Sequence[ContextOption], context: Mapping[str, Any], problems: Problems
) -> Iterator[tuple[str, Any]]:
    """Keyword arguments of one domain's construct."""
    given = {key.partition(":")[2]: text for key, text in context.items() if key.partition(":")[0] == domain}
    known = _words(domain, taken)
    for word in given:
        if f"{domain}:{word}" not in known:
            problems.add(f"{domain}:{word}: {domain} takes {', '.join(known)}")
    for option in taken:
        texts = {word: text for word, text in given.items() if word in option.words}
        if texts:
            try:
                yield option.argument, option.read(texts)
            except ValueError as error:
                problems.add(f"{', '.join(f'{domain}:{word}' for word in texts)}: {error}")


def _words(domain: str, taken: Sequence[ContextOption]) -> list[str]:
    return [f"{domain}:{word}" for option in taken for word in option.words]


def _refuse_misspelt(context: Mapping[str, Any], accepted: Accepted, problems: Problems) -> None:
    """The CDK's own keys share the context, so unknown ones are allowed; but `domain=cats` is not all of them."""
    known = [*CONTEXT, SANDBOX, *ENVIRONMENTS]
    known += [word for domain, taken in accepted.items() for word in _words(domain, taken)]
    for key in context:
        meant = get_close_matches(key, known, n=1, cutoff=LIKENESS)
        if meant and key not in known and key.partition(":")[0] not in accepted:
            problems.add(f"{key}: did you mean {meant[0]}?")
