"""Which cat is at the door? Photographs of a garden camera."""

from stacks.domains.cats.construct import CatRecognition
from stacks.domains.cats.definition import CATS, SEVEN_CLASSES

__all__ = ["CATS", "SEVEN_CLASSES", "CatRecognition"]
