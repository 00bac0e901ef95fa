"""Transitions of the release state. Pure; the caller writes the result on condition."""

from datetime import datetime

from lambdas.common.release_state import HISTORY_LENGTH, Approval, HistoryEntry, Quality, Release, ReleaseState

_NO_CHALLENGER = {"challenger": None, "percentage": 0, "step": 0, "step_since": None, "status": "idle"}


def percentage(state: ReleaseState, step: int, rollout: tuple[int, ...]) -> int:
    """Traffic of a step. A first release has no champion to share with: it gets all of it at once."""
    return rollout[step] if state.champion is not None else 100


def noted(state: ReleaseState, now: datetime, release: str, event: str, detail: str = "") -> ReleaseState:
    history = (*state.history, HistoryEntry(at=now, release=release, event=event, detail=detail[:1000]))
    return state.model_copy(update={"history": history[-HISTORY_LENGTH:], "updated_at": now})


def add_challenger(state: ReleaseState, release: Release, now: datetime) -> ReleaseState:
    """The release becomes the challenger, without traffic yet."""
    waiting = tuple(one for one in state.waiting if one.model_package_arn != release.model_package_arn)
    retired = tuple(one for one in state.retired if one != release.release)
    after = state.model_copy(
        update={
            "challenger": release,
            "percentage": 0,
            "step": 0,
            "step_since": None,
            "status": "preparing",
            "waiting": waiting,
            "retired": retired,
        }  # fmt: skip
    )
    return noted(after, now, release.release, "prepared", release.model_package_arn)


def queue(state: ReleaseState, approval: Approval, release: str, now: datetime) -> ReleaseState:
    after = state.model_copy(update={"waiting": (*state.waiting, approval)})
    return noted(after, now, release, "waiting", f"for {state.challenger.release} to end" if state.challenger else "")


def shift(state: ReleaseState, step: int, rollout: tuple[int, ...], now: datetime) -> ReleaseState:
    """Traffic of a step; doing it twice does not start its bake time anew, nor do a first release's later steps.

    Nor does a step below a share that a person has raised: a share only rises.
    """
    percent = percentage(state, step, rollout)
    if state.status == "rolling_out" and state.percentage >= percent:
        return state
    after = state.model_copy(update={"status": "rolling_out", "step": step, "percentage": percent, "step_since": now})
    return noted(after, now, _challenger_name(state), "shifted", f"step {step}: {percent} %")


RAISED = "raised"
"""History's word for a share that a person raised."""


def raise_share(state: ReleaseState, percent: int, detail: str, now: datetime) -> ReleaseState:
    """A share that a person chose, within the same step; what is measured counts from now."""
    after = state.model_copy(update={"percentage": percent, "step_since": now})
    return noted(after, now, _challenger_name(state), RAISED, detail)


def promote(state: ReleaseState, challenger: Release, now: datetime) -> ReleaseState:
    """The challenger serves; the champion before it stays up for instant rollback, the one before that goes."""
    champion = challenger.model_copy(update={"since": now, "quality": _quality(challenger, state.champion)})
    after = state.model_copy(
        update={
            **_NO_CHALLENGER,
            "champion": champion,
            "previous": state.champion,
            "retired": _retire(state, state.previous, keep=(champion, state.champion)),
            "promoted": _remember(state.promoted, champion, now),
            "alarms": (),
        }
    )
    return noted(after, now, champion.release, "promoted", champion.address)


def remove_challenger(state: ReleaseState, failed: Release, reason: str, now: datetime) -> ReleaseState:
    """Remove the challenger; the champion serves on unchanged."""
    after = state.model_copy(
        update={
            **_NO_CHALLENGER,
            "retired": _retire(state, failed, keep=(state.champion, state.previous)),
            "rolled_back": _remember(state.rolled_back, failed, now),
            "alarms": (reason,),
        }
    )
    return noted(after, now, failed.release, "rolled_back", reason)


def restore(state: ReleaseState, failed: Release, earlier: Release, reason: str, now: datetime) -> ReleaseState:
    """Remove the champion; the one before it serves again."""
    restored = earlier.model_copy(update={"since": now})
    after = state.model_copy(
        update={
            "champion": restored,
            "previous": None,
            "retired": _retire(state, failed, keep=(restored, state.challenger)),
            "rolled_back": _remember(state.rolled_back, failed, now),
            "alarms": (reason,),
        }
    )
    return noted(after, now, failed.release, "rolled_back", f"{restored.release} serves again: {reason}")


def _quality(challenger: Release, before: Release | None) -> Quality | None:
    """A package that no gate compared is taken to be as good as the champion before it."""
    earlier = before.quality if before is not None else None
    return earlier if challenger.quality is None else challenger.quality.as_champion_after(earlier)


def _challenger_name(state: ReleaseState) -> str:
    return state.challenger.release if state.challenger is not None else ""


def _retire(state: ReleaseState, leaving: Release | None, keep: tuple[Release | None, ...]) -> tuple[str, ...]:
    """A release that is in use stays, e.g. when an earlier champion was approved again."""
    in_use = {release.release for release in keep if release is not None}
    if leaving is None or leaving.release in in_use:
        return state.retired
    return (*state.retired, leaving.release)


def _remember(ends: dict[str, datetime], release: Release, now: datetime) -> dict[str, datetime]:
    return dict(list({**ends, release.model_package_arn: now}.items())[-HISTORY_LENGTH:])
