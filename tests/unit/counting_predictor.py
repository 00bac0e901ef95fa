"""A predictor of cats that counts what it is asked."""

from typing import Any

CLASSES = ("Cat", "NoCat")


class Counting:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        self.bodies.append(body)
        return {}
