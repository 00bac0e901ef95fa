"""Pictures of a garden camera, drawn: six cats that differ in coat and build, and scenes without a cat.

The task is neither trivial nor hopeless on purpose. Light goes from noon to infrared night, when all cats are grey and
differ in pattern alone; cats are cut off by the frame or half behind grass; and the scenes without a cat hold things of
a cat's size.
"""

from sandbox.simulators.cats.dataset import CLASSES, write

__all__ = ["CLASSES", "write"]
