"""Counts of what reviews have taught."""

from lambdas.common.review_progress import DOCUMENT, Progress, Retraining


def test_a_domain_without_reviews_counts_nothing_and_has_started_nothing():
    assert Progress.of(None) == Progress()
    assert Retraining.of(None).seen == Progress()
    assert Retraining.of(None).run is None


def test_counts_of_the_table_are_read_whatever_else_the_item_has():
    from decimal import Decimal

    item = {"domain": "deer", "detection_id": "#progress", "taught": Decimal(7), "missed": Decimal(3), "updated": "x"}
    assert Progress.of(item) == Progress(taught=7, missed=3)


def test_what_was_taken_away_is_nothing_new():
    assert Progress(taught=5, missed=1).since(Progress(taught=3, missed=2)) == Progress(taught=2, missed=0)


def test_the_last_run_is_read_as_it_was_written():
    written = Retraining(revision=3, token="t", seen=Progress(taught=9))
    assert Retraining.of({DOCUMENT: written.model_dump_json(), "revision": 3}) == written
