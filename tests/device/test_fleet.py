"""Simulated devices are the real client; some are slow, some reach nobody."""

from sandbox.simulators.devices import Fleet
from tests.device.conftest import enrolled_by
from tests.device.toys import BLUE, RED, bundle, open_toy, picture


def test_a_fleet_updates_answers_and_reports(cloud, tmp_path):
    cloud.repository.release("r1", bundle(slow_ms=40))
    toys = {"processes": 2, "open_network": open_toy}
    with Fleet(cloud.url, "ads", cloud.repository.first_root, tmp_path, count=6, **toys) as fleet:
        fleet.enrol(enrolled_by(cloud))
        fleet.offline, fleet.slow_s = {"tv-002"}, {"tv-003": 0.05}
        visits = fleet.update_all([picture(RED), picture(BLUE), picture(BLUE)])

        assert {name: one.serving for name, one in visits.items()} == {
            "tv-001": "r1",
            "tv-002": None,
            "tv-003": None,
            "tv-004": "r1",
            "tv-005": "r1",
            "tv-006": "r1",
        }
        assert visits["tv-001"].answers == {"ad": 1, "content": 2}
        assert (visits["tv-002"].failed, visits["tv-002"].look.state) == (3, "fault")
        assert "slow on this device" in visits["tv-003"].refused["r1"]
        assert [name for name, one in visits.items() if one.fault] == ["tv-002"]

        fleet.offline = ()
        again = fleet.update_all()
        assert again["tv-002"].serving == "r1"
        assert fleet.report([picture()])["tv-002"].answers == {"ad": 1}

    told = {device: [report.sequence for report in reports] for device, reports in cloud.by_device.items()}
    assert told == {name: [1, 2, 3] for name in fleet.ids}
