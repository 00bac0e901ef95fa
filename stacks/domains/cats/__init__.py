"""Recognizes which cat is on a photograph of a garden camera."""

from stacks.domains.cats.construct import CatRecognition
from stacks.domains.cats.definition import CATS, SEVEN_CLASSES

DOMAIN = CatRecognition

__all__ = ["CATS", "DOMAIN", "SEVEN_CLASSES", "CatRecognition"]
