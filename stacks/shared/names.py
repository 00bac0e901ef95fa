"""Names that people type and other systems rely on. Everything else is named by CloudFormation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """`Names("vigil", "cats").of("router")` is `vigil-cats-router`."""

    app: str
    domain: str

    @property
    def prefix(self) -> str:
        return f"{self.app}-{self.domain}"

    def of(self, word: str) -> str:
        return f"{self.prefix}-{word}"

    @property
    def champion_parameter(self) -> str:
        return f"/{self.app}/{self.domain}/champion-endpoint"
