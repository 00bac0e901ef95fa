"""Battery's simulator and demo know what its signals say, and say the same."""

from sandbox.demo.domains import battery as demo
from sandbox.simulators.battery import CHANNELS
from stacks.domains.battery.signals import SIGNALS


def test_the_simulator_writes_the_channels_there_are() -> None:
    assert SIGNALS.channel_names == CHANNELS


def test_the_demo_asks_for_windows_that_a_prediction_makes_full_use_of() -> None:
    assert SIGNALS.history_steps == demo.READINGS
    assert SIGNALS.classes == (demo.HEALTHY, demo.HAZARD)
    assert SIGNALS.horizon_s == 60 * demo.HORIZON_MINUTES
