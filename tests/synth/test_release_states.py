"""A release's states: traffic step by step, what is rolled back, what a person decided."""

from tests.synth.state_machines import RELEASED, follow


def test_traffic_rises_step_by_step(release):
    steps = [name for name in release if name.startswith("Shift")]

    assert sorted(steps, key=lambda name: int(name.split()[2])) == ["Shift to 10 %", "Shift to 50 %", "Shift to 100 %"]
    assert follow(release, "Healthy at 10 %", {**RELEASED, "next_step": 1}) == "Shift to 50 %"
    assert follow(release, "Healthy at 50 %", {**RELEASED, "next_step": 2}) == "Shift to 100 %"
    assert follow(release, "Healthy at 100 %", {**RELEASED, "next_step": None}) == "Promote"


def test_a_first_release_needs_no_further_steps(release):
    assert follow(release, "Healthy at 10 %", {**RELEASED, "next_step": None}) == "Promote"


def test_a_quiet_step_bakes_again_and_a_failed_one_is_rolled_back(release):
    assert follow(release, "Healthy at 10 %", {**RELEASED, "status": "quiet"}) == "Bake at 10 %"
    assert follow(release, "Healthy at 10 %", {**RELEASED, "status": "failed"}) == "RollBack"


def test_whatever_goes_wrong_is_rolled_back(release):
    for name, state in release.items():
        if state["Type"] == "Task" and name not in ("RollBack", "Leave"):
            assert state["Catch"][-1]["Next"] == "RollBack", name
    assert release["RollBack"]["Catch"][0]["Next"] == "RollBackFailed"
    assert release["RolledBack"]["Type"] == "Fail"


def test_an_execution_whose_release_a_person_decided_ends_without_failing_or_undoing_anything(release):
    ours = [state for name, state in release.items() if state["Type"] == "Task" and name not in ("RollBack", "Leave")]
    caught = [state["Catch"][0] for state in ours]

    assert {(tuple(one["ErrorEquals"]), one["Next"]) for one in caught} == {(("NotTheChallengerError",), "Leave")}
    assert follow(release, "WaitingBehindDecision", {**RELEASED, "next_package": None}) == "Decided"
    assert release["Decided"]["Type"] == "Succeed"


def test_an_endpoint_is_awaited(release):
    assert follow(release, "InService", {**RELEASED, "status": "creating"}) == "WaitForEndpoint"
    assert follow(release, "InService", {**RELEASED, "status": "ready"}) == "Golden"
    assert follow(release, "InService", {**RELEASED, "status": "failed"}) == "RollBack"


def test_an_approval_that_waited_is_taken_next(release):
    waiting = {"model_package_arn": "arn", "approved_at": "2026-11-01T00:00:00Z"}

    assert follow(release, "WaitingBehindPromote", {**RELEASED, "next_package": waiting}) == "Prepare"
    assert follow(release, "WaitingBehindPromote", {**RELEASED, "next_package": None}) == "Promoted"
    assert follow(release, "WaitingBehindRollBack", {**RELEASED, "next_package": None}) == "RolledBack"


def test_approval_of_this_domain_starts_a_release(development, of_type):
    rules = of_type(development["VigilDevelopmentCats"], "AWS::Events::Rule").values()
    (rule,) = (one for one in rules if "EventPattern" in one["Properties"])
    (target,) = rule["Properties"]["Targets"]

    assert rule["Properties"]["EventPattern"]["detail"] == {
        "ModelPackageGroupName": ["vigil-cats"],
        "ModelApprovalStatus": ["Approved"],
    }
    assert target["InputTransformer"]["InputPathsMap"] == {"detail-ModelPackageArn": "$.detail.ModelPackageArn"} | {
        "time": "$.time"
    }
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] in of_type(
        development["VigilDevelopmentCats"], "AWS::SQS::Queue"
    )
