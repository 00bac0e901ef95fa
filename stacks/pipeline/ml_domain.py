"""One detector and everything around it. Read this first: the stages, in the loop's order."""

from typing import ClassVar, TypedDict, Unpack

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.pipeline.data_prep import DataPrep
from stacks.pipeline.definition import DomainDefinition
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.drift_monitor import DriftMonitor
from stacks.pipeline.model_gate import ModelGate
from stacks.pipeline.monitoring import Monitoring
from stacks.pipeline.pinned_model import PINNED_MODEL, PinnedEndpoint, PinnedModel
from stacks.pipeline.raw_data import RawData
from stacks.pipeline.release import Release
from stacks.pipeline.retraining import Retraining
from stacks.pipeline.review import Review
from stacks.pipeline.router import Router
from stacks.pipeline.serving import Serving
from stacks.pipeline.tracking import TRACKING, Tracking
from stacks.pipeline.training import Training
from stacks.pipeline.training_run import TrainingRun
from stacks.pipeline.training_trigger import TrainingTrigger
from stacks.platform import Platform
from stacks.shared.context_option import ContextOption


class DomainOptions(TypedDict, total=False):
    """What every domain's construct takes; all of it may be left out."""

    platform: Platform | None
    """What domains share; None makes one for this domain alone."""
    bucket: s3.IBucket | None
    """Raw data that exists already; None makes a bucket."""
    table: dynamodb.ITable | None
    """Labels that exist already; None makes a table, unless labels come with the data."""
    table_key: kms.IKey | None
    """The KMS key of `table`."""
    pinned_model: PinnedModel | None
    """Serve this one: then there is an endpoint and a router, and nothing trains or releases."""
    tracking: Tracking | None
    """Where training jobs log their runs."""


class MlDomain(Construct):
    """All stages of the loop; with a pinned model, its endpoint and a router."""

    context_options: ClassVar[tuple[ContextOption, ...]] = (PINNED_MODEL, TRACKING)
    """Arguments that `-c <domain>:<word>=` fills."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: DomainDefinition,
        **options: Unpack[DomainOptions],
    ) -> None:
        super().__init__(scope, construct_id)
        self.definition = definition
        self.trigger: TrainingTrigger | None = None
        self.review: Review | None = None
        self.retraining: Retraining | None = None
        domain = DomainContext(definition=definition, platform=options.get("platform") or Platform.create(self))
        self.raw_data = RawData(
            self,
            "RawData",
            domain=domain,
            bucket=options.get("bucket"),
            table=options.get("table"),
            table_key=options.get("table_key"),
        )
        serving = Serving(self, "Serving", domain=domain)
        pinned_model = options.get("pinned_model")
        if pinned_model is not None:
            self._pin(domain, serving, pinned_model)
        else:
            self._loop(domain, serving, options.get("tracking"))

    def _loop(self, domain: DomainContext, serving: Serving, tracking: Tracking | None) -> None:
        data_prep = DataPrep(self, "DataPrep", domain=domain, raw_data=self.raw_data)
        training = Training(self, "Training", domain=domain, raw_data=self.raw_data, tracking=tracking)
        model_gate = ModelGate(self, "ModelGate", domain=domain, serving=serving)
        run = TrainingRun(
            self, "TrainingRun", domain=domain, data_prep=data_prep, training=training, model_gate=model_gate
        )
        self.trigger = TrainingTrigger(
            self, "TrainingTrigger", domain=domain, raw_data=self.raw_data, training=training, run=run
        )
        release = Release(self, "Release", domain=domain, serving=serving)
        if self.definition.review is not None:
            self.review = Review(self, "Review", domain=domain, raw_data=self.raw_data)
        Router(self, "Router", domain=domain, raw_data=self.raw_data, review=self.review)
        monitoring = Monitoring(self, "Monitoring", domain=domain)
        if self.review is not None:
            monitoring.watch_reviews(self.review)
        monitoring.watch_training(self.trigger)
        monitoring.watch_releases(release)
        monitoring.watch_drift(DriftMonitor(self, "DriftMonitor", domain=domain))
        if self.definition.retraining is not None:
            self.retraining = Retraining(
                self, "Retraining", domain=domain, spec=self.definition.retraining, trigger=self.trigger
            )
            monitoring.watch_retraining(self.retraining)

    def _pin(self, domain: DomainContext, serving: Serving, model: PinnedModel) -> None:
        endpoint = PinnedEndpoint(self, "Endpoint", domain=domain, serving=serving, model=model)
        Router(self, "Router", domain=domain, raw_data=self.raw_data, pinned_endpoint=endpoint.name)
        Monitoring(self, "Monitoring", domain=domain)
