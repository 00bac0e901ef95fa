"""Environments, and the settings of one deployment, which `context.py` reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

APP = "vigil"

SHORTEST_BAKE_S = 300
"""CloudWatch shows a metric a minute or two after it was measured; what is checked sooner has not been seen."""
SANDBOX_ACCOUNT = "123456789012"
"""The embedded AWS's account, which AWS itself uses in its documentation only."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """How careful a deployment is. Durations in seconds, money in USD."""

    name: str
    approval: Literal["automatic", "manual"]
    retain: bool
    """Keep data when a stack is destroyed, and protect stacks from being destroyed by mistake."""
    longest_bake_s: int | None
    """Cuts every domain's bake time; None leaves the domain's own."""
    shortest_bake_s: int = SHORTEST_BAKE_S
    """A domain that bakes less is refused."""
    capture_delay_s: int
    second_factor: Literal["optional", "required"]
    """Of people who sign in at the console: a code of an authenticator app."""
    log_days: int
    monthly_budget_usd: int
    account: str | None = None
    """The only account that may be deployed to; None: whichever the caller's credentials are of."""

    def on_sandbox(self) -> "Environment":
        """The same on the embedded AWS and nowhere else: bakes and captures take seconds."""
        return replace(self, longest_bake_s=4, shortest_bake_s=1, capture_delay_s=5, account=SANDBOX_ACCOUNT)

    def stack(self, word: str) -> str:
        """The environment is part of the name: a deployment of one never changes the stacks of another."""
        return f"{APP.title()}{self.name.title()}{word.title()}"


DEVELOPMENT = Environment(
    name="development",
    approval="automatic",
    retain=False,
    longest_bake_s=SHORTEST_BAKE_S,
    capture_delay_s=60,
    second_factor="optional",
    log_days=7,
    monthly_budget_usd=50,
)
PRODUCTION = Environment(
    name="production",
    approval="manual",
    retain=True,
    longest_bake_s=None,
    capture_delay_s=300,
    second_factor="required",
    log_days=365,
    monthly_budget_usd=500,
)
ENVIRONMENTS = {environment.name: environment for environment in (DEVELOPMENT, PRODUCTION)}


@dataclass(frozen=True, kw_only=True)
class Settings:
    environment: Environment
    domains: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Domain -> keyword arguments of its construct, from `-c <domain>:<option>=`."""
    github: str | None = None
    """Repository whose main branch may deploy, as GitHub's tokens name it; None: no delivery stack."""
    github_provider: str | None = None
    """ARN of the account's OIDC provider for GitHub, of which it can have but one; None: make it."""
    alarm_email: str | None = None
