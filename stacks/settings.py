"""What differs between deployments: the environment, the domains, and what a caller asked for with `-c key=value`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal

from stacks.shared.validation import Problems

APP = "vigil"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """How careful a deployment is. Durations in seconds, money in USD."""

    name: str
    approval: Literal["automatic", "manual"]
    retain: bool
    """Keep data when a stack is destroyed, and protect stacks from being destroyed by mistake."""
    longest_bake_s: int | None
    """Cuts every domain's bake time, so that a rehearsal takes seconds; None leaves the domain's own."""
    capture_delay_s: int
    log_days: int
    monthly_budget_usd: int


SANDBOX = Environment(
    name="sandbox",
    approval="automatic",
    retain=False,
    longest_bake_s=6,
    capture_delay_s=5,
    log_days=7,
    monthly_budget_usd=50,
)
PRODUCTION = Environment(
    name="production",
    approval="manual",
    retain=True,
    longest_bake_s=None,
    capture_delay_s=300,
    log_days=365,
    monthly_budget_usd=500,
)
ENVIRONMENTS = {environment.name: environment for environment in (SANDBOX, PRODUCTION)}


@dataclass(frozen=True, kw_only=True)
class Settings:
    environment: Environment = SANDBOX
    domains: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Domain -> keyword arguments of its construct, from `-c <domain>:<option>=`."""
    github: str | None = None
    """`owner/repository` whose main branch may deploy; None: no delivery stack."""
    alarm_email: str | None = None


DOMAIN_OPTIONS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "classes": ("classes", lambda text: tuple(name.strip() for name in text.split(","))),
    "modelDataUrl": ("model_data_url", str),
    "pretrained": ("pretrained_uri", str),
    "mlflow": ("tracking_uri", str),
}
"""Context option -> the construct's argument and how its text is read."""


CONTEXT = ("environment", "domains", "github", "alarmEmail")
LIKENESS = 0.75
"""Of a misspelt key to the one that was meant: the share of letters that stand in the same order."""


def read_settings(context: Mapping[str, Any], accepted: Mapping[str, frozenset[str]]) -> Settings:
    """Settings from the CDK context. `accepted`: every domain there is -> the arguments its construct takes.

    Raises ValueError that names every unknown environment, domain and option at once.
    """
    problems = Problems("context")
    _refuse_misspelt(context, accepted, problems)
    name = context.get("environment", SANDBOX.name)
    if name not in ENVIRONMENTS:
        problems.add(f"environment={name!r}: use one of {', '.join(ENVIRONMENTS)}")
    domains = tuple(accepted)
    if "domains" in context:
        domains = tuple(word.strip() for word in context["domains"].split(","))
    for domain in domains:
        if domain not in accepted:
            problems.add(f"domains={domain!r}: there is {', '.join(accepted)}")
    options: dict[str, dict[str, Any]] = {domain: {} for domain in accepted}
    for key, value in context.items():
        domain, _, option = key.partition(":")
        if domain not in accepted:
            continue
        argument, read = DOMAIN_OPTIONS.get(option, ("", str))
        if argument in accepted[domain]:
            options[domain][argument] = read(value)
        else:
            problems.add(f"{key}: {domain} takes {', '.join(_options(domain, accepted[domain]))}")
    github = context.get("github")
    if github is not None and github.count("/") != 1:
        problems.add(f"github={github!r}: give owner/repository")
    problems.raise_any()
    return Settings(
        environment=ENVIRONMENTS[name],
        domains=domains,
        options=options,
        github=github,
        alarm_email=context.get("alarmEmail"),
    )


def _options(domain: str, arguments: frozenset[str]) -> list[str]:
    return [f"{domain}:{word}" for word, (taken, _) in DOMAIN_OPTIONS.items() if taken in arguments]


def _refuse_misspelt(context: Mapping[str, Any], accepted: Mapping[str, frozenset[str]], problems: Problems) -> None:
    """The CDK's own keys share the context, so unknown ones are allowed; but `enviroment=production` is no sandbox."""
    known = [*CONTEXT, *(option for domain, taken in accepted.items() for option in _options(domain, taken))]
    for key in context:
        meant = get_close_matches(key, known, n=1, cutoff=LIKENESS)
        if meant and key not in known and key.partition(":")[0] not in accepted:
            problems.add(f"{key}: did you mean {meant[0]}?")
