"""Notes what a device is handed: releases are judged by which devices fall silent after that."""

from datetime import UTC, datetime

from inference.contracts.devices import Rollout
from lambdas.common.device_record import Fetch, Offer
from lambdas.device_api.items import DeviceItems


class Handed:
    """What is noted already is not written again, so that a time is that of the first. Raises HttpError 403."""

    def __init__(self, items: DeviceItems) -> None:
        self._items = items

    def rollout(self, domain: str, device_id: str, rollout: Rollout) -> None:
        """The device learns which release is its own, and so, where others get a challenger, that it does not."""
        own = rollout.of(device_id)
        if own is None:
            return
        challenger = rollout.candidate.release if rollout.candidate is not None else ""
        beside = challenger if challenger != own.release else ""
        offer = Offer(release=own.release, beside=beside, at=datetime.now(UTC))
        self._items.update(
            domain,
            device_id,
            "SET offered = :offer",
            on="NOT (offered.#release = :release AND offered.beside = :beside)",
            names={"#release": "release"},
            values={":offer": offer.model_dump(mode="json"), ":release": own.release, ":beside": beside},
        )

    def bundle(self, domain: str, device_id: str, release: str) -> None:
        """The device is about to download the release."""
        fetch = Fetch(release=release, at=datetime.now(UTC))
        self._items.update(
            domain,
            device_id,
            "SET fetched = :fetch",
            on="NOT fetched.#release = :release",
            names={"#release": "release"},
            values={":fetch": fetch.model_dump(mode="json"), ":release": release},
        )
