"""All parts of one device, put together from its configuration."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from clients.device.config import Config
from clients.device.errors import ConfigError
from clients.device.http import CLIENT, DeviceHttp
from clients.device.identity import Identity, load_key
from clients.device.model import OpenNetwork
from clients.device.registry import ModelRegistryClient
from clients.device.reports import ReportQueue
from clients.device.repository import Repository
from clients.device.runner import Runner
from clients.device.store import Store
from clients.device.tflite import open_tflite
from clients.device.updater import Updater
from clients.device.usage import told
from inference.contracts.devices import LONGEST_WHY, RAREST_REPORT_S, RELEASES_REPORTED, DeviceReport


class Device:
    """Made by `opened`. One thread may look and report while others predict."""

    def __init__(self, config: Config, client: ModelRegistryClient, store: Store, open_network: OpenNetwork) -> None:
        self.client, self.store, self._every_s = client, store, min(config.report_s, RAREST_REPORT_S)
        self.runner = Runner(store, config.domain, open_network, config.trial)
        try:
            root = config.root.read_bytes()
        except OSError as error:
            raise ConfigError(f"cannot read the root metadata {config.root}: {error.strerror}") from None
        repository = Repository(client, root, config.folder)
        self.updater = Updater(config.domain, config.device_id, repository, store, self.runner, open_network)
        self.reports = ReportQueue(config.folder, config.reports_kept)

    def write_report(self) -> None:
        """Put what happened since the last report into the queue. Raises OSError; then the next report has it."""
        taken = self.runner.usage.take()
        try:
            self.reports.add(partial(self._report, counts=told(taken)))
        except OSError:
            self.runner.usage.give_back(taken)
            raise

    def deliver_reports(self) -> int:
        """How many were new to the cloud. Raises UpdateFault while it takes none."""
        return self.reports.deliver(self.client.report)

    def _report(self, sequence: int, at: datetime, counts: tuple) -> DeviceReport:
        refused = {one.release: one.why[:LONGEST_WHY] for one in self.store.refusals()[-RELEASES_REPORTED:]}
        return DeviceReport(
            sequence=sequence,
            at=at,
            serving=self.runner.serving,
            refused=refused,
            counts=counts,
            update_fault=self.updater.fault,
            every_s=self._every_s,
            client=CLIENT,
        )


@contextmanager
def opened(
    config: Config,
    open_network: OpenNetwork = open_tflite,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Device]:
    """The device, which alone changes its folder until the block ends. Raises ConfigError, DeviceError."""
    store = Store(config.folder)
    identity = Identity(config.domain, config.device_id, load_key(config.key), clock)
    client = ModelRegistryClient(DeviceHttp(config.url, identity, sleep=sleep))
    with store.lock():
        device = Device(config, client, store, open_network)
        try:
            yield device
        finally:
            device.runner.close()
