"""The run: one execution of the training state machine, DataPrep -> (Tune ->) Train -> ModelGate.

A package that was trained elsewhere goes from DataPrep to ModelGate.
"""

from aws_cdk import Duration
from constructs import Construct

from stacks.pipeline.data_prep import DataPrep
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.function_states import fail
from stacks.pipeline.model_gate import ModelGate
from stacks.pipeline.state_machine import LoggedStateMachine
from stacks.pipeline.submission import submitted_or
from stacks.pipeline.training import Training
from stacks.pipeline.training_states import TrainingStates

_DATA_PREP_AND_GATE = Duration.hours(6)
"""In batches where there is much data; each state with what is tried again."""


class TrainingRun(Construct):
    """Input: `RunInput` of the trigger. Output: the gate's decision. Every failure ends in a state that says why."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: DomainContext,
        data_prep: DataPrep,
        training: Training,
        model_gate: ModelGate,
    ) -> None:
        super().__init__(scope, construct_id)
        gate = model_gate.state(self, fail(self, "ModelGateFailed", "the gate could not decide"))
        train = TrainingStates(self, "Training", training=domain.definition.training, then=gate)
        prepare = data_prep.states(self, fail(self, "DataPrepFailed", "data prep failed"))
        self.state_machine = LoggedStateMachine(
            self,
            "StateMachine",
            name=domain.names.of("training"),
            definition=prepare.next(submitted_or(self, train.start, gate)),
            calls=(data_prep.function, model_gate.function),
            platform=domain.platform,
            # Every state to its own limit: those end with a reason, and a state machine that runs out of time has none.
            timeout=train.longest.plus(_DATA_PREP_AND_GATE),
        )
        training.grant_run(self.state_machine)
