"""Requests of a device: tried again, never sent astray; files are handed to S3 without the token."""

import socket
import struct
import time
from contextlib import suppress

import pytest

from clients.device.errors import UpdateFault
from clients.device.http import DeviceHttp
from clients.device.registry import RegistryError
from tests.device.toys import bundle


@pytest.fixture
def device(enrolled):
    with enrolled.open() as opened:
        yield opened


def test_a_file_is_read_from_where_the_cloud_leads_without_the_token(device, cloud):
    cloud.repository.release("r1", bundle())

    device.updater.look()

    led = [headers for path, headers in zip(cloud.asked, cloud.headers, strict=True) if path.startswith("/s3/")]
    assert len(led) == 2
    assert not [headers for headers in led if "Authorization" in headers]


def test_a_file_that_comes_drop_by_drop_is_given_up(enrolled, device, cloud, monkeypatch):
    """A slow retrieval attack: https://theupdateframework.github.io/specification/latest/#goals-to-protect-against."""
    monkeypatch.setattr("clients.device.fetcher.PATIENCE_S", 0.2)
    cloud.repository.release("r1", bundle())

    def drips(handler) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        with suppress(OSError):
            for _ in range(1000):
                handler.wfile.write(b"{")
                time.sleep(0.05)
        handler.close_connection = True
        return True

    cloud.faults["timestamp.json"] = drips
    before = time.monotonic()
    look = device.updater.look()

    assert (look.state, "too slowly" in look.why) == ("fault", True)
    assert time.monotonic() - before < 25  # of the fifty that the whole file takes


def test_nobody_leads_a_device_from_https_to_http(device):
    class Leads:
        status, headers = 302, {"Location": "http://elsewhere/file"}

        def read(self, most: int) -> bytes:
            return b""

        def close(self) -> None:
            pass

    http = DeviceHttp("https://api", device.client.http.identity)
    http._patiently = lambda *_, **__: Leads()

    with (
        pytest.raises(UpdateFault, match="http://elsewhere/file, which is not https"),
        http.answer("GET", "https://api"),
    ):
        pass


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_cloud_is_asked_again(device, cloud, status: int):
    cloud.repository.rollout(None)

    def busy_once(handler) -> bool:
        del cloud.faults["timestamp.json"]
        handler.say(status, **{"Retry-After": "1"})
        return True

    cloud.faults["timestamp.json"] = busy_once

    assert device.updater.look().state == "nothing released"
    assert len([path for path in cloud.asked if path.endswith("timestamp.json")]) == 2


def test_pauses_grow_and_differ(enrolled, device):
    paused = []
    http = DeviceHttp("http://127.0.0.1:9", device.client.http.identity, sleep=paused.append)

    with (
        pytest.raises(UpdateFault, match="no answer from http://127.0.0.1:9 after 4 attempts"),
        http.answer("GET", http.url),
    ):
        pass

    assert len(paused) == 3
    assert all(low <= pause <= 2 * low for pause, low in zip(paused, (0.25, 0.5, 1.0), strict=True))


def test_a_revoked_device_is_told_so_and_keeps_its_model(enrolled, cloud):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as device:
        device.updater.look()
        cloud.keys.clear()
        cloud.repository.release("r2", bundle())
        look = device.updater.look()
        device.write_report()

        assert (look.state, device.runner.serving) == ("fault", "r1")
        assert "401" in look.why
        with pytest.raises(RegistryError, match="401"):
            device.deliver_reports()
        assert len(device.reports.waiting()) == 1


def test_the_client_reads_single_files_and_what_the_device_is_to_run(device, cloud):
    cloud.repository.release("r1", bundle())

    assert device.client.metadata("timestamp.json") == cloud.repository.files["metadata/timestamp.json"]
    assert device.client.download_info() == {"release": "r1", "device": "kitchen"}
    (rollout,) = [path for path in cloud.repository.files if path.endswith("rollout.json")]
    assert b'"r1"' in device.client.target(rollout.removeprefix("targets/"))
    with pytest.raises(RegistryError) as refused:
        device.client.metadata("9.root.json")
    assert refused.value.status == 404


def test_one_connection_serves_a_whole_look(device, cloud, caplog):
    cloud.repository.release("r1", bundle())
    caplog.set_level("DEBUG", logger="urllib3.connectionpool")

    device.updater.look()

    assert len([one for one in caplog.messages if one.startswith("Starting new HTTP connection")]) == 1
    assert len(cloud.asked) == 8  # no second root; timestamp, snapshot, targets; two files, each led elsewhere


def test_an_answer_that_breaks_off_is_a_fault_like_any_other(device, cloud):
    def breaks_off(handler) -> bool:
        handler.send_response(403)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"{")
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset
        handler.close_connection = True
        handler.connection.close()
        return True

    cloud.faults["/reports"] = breaks_off
    cloud.faults["timestamp.json"] = breaks_off
    device.write_report()

    with pytest.raises(UpdateFault, match="broke off"):
        device.deliver_reports()
    with pytest.raises(UpdateFault, match="broke off"):
        device.client.metadata("timestamp.json")
    assert len(device.reports.waiting()) == 1
