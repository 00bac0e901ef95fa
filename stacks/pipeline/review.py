"""Review: answered predictions become detections that people judge, and what they settle becomes training data."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from constructs import Construct

from lambdas.common.artifacts import incoming_folder, pictures_folder, unusable_folder
from lambdas.common.detections_table import UNTAUGHT
from lambdas.common.reviewed_rows import LABELLED_FOLDER, REVIEWED_FOLDER
from lambdas.review.models import ReviewVariables
from lambdas.router.models import DetectionsSpec
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.raw_data import RawData
from stacks.pipeline.retraining import FUNCTION
from stacks.shared import key_permissions, permissions
from stacks.shared.acknowledge import acknowledge
from stacks.shared.python_function import PythonFunction
from stacks.shared.queue import DeadLetterQueue
from stacks.shared.requirements_layer import RequirementsLayer
from stacks.shared.source_tree import ROOT

_REQUIREMENTS = ROOT / "lambdas" / "review" / "requirements.txt"
_SWEEP_EVERY = Duration.minutes(15)


class Review(Construct):
    """`function` is invoked asynchronously by the router and the review API; `failures` keeps what it could not do.

    Raises ValueError for a domain without a review or a table of labels. `takes_frames`: operators may put frames of
    recordings into the incoming folder, too.
    """

    def __init__(self, scope: Construct, construct_id: str, *, domain: DomainContext, raw_data: RawData) -> None:
        super().__init__(scope, construct_id)
        definition, names, platform = domain.definition, domain.names, domain.platform
        rows, table = definition.data.reviewed_rows, raw_data.table
        if definition.review is None or rows is None or table is None:
            raise ValueError(f"{definition.name}: reviews need a spec and data that take labels from a table")
        self._domain, self._spec = domain, definition.review
        self.takes_frames = bool(rows.frame)
        retraining = names.of(FUNCTION) if definition.retraining is not None else None
        self.function = PythonFunction(
            self,
            "Function",
            name=names.of("review"),
            package="review",
            description=f"{definition.name}: keeps pictures for people to review, and teaches what they settle",
            variables=ReviewVariables(
                domain=definition.name,
                task=definition.task,
                detections_table=platform.detections.table_name,
                artifacts_bucket=platform.artifacts.bucket_name,
                raw_bucket=raw_data.bucket.bucket_name,
                raw_prefix=raw_data.prefix,
                labels_table=table.table_name,
                rows=rows,
                review=definition.review,
                retraining_function=retraining,
            ),
            platform=platform,
            timeout=Duration.minutes(2),
            memory_mb=1769,
            layers=[RequirementsLayer(self, "Requirements", requirements=_REQUIREMENTS)],
        )
        self.failures = DeadLetterQueue(self, "Failures", key=platform.key)
        self._take_events()
        self._sweep()
        self._allow(raw_data)
        if retraining is not None:
            trigger = permissions.arn_of("lambda", f"function:{retraining}")
            permissions.allow(self.function, ("lambda:InvokeFunction",), [trigger])

    @property
    def wanted(self) -> DetectionsSpec | None:
        """For the router; None: no predictions."""
        if not self._spec.wants_predictions:
            return None
        return DetectionsSpec(
            function=self.function.function_name,
            bucket=self._domain.platform.artifacts.bucket_name,
            share=self._spec.share,
            uncertain_above=self._spec.uncertain_above,
        )

    def allow_intake(self, router: lambda_.IFunction) -> None:
        """Put predictions into the incoming folder, and say so."""
        platform = self._domain.platform
        incoming = incoming_folder(self._domain.definition.name)
        permissions.allow_objects(router, permissions.ADD_TAGGED_OBJECT, platform.artifacts, incoming)
        permissions.allow(router, ("lambda:InvokeFunction",), [self.function.function_arn])

    def _take_events(self) -> None:
        lambda_.EventInvokeConfig(
            self,
            "Async",
            function=self.function,
            on_failure=destinations.SqsDestination(self.failures),
            retry_attempts=2,
            max_event_age=Duration.hours(6),
        )
        grant = "CDK's grant for sending to an encrypted queue; its resource is the one key"
        acknowledge(
            permissions.role_of(self.function),
            {f"AwsSolutions-IAM5[Action::kms:{action}*]": grant for action in ("GenerateDataKey", "ReEncrypt")},
        )

    def _sweep(self) -> None:
        sweep = events.RuleTargetInput.from_object({"action": "sweep"})
        events.Rule(
            self,
            "Sweep",
            description=f"{self._domain.definition.name}: takes predictions and teaches reviews whose events were lost",
            schedule=events.Schedule.rate(_SWEEP_EVERY),
            targets=[targets.LambdaFunction(self.function, event=sweep, dead_letter_queue=self.failures)],
        )

    def _allow(self, raw_data: RawData) -> None:
        function, platform, name = self.function, self._domain.platform, self._domain.definition.name
        permissions.allow_objects(function, permissions.TAKE_OBJECT, platform.artifacts, incoming_folder(name))
        pictures = (*permissions.WRITE_OBJECT, "s3:PutObjectTagging")
        for folder in (pictures_folder(name), unusable_folder(name)):
            permissions.allow_objects(function, pictures, platform.artifacts, folder)
        taught = [REVIEWED_FOLDER, *([LABELLED_FOLDER] if self.takes_frames else [])]
        for folder in taught:
            permissions.allow_objects(
                function, permissions.REPLACE_OBJECT, raw_data.bucket, f"{raw_data.prefix}{folder}"
            )
        writes = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        key_permissions.allow_items(function, writes, platform.detections, platform.key, [name], indexes=[UNTAUGHT])
        if raw_data.table is not None:
            rows = ("dynamodb:PutItem", "dynamodb:DeleteItem")
            key_permissions.allow_items(
                function, rows, raw_data.table, raw_data.table_key, [f"{one}*" for one in taught]
            )
