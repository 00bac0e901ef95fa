"""Battery's simulator knows what its signals say, and says the same."""

from sandbox.simulators.battery import CHANNELS
from stacks.domains.battery.signals import SIGNALS


def test_the_simulator_writes_the_channels_there_are() -> None:
    assert SIGNALS.channel_names == CHANNELS
