"""Annotations that tests of imports begin with."""

import json
from typing import Any


def detected(*detections: dict[str, Any], **changes: Any) -> bytes:
    """As https://lila.science/megadetector-output-format has it."""
    content = {
        "info": {"format_version": "1.4", "detector": "md_v5a.0.0.pt"},
        "detection_categories": {"1": "animal", "2": "person", "3": "vehicle"},
        "images": [{"file": "c1/e1/a.jpg", "detections": list(detections)}],
    }
    return json.dumps(content | changes).encode()


ANIMAL = {"category": "1", "conf": 0.9, "bbox": [0.25, 0.5, 0.5, 0.25]}
