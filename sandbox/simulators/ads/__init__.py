"""Television, drawn: frames and short recordings of channels, with programmes and spots between them.

Telling spots takes more than one pixel, one colour or the logo on purpose: both are filmed at the same places with the
same people, some programmes lack their logo or show nothing but words, and channels advertise themselves under theirs.
"""

from sandbox.simulators.ads.dataset import write
from sandbox.simulators.ads.recordings import CLASSES, VARIANTS
from sandbox.simulators.ads.sheet import draw_sheet
from sandbox.simulators.ads.video import write_recordings

__all__ = ["CLASSES", "VARIANTS", "draw_sheet", "write", "write_recordings"]
