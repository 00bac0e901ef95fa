"""What `ads` is held to, where its releases run, and its variants."""

import dataclasses

import pytest

from lambdas.endpoint_release.targets.devices.spec import DevicesSpec
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from stacks.context import read_settings
from stacks.domains.ads import ADS, VARIANTS, AdDetection, ads
from stacks.shared.rules.template import as_list, statements, text

ACCEPTED = {"ads": AdDetection.context_options}
DEVELOPMENT = {"environment": "development"}


@pytest.fixture(scope="module")
def template(development):
    return development["VigilDevelopmentAds"]


def of_type(template, kind):
    return [one["Properties"] for one in template["Resources"].values() if one["Type"] == kind]


def test_the_gate_judges_the_file_that_devices_get():
    required = {(one.metric, one.judged_on): (one.at_least, one.at_most) for one in ADS.gate.requirements}

    assert required["edge_accuracy", "point"] == (0.90, None)
    assert required["edge_accuracy", "interval"] == (0.85, None)
    assert required["edge_f1", "interval"] == (0.85, None)
    assert required["edge_p95_ms", "point"] == (None, 100)
    assert required["edge_size_mb", "point"] == (None, 20)
    assert (ADS.gate.beats_dummy_on, ADS.gate.not_worse_than_champion_on) == ("macro_f1", "macro_f1")


def test_runs_export_for_devices_unless_told_otherwise():
    options = {option.name: option for option in ADS.training.options}

    assert (options["edgeExport"].default, options["edgeExport"].choices) == ("measured", ("none", "measured"))
    assert ADS.training.exports_edge


def test_releases_run_on_an_endpoint_first_and_on_devices():
    assert [type(part) for part in ADS.target.parts] == [ServerlessSpec, DevicesSpec]
    assert ADS.rollout.steps == (10, 50, 100)


def test_recordings_stay_whole_and_some_calibrate():
    assert ADS.data.classes == ("ad", "content")
    assert ADS.data.group_columns == ("recording",)
    assert (ADS.data.shares, ADS.data.calibration) == ((0.15, 0.15), 0.1)
    assert ADS.data.balanced == (0.4, 0.6)


def test_a_variant_is_a_domain_of_its_own():
    assert VARIANTS == ("base", "sports", "news")
    names = {variant: (ads(variant).name, ads(variant).data.prefix) for variant in (*VARIANTS, "cooking")}

    assert names == {
        "base": ("ads", "ads/base/"),
        "sports": ("adssports", "ads/sports/"),
        "news": ("adsnews", "ads/news/"),
        "cooking": ("adscooking", "ads/cooking/"),
    }
    changed = dataclasses.replace(ads("news"), name="ads", data=ADS.data)
    assert changed == ADS


@pytest.mark.parametrize("variant", ["", "Sports", "very-local", "documentary"])
def test_a_variant_that_could_be_no_name_is_refused(variant):
    with pytest.raises(ValueError, match=r"1 to 10 lower-case letters and digits"):
        ads(variant)


def test_the_context_chooses_variant_ratio_and_limit():
    context = {"ads:variant": "news", "ads:splitRatio": "0.6,0.2,0.2", "ads:maxFrames": "5000"}
    settings = read_settings({**DEVELOPMENT, **context}, ACCEPTED)

    assert settings.options["ads"] == {"variant": "news", "split_ratio": "0.6,0.2,0.2", "max_frames": 5000}
    definition = ads(**settings.options["ads"])
    assert (definition.data.shares, definition.data.max_frames) == ((0.2, 0.2), 5000)


def test_a_limit_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="ads:maxFrames: '5k' is no number of frames"):
        read_settings({**DEVELOPMENT, "ads:maxFrames": "5k"}, ACCEPTED)


def test_updates_are_signed_by_a_key_of_the_domain_and_by_nobody_else(template):
    # https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
    (key,) = [one for one in of_type(template, "AWS::KMS::Key") if one.get("KeyUsage") == "SIGN_VERIFY"]
    assert key["KeySpec"] == "ECC_NIST_P256"
    signers = {
        (logical_id, tuple(as_list(statement["Action"])))
        for logical_id, statement in statements(template)
        if "kms:Sign" in as_list(statement["Action"])
    }
    assert len(signers) == 1
    ((who, actions),) = signers
    assert "Release" in who
    assert set(actions) == {"kms:Sign", "kms:GetPublicKey"}


def test_only_the_release_function_writes_what_devices_fetch(template):
    writers = {
        logical_id
        for logical_id, statement in statements(template)
        for resource in as_list(statement["Resource"])
        if "devices/ads/" in text(resource) and {"s3:PutObject", "s3:DeleteObject"} & set(as_list(statement["Action"]))
    }
    assert len(writers) == 1
    assert "Release" in writers.pop()


def test_operators_hand_over_frames_and_the_router_nothing(template):
    """Nobody is asked about answers; the function that takes frames writes labelled originals beside reviews."""
    outputs = {name: text(told["Value"]) for name, told in template["Outputs"].items()}
    assert outputs["Frames"].endswith("/detections/ads/incoming/")
    (router, review) = (
        [
            (action, text(resource), str(statement.get("Condition")))
            for logical_id, statement in statements(template)
            if role in logical_id
            for action in as_list(statement["Action"])
            for resource in as_list(statement["Resource"])
        ]
        for role in ("RouterFunctionRole", "ReviewFunctionRole")
    )
    assert not [one for one in router if "incoming" in one[1] or one[0] == "lambda:InvokeFunction"]
    replaced = {resource.partition("/")[2] for action, resource, _ in review if action == "s3:DeleteObject"}
    assert replaced == {"detections/ads/incoming/*", "ads/base/reviewed/*", "ads/base/labelled/*"}
    (rows,) = {condition for action, _, condition in review if action == "dynamodb:DeleteItem"}
    assert "'dynamodb:LeadingKeys': ['reviewed/*', 'labelled/*']" in rows


def test_the_context_says_how_many_label_a_frame_and_whether_answers_are_reviewed():
    settings = read_settings({**DEVELOPMENT, "ads:review": '{"share": 0.2, "reviewers": 2}'}, ACCEPTED)
    review = ads(**settings.options["ads"]).review
    assert (review.share, review.reviewers, review.wants_predictions) == (0.2, 2, True)
    assert not ADS.review.wants_predictions
