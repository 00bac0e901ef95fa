"""Actions `refresh` and `update_root`: upkeep of the repository that devices take updates from; of no release."""

from datetime import UTC, datetime, timedelta

from lambdas.common.errors import PayloadError, VigilError
from lambdas.endpoint_release.context import ReleaseContext
from lambdas.endpoint_release.update_models import Refresh, RefreshResult, UpdateRoot, UpdateRootResult

ROOT_RENEWED_BELOW = timedelta(days=45)
"""What is left of a root's year when each refresh fails, so that an operator hears of it."""


class RootExpiresError(VigilError):
    """Only an operator's key can renew the root."""


def refresh(event: Refresh, context: ReleaseContext) -> RefreshResult:
    """Raises RootExpiresError after the renewal; before an operator has made a root there is nothing to renew."""
    from lambdas.endpoint_release.targets.devices.opened import open_repository  # its layer is not every function's

    _require_devices(context)
    repository = open_repository(context.env.place)
    left = repository.roots.expires()
    if left is None:
        return RefreshResult(status="ignored")
    renewed = repository.change(lambda contents: contents, context.now, even_if_empty=True)
    if left - context.now < ROOT_RENEWED_BELOW:
        raise RootExpiresError(
            f"The root of {context.env.domain} expires at {left.isoformat()}, and devices take no update then; renew "
            f"it: python -m clients.operator devices rotate-root {context.env.domain}"
        )
    return RefreshResult(status="renewed" if renewed else "ignored")


def update_root(event: UpdateRoot, context: ReleaseContext) -> UpdateRootResult:
    """A new root is followed by metadata for devices to find. Raises PayloadError for one that they would not take."""
    from lambdas.endpoint_release.targets.devices.opened import open_repository

    _require_devices(context)
    repository = open_repository(context.env.place)
    if event.root is not None:
        repository.roots.add(event.root)
        repository.change(lambda contents: contents, datetime.now(UTC), even_if_empty=True)
    root = repository.roots.newest()
    return UpdateRootResult(root=None if root is None else root.decode(), key=repository.roots.cloud_key())


def _require_devices(context: ReleaseContext) -> None:
    if not context.env.devices_key:
        kinds = ", ".join(part.kind for part in context.env.target.parts)
        raise PayloadError(f"{context.env.domain} has no target of kind devices; its targets are: {kinds}.")
