"""Pictures of camera traps, drawn: deer with boxes, empty pictures, and things that are taken for deer.

Each camera looks at one place, in daylight, at dusk and by infrared at night. Deer differ in build, coat, pose,
distance and number, and stand behind trunks and grass or half out of the frame. Look-alikes (boars, dogs, sheep,
people, logs, stumps, rocks) come in the share of pictures that is asked for: a model that has met none makes mistakes
with them.
"""

from sandbox.simulators.deer.dataset import write
from sandbox.simulators.deer.sheet import draw_sheet

__all__ = ["draw_sheet", "write"]
