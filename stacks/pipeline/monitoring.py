"""Monitoring: alarms, all to one topic, and a dashboard of the same metrics."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.pipeline.dashboard import DomainDashboard
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.drift_monitor import DRIFT_ALARM, DriftMonitor
from stacks.pipeline.metrics import DomainMetrics
from stacks.pipeline.release import Release
from stacks.pipeline.retraining import Retraining
from stacks.pipeline.review import Review
from stacks.pipeline.training_trigger import TrainingTrigger


class Monitoring(Construct):
    """Alarms on predictions. A domain with a pipeline adds its state machines and queues."""

    def __init__(self, scope: Construct, construct_id: str, *, domain: DomainContext) -> None:
        super().__init__(scope, construct_id)
        self._names = domain.names
        self._action = actions.SnsAction(domain.platform.alarms)
        max_p95_ms = domain.definition.rollout.max_p95_ms
        metrics = DomainMetrics(domain.definition.name)
        self._alarm("Errors", metrics.errors(), 5, "predictions failed", periods=3)
        self._alarm("Latency", metrics.latency_ms(95), max_p95_ms, "the 95th percentile is slow (ms)", periods=5)
        self._alarm("Throttles", metrics.throttles(), 1, "callers are turned away: raise max_concurrency", periods=3)
        lost = "predictions were answered but not captured: drift and retraining do not see them"
        self._alarm("CapturesLost", metrics.captures_lost(), 1, lost)
        accuracy = domain.definition.accuracy
        if accuracy is not None:
            told = f"of an hour's labelled answers less than {accuracy.at_least:.0%} were right"
            self._alarm("ModelAccuracy", metrics.accuracy(accuracy.namespace), accuracy.at_least, told, below=True)
        DomainDashboard(self, "Dashboard", domain=domain, metrics=metrics)

    def watch_training(self, trigger: TrainingTrigger) -> None:
        self._watch("Training", trigger.run.state_machine, trigger.failures)

    def watch_releases(self, release: Release) -> None:
        rolled_back = DomainMetrics(self._names.domain).rolled_back()
        self._alarm("RolledBack", rolled_back, 1, "a release was rolled back; its reasons stand in the releases table")
        self._watch("Release", release.state_machine, release.failures)
        if release.updates is not None:
            stale = "signed updates of devices were not renewed; devices take none when they expire"
            self._watch_queue("DeviceUpdatesStale", release.updates.failures, stale)

    def watch_drift(self, monitor: DriftMonitor) -> None:
        """The alarm stays as it is until the next report that can say something."""
        metric = DomainMetrics(self._names.domain).drifted()
        told = "captures are unlike the champion's baseline; see the newest drift report"
        self._alarm(DRIFT_ALARM, metric, 1, told, missing=cloudwatch.TreatMissingData.IGNORE)
        self._watch_queue("DriftReportsLost", monitor.failures, "drift reports could not be made")

    def watch_retraining(self, retraining: Retraining) -> None:
        self._watch_queue("RetrainingEventsLost", retraining.failures, "events for retraining could not be handled")

    def watch_reviews(self, review: Review) -> None:
        lost = DomainMetrics(self._names.domain).detections_lost()
        self._alarm("DetectionsLost", lost, 1, "predictions were answered whose pictures people will not see")
        self._watch_queue("ReviewEventsLost", review.failures, "events of reviews could not be handled")

    def _watch(self, what: str, machine: sfn.IStateMachine, failures: sqs.IQueue) -> None:
        period = Duration.minutes(1)
        execution = f"a {what.lower()} execution"
        self._alarm(f"{what}Failed", machine.metric_failed(period=period), 1, f"{execution} failed")
        self._alarm(f"{what}TimedOut", machine.metric_timed_out(period=period), 1, f"{execution} hangs")
        self._watch_queue(f"{what}EventsLost", failures, f"events for {what.lower()} could not be handled")

    def _watch_queue(self, name: str, queue: sqs.IQueue, meaning: str) -> None:
        depth = queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(1), statistic="Maximum")
        self._alarm(name, depth, 1, f"{meaning}; see its queue")

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        meaning: str,
        *,
        periods: int = 1,
        below: bool = False,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        compare = cloudwatch.ComparisonOperator
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=self._names.of(name),
            alarm_description=f"{self._names.domain}: {meaning}",
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=compare.LESS_THAN_THRESHOLD if below else compare.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(self._action)
