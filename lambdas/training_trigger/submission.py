"""A package that was trained elsewhere: a run that goes straight to the gate. Pure."""

import re
from typing import Any

from lambdas.common.artifacts import submissions_folder
from lambdas.training_trigger.models import RunInput
from lambdas.training_trigger.options import OptionsError
from lambdas.training_trigger.payload import Asked
from lambdas.training_trigger.spec import SUBMISSION

_BESIDE = (SUBMISSION, "dryRun", "reason")
_PACKAGE = re.compile(r"[A-Za-z0-9-]{1,64}/model\.tar\.gz")


def submitted(asked: Asked, run: str, domain: str, artifacts_bucket: str) -> RunInput:
    """The run of the option `modelPackage`; raises OptionsError for a package elsewhere, and for options of training.

    Its numbers must have been measured on the newest dataset version, which is what the gate compares them with.
    """
    package: Any = asked.options[SUBMISSION]
    home = f"s3://{artifacts_bucket}/{submissions_folder(domain)}"
    others = [name for name in asked.options if name not in _BESIDE]
    faults = [f"{name} is for training, and {SUBMISSION} trains nothing" for name in others]
    if not (isinstance(package, str) and package.startswith(home) and _PACKAGE.fullmatch(package.removeprefix(home))):
        faults.append(f"{SUBMISSION} is {package!r:.120}; {home}<name>/model.tar.gz is allowed")
    dry_run = asked.options.get("dryRun", False)
    if not isinstance(dry_run, bool):
        faults.append(f"dryRun is {dry_run!r:.80}; true or false")
    if faults:
        raise OptionsError(f"Cannot judge a package for {domain}: {'; '.join(faults)}.")
    return RunInput(
        run=run,
        domain=domain,
        reuse_latest=True,
        request={},
        dry_run=dry_run,
        reason=asked.reason,
        model_package=package,
    )
