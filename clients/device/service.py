"""`run`: answers pictures while it looks for updates and reports, each at random moments around its interval."""

import json
import logging
import random
import threading
import time
from pathlib import Path

from clients.device.config import Config
from clients.device.device import Device
from clients.device.errors import ModelFailed, NoModel, UpdateFault
from clients.device.updater import Look
from inference.errors import BadRequest

log = logging.getLogger(__name__)
JITTER = 0.2
FIRST_RETRY_S = 30.0
WATCHED_S = 0.2
NEWS = frozenset({"updated", "refused"})
"""How a look may end that the cloud waits to hear: it judges the release by it."""
PICTURES = frozenset({".jpg", ".jpeg", ".png"})


def serve(device: Device, config: Config, pictures: Path | None, stop: threading.Event) -> None:
    """Until `stop` is set. Pictures that appear in the folder are answered, one line of JSON each, and removed."""
    background = threading.Thread(target=keep_up, args=(device, config, stop), name="updates")
    background.start()
    try:
        while not stop.wait(WATCHED_S):
            if pictures is not None:
                answer_folder(device, pictures)
    finally:
        stop.set()
        # First, for a look that waits for a slow network may outlast what systemd grants, and be killed.
        device.runner.close()
        background.join()


def keep_up(device: Device, config: Config, stop: threading.Event) -> None:
    """Look at once, then about every `poll_s`, sooner after a fault; report about every `report_s`, news at once."""
    next_look, next_report, faults = 0.0, time.monotonic() + around(config.report_s), 0
    before: Look | None = None
    while not stop.is_set():
        if time.monotonic() >= next_look:
            look = _look(device)
            faults = faults + 1 if look.state == "fault" else 0
            next_look = time.monotonic() + around(pause_s(config.poll_s, faults))
            if look.state in NEWS and look != before:
                next_report = 0.0
            before = look
        if time.monotonic() >= next_report:
            report(device)
            next_report = time.monotonic() + around(config.report_s)
        stop.wait(max(0.05, min(next_look, next_report) - time.monotonic()))
    report(device)


def _look(device: Device) -> Look:
    """Whatever else a look meets is a fault too: without this thread nobody could ever mend it."""
    try:
        return device.updater.look()
    except Exception as error:
        log.exception("the look for updates failed")
        return Look("fault", why=repr(error))


def report(device: Device) -> None:
    """Write one report and deliver what waits; what fails is told and tried with the next."""
    try:
        device.write_report()
        device.deliver_reports()
    except (OSError, UpdateFault) as error:
        log.warning("reports wait on the disk: %s", error)
    except Exception:  # as in `_look`
        log.exception("no report could be made or delivered")


def pause_s(poll_s: float, faults: int) -> float:
    """Doubles with each fault in a row, from half a minute to the interval itself."""
    return min(poll_s, FIRST_RETRY_S * 2 ** min(faults - 1, 20)) if faults else poll_s


def around(seconds: float) -> float:
    return seconds * random.uniform(1 - JITTER, 1 + JITTER)


def answer_folder(device: Device, pictures: Path) -> None:
    """Write pictures elsewhere and move them in: one that is half written here is answered as a damaged one."""
    for path in sorted(one for one in pictures.iterdir() if one.suffix.lower() in PICTURES and one.is_file()):
        try:
            answer = device.runner.predict(path.read_bytes())
        except NoModel:
            return
        except FileNotFoundError:  # whoever put it there took it away
            continue
        except (BadRequest, ModelFailed, OSError) as error:
            answer = {"error": str(error)}
        print(json.dumps({"picture": path.name} | answer), flush=True)
        path.unlink(missing_ok=True)
