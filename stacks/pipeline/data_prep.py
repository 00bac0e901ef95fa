"""Data prep: raw data becomes an immutable dataset version."""

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from lambdas.common.artifacts import datasets_folder, quarantine_folder, runs_folder
from lambdas.data_prep.kinds import has_inspection
from lambdas.data_prep.models import DataPrepVariables
from stacks.pipeline.batches import data_prep_in_batches
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.function_states import invoke
from stacks.pipeline.raw_data import RawData
from stacks.shared import key_permissions, permissions
from stacks.shared.data_layers import data_layer
from stacks.shared.python_function import PythonFunction


class DataPrep(Construct):
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: DomainContext,
        raw_data: RawData,
    ) -> None:
        super().__init__(scope, construct_id)
        definition, platform = domain.definition, domain.platform
        self._definition = definition
        self.function = PythonFunction(
            self,
            "Function",
            name=domain.names.of("data-prep"),
            package="data_prep",
            description=f"{definition.name}: prepares a dataset version",
            variables=DataPrepVariables(
                domain=definition.name,
                raw_bucket=raw_data.bucket.bucket_name,
                artifacts_bucket=platform.artifacts.bucket_name,
                labels_table=raw_data.table.table_name if raw_data.table is not None else None,
                data=definition.data,
            ),
            platform=platform,
            timeout=Duration.minutes(15),
            memory_mb=definition.data.memory_mb,
            scratch_mb=definition.data.scratch_mb,
            layers=[data_layer(self, definition.data)],
        )
        permissions.allow_objects(self.function, permissions.READ_OBJECT, raw_data.bucket, raw_data.prefix)
        if raw_data.table is not None:
            key_permissions.allow_table(self.function, ("dynamodb:Scan",), raw_data.table, raw_data.table_key)
        folders = [folder(definition.name) for folder in (datasets_folder, quarantine_folder, runs_folder)]
        permissions.allow_objects(self.function, permissions.REPLACE_OBJECT, platform.artifacts, *folders)

    def states(self, scope: Construct, on_failure: sfn.State) -> sfn.Chain:
        """A run's input in, the same with `dataset` out; a run that asks for a diagnosis ends with it."""
        prepared = self._prepared(scope, on_failure)
        if not has_inspection(self._definition.data):
            return prepared
        inspect = invoke(
            scope,
            "Diagnose",
            self.function,
            payload={"action": "diagnose", "run": "{% $states.input.run %}"},
            outputs="{% $merge([$states.result.Payload, {'run': $states.input.run}]) %}",
            on_failure=on_failure,
        ).next(sfn.Succeed.jsonata(scope, "Diagnosed"))
        choice = sfn.Choice.jsonata(scope, "DiagnosisAsked")
        choice.when(sfn.Condition.jsonata("{% $states.input.diagnose %}"), inspect).otherwise(prepared)
        return sfn.Chain.custom(choice, prepared.end_states, prepared)

    def _prepared(self, scope: Construct, on_failure: sfn.State) -> sfn.Chain:
        if self._definition.large_data:
            return data_prep_in_batches(scope, self.function, on_failure)
        task = invoke(
            scope,
            "DataPrep",
            self.function,
            payload={"run": "{% $states.input.run %}", "reuse_latest": "{% $states.input.reuse_latest %}"},
            outputs="{% $merge([$states.input, {'dataset': $states.result.Payload}]) %}",
            on_failure=on_failure,
        )
        return sfn.Chain.start(task)
