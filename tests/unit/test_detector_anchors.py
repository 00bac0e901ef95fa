"""Anchors, what they should find, and what a wrong answer costs."""

import pytest
import torch

from training_containers.object_detection.anchors import anchors, corners, decode, encode, overlaps
from training_containers.object_detection.loss import detection_loss, generalised_iou
from training_containers.object_detection.matching import BACKGROUND, NOT_JUDGED, Targets, match

SIZE = 128
AGAINST = anchors(SIZE)
NOTHING = Targets(torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64))


def test_every_place_of_every_level_has_six_anchors() -> None:
    places = 16**2 + 8**2 + 4**2 + 2**2
    assert AGAINST.shape == (places * 6, 4)
    # The first place of stride 8 lies at 4 pixels; its first shape is half as wide as high, of the area of 32 x 32.
    x, y, width, height = (AGAINST[0] * SIZE).tolist()
    assert (x, y, width * height, width / height) == pytest.approx((4, 4, 32**2, 0.5))


def test_what_is_encoded_is_decoded() -> None:
    boxes = torch.tensor([[0.1, 0.2, 0.5, 0.9], [0.0, 0.0, 1.0, 1.0]])
    assert torch.allclose(decode(encode(boxes, AGAINST[:2]), AGAINST[:2]), boxes, atol=1e-6)
    assert torch.allclose(decode(torch.zeros(len(AGAINST), 4), AGAINST), corners(AGAINST))


def test_overlap_is_the_share_of_the_union() -> None:
    ones = torch.tensor([[0.0, 0.0, 0.4, 0.4], [0.6, 0.6, 0.8, 0.8]])
    assert overlaps(ones, torch.tensor([[0.2, 0.0, 0.6, 0.4]])).flatten().tolist() == pytest.approx([1 / 3, 0])


def test_an_anchor_finds_the_box_that_it_overlaps() -> None:
    boxes = corners(AGAINST[[500, 1500]])
    found = match(boxes, AGAINST)
    assert (found[500], found[1500]) == (0, 1)
    overlap = overlaps(corners(AGAINST), boxes).max(dim=1).values
    assert bool((found[overlap < 0.4] == BACKGROUND).all())
    between = (overlap >= 0.4) & (overlap < 0.5)
    assert between.any()
    assert bool((found[between] == NOT_JUDGED).all())


def test_a_box_that_no_anchor_fits_is_found_all_the_same() -> None:
    thin = torch.tensor([[0.5, 0.0, 0.51, 1.0]])
    assert overlaps(corners(AGAINST), thin).max() < 0.4
    assert (match(thin, AGAINST) == 0).sum() == 1


def test_an_empty_picture_is_background_everywhere() -> None:
    assert bool((match(NOTHING.boxes, AGAINST) == BACKGROUND).all())


def test_the_right_answer_costs_nothing_and_a_missed_box_does() -> None:
    targets = Targets(torch.tensor([[0.2, 0.2, 0.6, 0.7]]), torch.tensor([1]))
    found = match(targets.boxes, AGAINST)
    logits = torch.full((2, len(AGAINST), 2), -20.0)
    deltas = torch.zeros(2, len(AGAINST), 4)
    missed = detection_loss(logits, deltas, [targets, NOTHING], AGAINST)
    logits[0, found == 0, 1] = 20.0
    rows = found == 0
    deltas[0, rows] = encode(targets.boxes.expand(int(rows.sum()), 4), AGAINST[rows])
    assert detection_loss(logits, deltas, [targets, NOTHING], AGAINST) < 1e-4
    assert missed > 4
    logits[1, 0, 0] = 20.0  # in the empty picture
    assert detection_loss(logits, deltas, [targets, NOTHING], AGAINST) > 0.5


def test_boxes_apart_are_the_worse_the_farther() -> None:
    one = torch.tensor([[0.0, 0.0, 0.1, 0.1]])
    near, far = torch.tensor([[0.2, 0.0, 0.3, 0.1]]), torch.tensor([[0.8, 0.0, 0.9, 0.1]])
    assert -1 < generalised_iou(one, far) < generalised_iou(one, near) < 0
    assert generalised_iou(one, one).item() == pytest.approx(1)
