"""Which of the releases on the disk answers when the program starts."""

import logging

from clients.device.errors import Refused
from clients.device.model import Model, OpenNetwork, load
from clients.device.store import Store

log = logging.getLogger(__name__)


def installed(store: Store, domain: str, open_network: OpenNetwork) -> Model | None:
    """The one pointed to; the one before it, then any other, where the disk has damaged that or its pointer."""
    pointer = store.pointer()
    pointed = [pointer.serving, pointer.previous] if pointer is not None else []
    for release in dict.fromkeys([*pointed, *store.complete()]):
        if release is not None:
            try:
                return load(store.path(release), release, domain, open_network)
            except (Refused, OSError) as error:  # OSError: the disk has the file and cannot give it out
                log.warning("%s cannot serve: %s", release, error)
    return None
