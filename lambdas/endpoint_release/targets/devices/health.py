"""Judges a release by what devices report. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import NamedTuple

from inference.contracts.traffic import percentile
from lambdas.common.device_record import DeviceRecord
from lambdas.endpoint_release.limits import Judgement, Limit, judge_limits
from lambdas.endpoint_release.proportions import proportion
from lambdas.endpoint_release.targets.devices.silence import silence_of
from lambdas.endpoint_release.targets.devices.spec import DevicesSpec

LONGEST = 200
"""Characters of a device's own words."""


class Step(NamedTuple):
    """Of a release, as it is checked."""

    release: str
    percentage: int
    since: datetime
    now: datetime
    last: bool = False
    """There is no more time to wait."""


def judge_fleet(enrolled: Sequence[DeviceRecord], step: Step, spec: DevicesSpec) -> Judgement:
    """Of the devices within the share: what those report that have reported since the share is what it is, and how many
    have fallen silent since they were given the release.
    """
    share = [device for device in enrolled if percentile(device.device_id) < step.percentage]
    if not share:
        return Judgement("passed", f"none of {len(enrolled)} devices is within {step.percentage} %")
    heard = [device for device in share if device.reported_at is not None and device.reported_at >= step.since]
    faults = {device.device_id: fault_of(device, step.release, spec.max_failure_rate) for device in heard}
    bad = {name: fault for name, fault in faults.items() if fault}
    good = {device.device_id for device in heard if _serves(device, step.release)} - bad.keys()
    silence = silence_of(enrolled, step.release, step.percentage, step.now, spec)
    keep = good.difference(silence.given.early, silence.given.left, silence.given.awaited)
    told = (
        f"{len(good)} of {len(share)} devices run it, {len(bad)} do not do well, "
        f"{len(share) - len(heard)} have not reported in this step"
    )
    needed = min(spec.minimum_devices, ceil(len(share) / 2))  # some are always switched off
    lacking = [] if len(keep) + len(bad) >= needed else [f"{needed} devices are needed to tell"]
    lacking += [silence.lacking] if silence.lacking else []
    limit = Limit(proportion(len(bad), len(good) + len(bad)), spec.max_bad_devices, "devices do not do well with it")
    judgement = judge_limits([limit, *silence.limits], told, "; ".join(lacking), last=step.last)
    if judgement is None:
        return Judgement("passed", told)
    if step.last and silence.too_few and judgement.status != "failed":
        judgement = Judgement("failed", silence.too_few)
    return judgement._replace(reason="; ".join([judgement.reason, *_examples(bad, silence.unheard)]))


def _examples(bad: Mapping[str, str], unheard: Sequence[str]) -> list[str]:
    found = [f"e.g. {device}: {fault[:LONGEST]}" for device, fault in sorted(bad.items())[:1]]
    return [*found, *(f"e.g. {device} says nothing" for device in sorted(unheard)[:1])]


def fault_of(device: DeviceRecord, release: str, max_failure_rate: float) -> str:
    """Why the release does not do well on a device; empty where it does, or is not there yet."""
    report = device.report
    if report is None:
        return ""
    if release in report.refused:
        return f"refused: {report.refused[release]}"
    for counts in report.counts:
        failures = proportion(counts.failures, counts.inferences)
        if counts.release == release and counts.inferences and failures.low > max_failure_rate:
            return f"{counts.failures} of {counts.inferences} inferences failed"
    if not _serves(device, release) and report.update_fault:
        return f"cannot fetch it: {report.update_fault}"
    return ""


def _serves(device: DeviceRecord, release: str) -> bool:
    return device.report is not None and device.report.serving == release
