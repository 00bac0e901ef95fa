"""Settings of one embedded AWS."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_PORT = 4566
DEFAULT_ACCOUNT = "123456789012"
DEFAULT_REGION = "us-west-2"
# In the state folder: the CloudFormation resources that were accepted and mean nothing here.
RECORDED_ONLY = "recorded-only.log"


class Settings(BaseModel):
    """Where the embedded AWS listens, what it may read and where it keeps its files."""

    model_config = ConfigDict(frozen=True)

    port: int = Field(ge=1, le=65535)
    assembly: Path
    state: Path
    account: str = Field(default=DEFAULT_ACCOUNT, pattern=r"^\d{12}$")
    region: str = Field(default=DEFAULT_REGION, pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")

    @property
    def endpoint_url(self) -> str:
        """The one address that every AWS tool is pointed at."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def scratch(self) -> Path:
        """Temporary files of the embedded AWS and of everything it starts."""
        return self.state / "tmp"
