"""Annotations of pictures as other programs write and read them: COCO, YOLO, CSV, MegaDetector. Pure."""

from inference.contracts.annotations.base import Annotated, AnnotationsError, BoxRow
from inference.contracts.annotations.coco import read_coco
from inference.contracts.annotations.exports import FORMATS, ExportFormat, export, picture_path, read_manifest
from inference.contracts.annotations.megadetector import read_megadetector

__all__ = [
    "FORMATS",
    "Annotated",
    "AnnotationsError",
    "BoxRow",
    "ExportFormat",
    "export",
    "picture_path",
    "read_coco",
    "read_manifest",
    "read_megadetector",
]
