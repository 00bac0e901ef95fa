"""A target of tests: releases stand on a shelf that has room for a few; each takes three looks to get there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from inference.contracts import GoldenRequest
from lambdas.endpoint_release.limits import Judgement
from lambdas.endpoint_release.package import Package
from lambdas.endpoint_release.targets.base import NoAnswerError, Target, TargetPlace, TargetSpec, TargetStatus
from tests.unit.release_doubles import GOOD_ANSWER


class ShelfSpec(TargetSpec):
    kind: Literal["shelf"] = "shelf"
    room_for: int

    def open(self, place: TargetPlace) -> Target:
        return Shelf(self.room_for, place.domain)


class Shelf:
    def __init__(self, room_for: int, domain: str) -> None:
        self.room_for, self.domain = room_for, domain
        self.standing: dict[str, str] = {}
        self.looks: dict[str, int] = {}
        self.shares: dict[str, int] = {}
        self.silent: set[str] = set()
        self.stuck: set[str] = set()
        self.judgements: dict[str, Judgement] = {}
        self.asked_since: dict[str, tuple[int, datetime]] = {}

    def address(self, release: str) -> str:
        return f"shelf/{self.domain}/{release}"

    def create(self, release: str, package: Package) -> None:
        assert len(self.standing) < self.room_for
        self.standing[release] = package.arn

    def status(self, release: str) -> TargetStatus:
        if release not in self.standing:
            return TargetStatus("failed", f"{release} does not stand there")
        self.looks[release] = self.looks.get(release, 0) + 1
        return (
            TargetStatus("starting", f"{release} is on its way") if self.looks[release] < 3 else TargetStatus("ready")
        )

    def ask(self, release: str, request: GoldenRequest) -> bytes:
        if release in self.silent:
            raise NoAnswerError(f"{release} says nothing")
        return GOOD_ANSWER

    def shift(self, release: str, percentage: int, golden: Sequence[GoldenRequest]) -> None:
        assert release in self.standing
        self.shares[release] = percentage

    def health(self, release: str, percentage: int, since: datetime, *, last: bool) -> Judgement:
        self.asked_since[release] = (percentage, since)
        return self.judgements.get(release, Judgement("passed", ""))

    def retire(self, release: str) -> bool:
        if release in self.stuck:
            return False
        self.standing.pop(release, None)
        self.shares.pop(release, None)
        return True
