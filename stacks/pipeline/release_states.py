"""The release state machine: Prepare, wait, Golden, then Shift - Bake - Check a step, then Promote or RollBack.

A person who promotes or undoes a release leaves its execution without one: it ends in Decided, having undone nothing.
"""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from stacks.pipeline.function_states import REASON, fail, invoke

_EXECUTION = "{% $states.context.Execution.Id %}"
_RELEASE = "{% $states.input.release %}"
_MORE_STEPS = "{% $states.input.status = 'passed' and $type($states.input.next_step) = 'number' %}"
"""A first release has none: without a champion to share with, it gets all traffic at once."""
_WAITING = "{% $exists($states.input.next_package.model_package_arn) %}"
_NO_LONGER_OURS = "NotTheChallengerError"
_POLL = Duration.seconds(5)


class ReleaseStates(Construct):
    """Each state is one action of `lambdas/endpoint_release`; each Choice reads its `status`.

    Input of `start`: `{"model_package_arn": ..., "approved_at": ...}`. An approval that waited behind this release is
    prepared by this same execution when it ends.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, function: lambda_.IFunction, steps: tuple[int, ...]
    ) -> None:
        super().__init__(scope, construct_id)
        self._function = function
        self._roll_back = self._rolling_back()
        self._leave = self._ending("Leave", "leave", fail(self, "LeaveFailed", "what waits could not be taken on"))
        self._promoted = self._act("Promote", "promote", release=_RELEASE)
        self.start = self._act(
            "Prepare",
            "prepare",
            model_package_arn="{% $states.input.model_package_arn %}",
            approved_at="{% $states.input.approved_at %}",
        )
        in_service = self._in_service(self._golden(self._steps(steps)))
        self._choose(
            "Prepared",
            self.start,
            {"started": in_service, "waiting": self._succeed("Waiting"), "ignored": self._succeed("Ignored")},
        )
        self._take_waiting("WaitingBehindDecision", self._leave, otherwise=self._succeed("Decided"))
        self._take_waiting("WaitingBehindRollBack", self._roll_back, otherwise=fail(self, "RolledBack", "rolled back"))
        self._take_waiting("WaitingBehindPromote", self._promoted, otherwise=self._succeed("Promoted"))

    def _act(self, name: str, action: str, **arguments: Any) -> tasks.LambdaInvoke:
        payload = {"action": action, "execution": _EXECUTION, **arguments}
        task = invoke(self, name, self._function, payload=payload)
        task.add_catch(self._leave, errors=[_NO_LONGER_OURS], outputs=REASON)
        task.add_catch(self._roll_back, errors=[sfn.Errors.ALL], outputs=REASON)
        return task

    def _choose(self, name: str, after: sfn.INextable, routes: dict[str, sfn.IChainable]) -> sfn.Choice:
        """Routes by `status`; anything else was a failure and is rolled back."""
        choice = sfn.Choice.jsonata(self, name)
        for status, then in routes.items():
            choice.when(sfn.Condition.jsonata(f"{{% $states.input.status = '{status}' %}}"), then)
        choice.otherwise(self._roll_back)
        after.next(choice)
        return choice

    def _succeed(self, name: str) -> sfn.Succeed:
        return sfn.Succeed.jsonata(self, name)

    def _in_service(self, then: sfn.IChainable) -> sfn.State:
        wait = sfn.Wait.jsonata(self, "WaitForEndpoint", time=sfn.WaitTime.duration(_POLL))
        look = self._act("EndpointStatus", "endpoint_status", release=_RELEASE)
        wait.next(look)
        self._choose("InService", look, {"ready": then, "creating": wait})
        return wait

    def _golden(self, then: sfn.IChainable) -> sfn.State:
        golden = self._act("Golden", "golden", release=_RELEASE)
        self._choose("GoldenPassed", golden, {"passed": then})
        return golden

    def _steps(self, steps: tuple[int, ...]) -> sfn.State:
        """Built from the last step backwards, since a state names the one after it."""
        then: sfn.State = self._promoted
        for index in reversed(range(len(steps))):
            then = self._step(index, steps[index], then)
        return then

    def _step(self, index: int, percent: int, then: sfn.State) -> sfn.State:
        shift = self._act(f"Shift to {percent} %", "shift", release=_RELEASE, step=index)
        bake = sfn.Wait.jsonata(self, f"Bake at {percent} %", time=sfn.WaitTime.seconds("{% $states.input.bake_s %}"))
        check = self._act(f"Check at {percent} %", "check", release=_RELEASE, step=index)
        shift.next(bake).next(check)
        healthy = self._choose(f"Healthy at {percent} %", check, {"quiet": bake})
        if then is not self._promoted:
            healthy.when(sfn.Condition.jsonata(_MORE_STEPS), then)
        healthy.when(sfn.Condition.jsonata("{% $states.input.status = 'passed' %}"), self._promoted)
        return shift

    def _take_waiting(self, name: str, after: sfn.INextable, otherwise: sfn.State) -> None:
        """An approval that came while this release was under way is prepared now."""
        choice = sfn.Choice.jsonata(self, name)
        choice.when(sfn.Condition.jsonata(_WAITING), self.start, outputs="{% $states.input.next_package %}")
        choice.otherwise(otherwise)
        after.next(choice)

    def _rolling_back(self) -> tasks.LambdaInvoke:
        return self._ending(
            "RollBack", "roll_back", fail(self, "RollBackFailed", "the release could not be rolled back")
        )

    def _ending(self, name: str, action: str, on_failure: sfn.State) -> tasks.LambdaInvoke:
        """Keeps the reason that it was given."""
        return invoke(
            self,
            name,
            self._function,
            payload={"action": action, "execution": _EXECUTION, "reason": "{% $states.input.reason %}"},
            outputs="{% $merge([$states.result.Payload, {'reason': $states.input.reason}]) %}",
            on_failure=on_failure,
        )
