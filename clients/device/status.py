"""What a device's folder says of itself, read while another process may work in it."""

from typing import Any

from clients.device.config import Config
from clients.device.reports import ReportQueue
from clients.device.store import Store


def status(config: Config) -> dict[str, Any]:
    store = Store(config.folder)
    pointer = store.pointer()
    reports = ReportQueue(config.folder, config.reports_kept)
    return {
        "device": f"{config.domain}/{config.device_id}",
        "serving": pointer.serving if pointer is not None else None,
        "previous": pointer.previous if pointer is not None else None,
        "on_trial": pointer is not None and pointer.trial,
        "refused": {one.release: one.why for one in store.refusals()},
        "reports_waiting": len(reports.waiting()),
        "reports_dropped": reports.dropped,
    }
