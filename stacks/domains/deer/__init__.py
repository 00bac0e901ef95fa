"""Finds deer in pictures of camera traps; people review what it found, and it learns from that."""

from stacks.domains.deer.construct import DeerDetection
from stacks.domains.deer.definition import CLASSES, DEER, deer

DOMAIN = DeerDetection

__all__ = ["CLASSES", "DEER", "DOMAIN", "DeerDetection", "deer"]
