"""A function's environment variables, typed. A stack writes them with `variables()`, the function `load()`s them.

Lambda allows 4 KB of variables in all (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html), so
specs are written as compact JSON.
"""

import json
import os
from typing import Any, Self

from pydantic import BeforeValidator, ValidationError

from inference.contracts.base import Contract
from lambdas.common.errors import ConfigurationError, sentences


def _decode(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


FROM_JSON = BeforeValidator(_decode)
"""Mark a field that travels as JSON text: `Annotated[TrainingSpec, FROM_JSON]`."""


class Environment(Contract):
    """Fields are lower case, their variables upper case. Values may be CDK tokens, so strings have no patterns."""

    @classmethod
    def load(cls) -> Self:
        """From this process; raises ConfigurationError that names every variable at fault."""
        found = {name: os.environ[name.upper()] for name in cls.model_fields if name.upper() in os.environ}
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            raise ConfigurationError(f"The environment is not a {cls.__name__}: {sentences(error)}.") from error

    def variables(self) -> dict[str, str]:
        """As Lambda takes them: text as it is, anything else as JSON; None is left out."""
        dumped = self.model_dump(mode="json", exclude_none=True)
        return {
            name.upper(): value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            for name, value in dumped.items()
        }
