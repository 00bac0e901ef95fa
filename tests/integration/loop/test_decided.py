"""A person promotes a release that is on its way, and returns to the champion before: predictions go on meanwhile."""

from sandbox.deployment import Deployment
from tests.integration.loop.releases import EndedRelease
from tests.integration.loop.show import Show


def test_a_promoted_release_serves_all_before_its_last_step(show: Show, champion: EndedRelease) -> None:
    ended = show.hurried.ended
    assert show.hurried.promoted[0] == 200, show.hurried.promoted
    assert show.hurried.promoted[1]["champion"]["release"] == ended.release
    assert ended.told("shifted") in (["step 0: 10 %"], ["step 0: 10 %", "step 1: 50 %"])  # a step lasts 4 s here
    assert ended.state.champion is not None
    assert ended.state.champion.release == ended.release
    assert ended.state.previous is not None
    assert ended.state.previous.release == champion.release


def test_its_execution_ends_in_decided_and_undoes_nothing(show: Show) -> None:
    ended = show.hurried.ended
    assert (ended.execution["status"], show.hurried.last_state) == ("SUCCEEDED", "Decided")
    assert ended.told("rolled_back") == []


def test_taken_back_it_leaves_the_champion_before_and_no_endpoint(
    show: Show, champion: EndedRelease, deployment: Deployment
) -> None:
    hurried, (status, model) = show.hurried, show.hurried.withdrawn
    assert status == 200, model
    assert (model["champion"]["release"], model["challenger"]) == (champion.release, None)
    assert hurried.after.champion is not None
    assert hurried.after.champion.address == champion.endpoint
    listed = deployment.sagemaker.list_endpoints(NameContains=hurried.ended.endpoint)["Endpoints"]
    assert listed == []


def test_both_decisions_are_audited(show: Show) -> None:
    newest = [(entry["what"], entry["outcome"]) for entry in show.hurried.audit[:4]]
    assert newest == [("rollback", "done"), ("rollback", "asked"), ("promote", "done"), ("promote", "asked")]
