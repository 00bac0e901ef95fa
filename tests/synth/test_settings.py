"""Context that cannot be meant is refused, all of it at once."""

import pytest

from stacks.settings import PRODUCTION, SANDBOX, read_settings

ACCEPTED = {"cats": frozenset({"classes", "model_data_url", "tracking_uri"}), "fire": frozenset({"model_data_url"})}


def test_every_mistake_is_named_at_once():
    context = {
        "environment": "staging",
        "domains": "cats,dogs",
        "fire:classes": "a,b",
        "cats:modelDataURL": "s3://x",
        "github": "vigil",
    }

    with pytest.raises(ValueError, match="5 problem") as raised:
        read_settings(context, ACCEPTED)

    for word in ("staging", "dogs", "fire:classes", "cats:modelDataURL", "github='vigil'", "cats:modelDataUrl"):
        assert word in str(raised.value)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("enviroment", "environment"),
        ("Environment", "environment"),
        ("domain", "domains"),
        ("alarm_email", "alarmEmail"),
        ("cat:classes", "cats:classes"),
        ("Cats:modelDataUrl", "cats:modelDataUrl"),
    ],
)
def test_a_misspelt_key_is_not_passed_over(key, meant):
    with pytest.raises(ValueError, match=f"{key}: did you mean {meant}"):
        read_settings({key: "production"}, ACCEPTED)


def test_keys_of_the_cdk_are_none_of_ours(flags):
    theirs = {"aws:cdk:bundling-stacks": ["**"], "acknowledged-issue-numbers": [1], "hosted-zone:account=1": "Z"}

    assert read_settings({**flags, **theirs}, ACCEPTED).environment is SANDBOX


def test_without_context_every_domain_is_deployed_to_a_sandbox():
    settings = read_settings({}, ACCEPTED)

    assert settings.environment is SANDBOX
    assert settings.domains == ("cats", "fire")
    assert settings.github is None


def test_options_become_arguments_of_their_domain():
    context = {"environment": "production", "domains": "cats", "cats:classes": "Cat, NoCat", "cats:mlflow": "https://m"}

    settings = read_settings(context, ACCEPTED)

    assert settings.environment is PRODUCTION
    assert settings.options["cats"] == {"classes": ("Cat", "NoCat"), "tracking_uri": "https://m"}
    assert settings.options["fire"] == {}


def test_a_sandbox_is_thrown_away_and_production_is_kept():
    assert (SANDBOX.retain, SANDBOX.approval) == (False, "automatic")
    assert (PRODUCTION.retain, PRODUCTION.approval) == (True, "manual")
