"""Reports wait on the disk for days, in order, and none is counted twice."""

import pytest

from clients.device.errors import UpdateFault
from clients.device.reports import ReportQueue
from inference.contracts.devices import DeviceReport
from tests.device.toys import bundle, picture


@pytest.fixture
def device(enrolled, cloud):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as opened:
        opened.updater.look()
        yield opened


def refuse(handler) -> bool:
    handler.say(503)
    return True


def test_a_report_tells_what_was_done_since_the_last(device, cloud):
    for _ in range(3):
        device.runner.predict(picture())
    device.write_report()
    device.write_report()

    assert device.deliver_reports() == 2
    first, second = cloud.reports
    (counts,) = first.counts
    assert (counts.release, counts.inferences, counts.failures) == ("r1", 3, 0)
    assert counts.confidence == pytest.approx(0.9)
    assert counts.p95_ms > 0
    assert (first.serving, second.counts, second.sequence) == ("r1", (), first.sequence + 1)


def test_what_the_cloud_does_not_take_waits(device, cloud, enrolled):
    cloud.faults["/reports"] = refuse
    for _ in range(3):
        device.write_report()
        with pytest.raises(Exception, match="after 4 attempts: status 503"):
            device.deliver_reports()
    cloud.faults.clear()

    assert device.deliver_reports() == 3
    assert [report.sequence for report in cloud.reports] == [1, 2, 3]


def test_the_oldest_are_dropped_first_and_counted(device, cloud, enrolled):
    queue = ReportQueue(enrolled.config.folder, kept=3)

    for number in range(5):
        queue.add(lambda sequence, at: DeviceReport(sequence=sequence, at=at, serving="r1", client="test"))
        assert len(queue.waiting()) == min(3, number + 1)

    queue.deliver(device.client.report)
    assert [report.sequence for report in cloud.reports] == [3, 4, 5]
    assert queue.dropped == 2


def test_a_report_whose_answer_was_lost_counts_once(device, cloud):
    device.write_report()
    cloud.faults["/reports"] = refuse
    with pytest.raises(Exception, match="503"):
        device.deliver_reports()
    (waiting,) = device.reports.waiting()
    kept = waiting.read_bytes()
    cloud.faults.clear()
    device.deliver_reports()
    waiting.write_bytes(kept)

    assert device.deliver_reports() == 0
    assert len(cloud.reports) == 1


def test_the_sequence_goes_on_after_a_start(device, cloud, enrolled):
    device.write_report()
    device.deliver_reports()
    device.reports = ReportQueue(enrolled.config.folder, kept=3)
    device.write_report()
    device.deliver_reports()

    assert [report.sequence for report in cloud.reports] == [1, 2]


def test_what_a_full_disk_keeps_out_of_one_report_is_in_the_next(device, cloud, monkeypatch):
    def full(path, data) -> None:
        raise OSError(28, "No space left on device")

    device.runner.predict(picture())
    with monkeypatch.context() as patched:
        patched.setattr("clients.device.reports.write", full)
        with pytest.raises(OSError, match="No space"):
            device.write_report()
    device.runner.predict(picture())
    device.write_report()
    device.deliver_reports()

    assert [counts.inferences for report in cloud.reports for counts in report.counts] == [2]


@pytest.mark.parametrize("lost", [7, 3])
def test_reports_count_again_after_the_device_lost_its_count(device, cloud, enrolled, lost: int):
    """The disk damaged sequence.json, or the folder came back from a copy: the cloud takes higher numbers only."""
    for _ in range(lost):
        device.write_report()
    device.deliver_reports()
    (enrolled.config.folder / "sequence.json").unlink()
    for _ in range(5):
        device.runner.predict(picture())
        device.write_report()

    assert device.deliver_reports() == 5
    device.write_report()
    assert device.deliver_reports() == 1
    assert [report.sequence for report in cloud.reports][:lost] == list(range(1, lost + 1))
    assert len(cloud.reports) == lost + 6
    assert sum(counts.inferences for report in cloud.reports for counts in report.counts) == 5


def test_a_cloud_that_claims_ever_more_is_not_told_for_ever(device, cloud):
    claimed = iter(range(1_000_000, 2_000_000, 1000))

    def claims(handler) -> bool:
        handler.say(200, b'{"sequence": %d}' % next(claimed))
        return True

    cloud.faults["/reports"] = claims
    device.write_report()

    with pytest.raises(UpdateFault, match="says it has report 1001000, whatever"):
        device.deliver_reports()
    assert len(device.reports.waiting()) == 1
