"""Judges a release by what devices report. Pure."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil

from inference.contracts.traffic import percentile
from lambdas.common.device_record import DeviceRecord
from lambdas.endpoint_release.limits import Judgement, Limit, judge_limits
from lambdas.endpoint_release.proportions import proportion
from lambdas.endpoint_release.targets.devices.spec import DevicesSpec

LONGEST = 200
"""Characters of a device's own words."""


def judge_fleet(
    enrolled: Sequence[DeviceRecord],
    release: str,
    percentage: int,
    since: datetime,
    spec: DevicesSpec,
    *,
    last: bool,
) -> Judgement:
    """Of the devices within the share, those that have reported since the share is what it is."""
    share = [device for device in enrolled if percentile(device.device_id) < percentage]
    if not share:
        return Judgement("passed", f"none of {len(enrolled)} devices is within {percentage} %")
    heard = [device for device in share if device.reported_at is not None and device.reported_at >= since]
    bad = {device.device_id: fault for device in heard if (fault := fault_of(device, release, spec.max_failure_rate))}
    good = sum(_serves(device, release) and device.device_id not in bad for device in heard)
    told = f"{good} of {len(share)} devices run it, {len(bad)} do not do well, {len(share) - len(heard)} are silent"
    needed = min(spec.minimum_devices, ceil(len(share) / 2))  # some are always switched off
    lacking = f"{needed} devices are needed to tell" if good + len(bad) < needed else ""
    limit = Limit(proportion(len(bad), good + len(bad)), spec.max_bad_devices, "devices do not do well with it")
    judgement = judge_limits([limit], told, lacking, last=last)
    if judgement is None:
        return Judgement("passed", told)
    if not bad:
        return judgement
    device, fault = min(bad.items())
    return judgement._replace(reason=f"{judgement.reason}; e.g. {device}: {fault[:LONGEST]}")


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
