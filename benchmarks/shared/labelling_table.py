"""benchmarks/results/active_labelling.md, from its JSON."""

from typing import Any

from benchmarks.shared.labelling_summary import BESIDE, RANDOM

ORDERS = {
    "first_of_burst": "the least certain, of a burst its first before the others; a tenth at random",
    "whole_bursts": "the least certain with all of their burst; a tenth at random",
    RANDOM: "any",
}
TITLES = {"ap": "AP, overlaps of 0.5 to 0.95 (COCO's mAP)", "ap50": "AP50, overlaps of 0.5"}


def page(result: dict[str, Any]) -> str:
    parts = [
        "# Labels for the same average precision",
        "Made by `python -m benchmarks.active_labelling`.",
        f"{result['at']}, {result['machine']}; {result['took_s']['processor']} s of the processor.",
        f"{result['seeds']} seeds, each with other drawn cameras, pictures and weights. A release that learned from "
        f"{result['first']} pictures without look-alikes judges {result['pool']} new ones of eight other cameras, in "
        "bursts of one to five, with look-alikes. They are labelled in rounds, until there are "
        f"{', '.join(map(str, result['labels']))} labels; after each the heads learn again, from its weights, "
        f"{result['steps_again']} steps. Measured on {result['test']} pictures of another week, one of each event. "
        "In brackets: intervals of 95 % over seeds.",
        "`first_of_burst` is the review API's order, `whole_bursts` what it was before decision 62. Labels needed are "
        "read from the mean curve, on straight lines between measurements; where the curve is flat, little AP is many "
        "labels. A job of the pipeline trains anew, and longer; drawn pictures are no photographs.",
        *(part for measure in TITLES for part in _measure(result[measure], measure, result["labels"])),
    ]
    return "\n\n".join(parts) + "\n"


def _measure(found: dict[str, Any], measure: str, labels: list[int]) -> list[str]:
    head = ["labelled next", "no label", *(f"{count} labels" for count in labels), "more than random, all rounds"]
    rows = [
        [
            ORDERS[order],
            *(f"{one['mean']:.3f}" for one in told["ap"].values()),
            _told(told["ap_more_than_random_on_average"]) if order != RANDOM else "",
        ]
        for order, told in found.items()
    ]
    table = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return [
        f"## {TITLES[measure]}",
        "\n".join(f"| {' | '.join(row)} |" for row in table),
        *(f"`{order}`: {verdict(told, labels[-1])}" for order, told in found.items() if order != RANDOM),
        f"`first_of_burst` beside `whole_bursts`, all rounds: {_told(found['first_of_burst'][BESIDE])}.",
    ]


def verdict(told: dict[str, Any], most: int) -> str:
    """What an order saves, in a sentence that the interval allows."""
    more, needed = told["ap_more_than_random_on_average"], told["labels_for_the_ap_of_all_random_ones"]
    if "low" not in more:
        how = "one seed shows nothing"
    elif more["low"] > 0:
        how = "better than random"
    elif more["high"] < 0:
        how = "worse than random"
    else:
        how = "no difference from random is shown"
    most_told, best, worst = (
        f"more than {most}" if needed[name] is None else str(needed[name]) for name in ("labels", "low", "high")
    )
    return f"{how}. What {most} random labels reach took {most_told} labels ({best} to {worst})."


def _told(one: dict[str, float]) -> str:
    return f"{one['mean']:+.3f}" + (f" ({one['low']:+.3f} to {one['high']:+.3f})" if "low" in one else "")
