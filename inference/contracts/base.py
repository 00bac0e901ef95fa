"""The strictness every contract shares."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """Immutable, and refuses fields it does not know: a typo is an error, not a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")
