"""A function's environment variables, typed. A stack writes them with `variables()`, the function `load()`s them.

Lambda allows 4 KB of variables in all, so specs are compact JSON, and the stack puts long fields of specs that are
too large into S3: see stacks/shared/function_variables.py.
"""

import json
import os
from typing import Any, Self

from pydantic import BeforeValidator, ValidationError

from inference.contracts.base import Contract
from lambdas.common.errors import ConfigurationError, sentences
from lambdas.common.s3_uri import split_uri

IN_S3_VARIABLE = "SPECS_IN_S3"
"""s3:// URI of a JSON object: spec -> those of its fields that the spec's own variable lacks."""


def _decode(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


FROM_JSON = BeforeValidator(_decode)
"""Mark a field that travels as JSON text: `Annotated[TrainingSpec, FROM_JSON]`."""


class FunctionVariables(Contract):
    """Fields are lower case, their variables upper case. Values may be CDK tokens, so strings have no patterns."""

    @classmethod
    def load(cls) -> Self:
        """From this process; raises ConfigurationError that names every variable at fault."""
        variables = {name: name.upper() for name in cls.model_fields}
        found: dict[str, Any] = {name: os.environ[key] for name, key in variables.items() if key in os.environ}
        for name, fields in _fields_in_s3().items():
            found[name] = {**json.loads(found[name]), **fields}
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            raise ConfigurationError(f"The environment variables are no {cls.__name__}: {sentences(error)}.") from error

    def variables(self) -> dict[str, str]:
        """As Lambda takes them: text as it is, anything else as JSON; None is left out."""
        return {name.upper(): as_text(value) for name, value in self.model_dump(mode="json", exclude_none=True).items()}


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _fields_in_s3() -> dict[str, dict[str, Any]]:
    """Needs: s3:GetObject on the one object."""
    if IN_S3_VARIABLE not in os.environ:
        return {}
    import boto3  # only here: stacks read this module, too

    bucket, key = split_uri(os.environ[IN_S3_VARIABLE])
    return json.load(boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"])
