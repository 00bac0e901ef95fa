"""Uploads a package to where the domain's trigger looks for it, and starts the run that judges it."""

import json
from pathlib import Path
from typing import Any

from clients.operator.errors import OperatorError
from clients.operator.imports.places import stack_outputs

NAME_DIGITS = 16
OUTPUT = "Submissions"


def upload(s3: Any, cloudformation: Any, trigger: str, file: Path, sha256: str) -> str:
    """The s3:// address. Raises OperatorError where no stack has the trigger."""
    outputs = stack_outputs(cloudformation, trigger)
    if outputs is None or OUTPUT not in outputs:
        raise OperatorError(f"no stack here with {trigger} takes packages: look at the Region, or deploy it again")
    bucket, _, folder = outputs[OUTPUT].removeprefix("s3://").partition("/")
    key = f"{folder}{sha256[:NAME_DIGITS]}/model.tar.gz"
    s3.upload_file(str(file), bucket, key)
    return f"s3://{bucket}/{key}"


def start(functions: Any, trigger: str, options: dict[str, Any]) -> dict[str, Any]:
    """The trigger's answer. Raises OperatorError with its reason where it refuses."""
    answer = functions.invoke(FunctionName=trigger, Payload=json.dumps(options).encode())
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise OperatorError(f"{trigger} refuses: {told.get('errorMessage', told)}")
    return told
