"""Context that cannot be meant is refused, all of it at once."""

import re

import pytest

from stacks.context import read_settings
from stacks.pipeline.pinned_model import PinnedModel
from stacks.pipeline.tracking import Tracking
from stacks.settings import DEVELOPMENT, PRODUCTION
from tests.synth.accepted_context import ACCEPTED, SECTIONS

URL = "s3://models/fire/model.tar.gz"


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
        ("Environment", "environment"),
        ("sanbox", "sandbox"),
        ("prodution", "production"),
        ("domain", "domains"),
        ("alarm_email", "alarmEmail"),
        ("cat:classes", "cats:classes"),
        ("Cats:modelDataUrl", "cats:modelDataUrl"),
    ],
)
def test_a_misspelt_key_is_not_passed_over(key, meant):
    with pytest.raises(ValueError, match=f"{key}: did you mean {meant}"):
        read_settings({"environment": "development", key: "production"}, ACCEPTED)


def test_keys_of_the_cdk_are_none_of_ours(flags):
    theirs = {"aws:cdk:bundling-stacks": ["**"], "acknowledged-issue-numbers": [1], "hosted-zone:account=1": "Z"}

    assert read_settings({"environment": "development", **flags, **theirs}, ACCEPTED).environment is DEVELOPMENT


@pytest.mark.parametrize("context", [{}, {"enviroment": "production"}, {"environment": ""}])
def test_an_environment_must_be_named(context):
    """A bare `cdk deploy --all` must not decide by itself what becomes of the data that is there."""
    with pytest.raises(ValueError, match="environment=<development or production>"):
        read_settings(context, ACCEPTED)


def test_every_domain_is_deployed_unless_some_are_named():
    settings = read_settings({"environment": "development"}, ACCEPTED)

    assert settings.domains == ("cats", "fire")
    assert settings.github is None


def test_settings_of_cdk_json_hold_for_everybody_who_deploys():
    settings = read_settings({"environment": "production", **SECTIONS}, ACCEPTED)

    assert (settings.domains, settings.alarm_email) == (("cats",), "someone@example.com")
    assert settings.options["cats"] == {"classes": ("Cat", "NoCat")}
    assert read_settings({"environment": "development", **SECTIONS}, ACCEPTED).domains == ("fire",)


def test_the_command_line_wins_over_cdk_json():
    context = {"environment": "production", "domains": "fire", "cats:classes": "A,B", **SECTIONS}

    settings = read_settings(context, ACCEPTED)

    assert (settings.domains, settings.alarm_email) == (("fire",), "someone@example.com")
    assert settings.options["cats"] == {"classes": ("A", "B")}


@pytest.mark.parametrize(
    ("section", "told"),
    [
        (
            {"alarm": "a@example.com"},
            "production.alarm: there is domains, github, githubProvider, alarmEmail and <domain>:<option>",
        ),
        ({"environment": "development"}, "production.environment"),
        ({"cats:colour": "red"}, "cats:colour: cats takes"),
        ("cats", "production='cats': an object of settings is expected"),
    ],
)
def test_a_mistake_in_cdk_json_is_named(section, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        read_settings({"environment": "production", "production": section}, ACCEPTED)


def test_options_become_arguments_of_their_domain():
    context = {"environment": "production", "domains": "cats", "cats:classes": "Cat, NoCat", "cats:mlflow": "https://m"}

    settings = read_settings(context, ACCEPTED)

    assert settings.environment is PRODUCTION
    assert settings.options["cats"] == {"classes": ("Cat", "NoCat"), "tracking": Tracking(uri="https://m")}
    assert settings.options["fire"] == {}


def test_words_that_belong_together_become_one_argument():
    context = {"environment": "production", "fire:modelDataUrl": URL, "fire:modelManifestSha256": "5e" * 32}

    options = read_settings(context, ACCEPTED).options["fire"]

    assert options == {"pinned_model": PinnedModel(data_url=URL, manifest_sha256="5e" * 32)}


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("modelManifestSha256", "modelDataUrl"),
        ("modelDataKey", "modelDataUrl"),
        ("pretrainedKey", "pretrained"),
        ("mlflowArtifacts", "mlflow"),
        ("mlflowKey", "mlflow"),
    ],
)
def test_a_word_about_something_that_is_not_given_is_refused(word, first):
    with pytest.raises(ValueError, match=f"cats:{word}: is about {first}, which is not given: give both"):
        read_settings({"environment": "production", f"cats:{word}": "x"}, ACCEPTED)


def test_what_an_argument_cannot_be_is_refused_with_the_words_that_said_it():
    context = {"environment": "staging", "fire:modelDataUrl": "https://example.com/model.zip"}

    with pytest.raises(ValueError, match=r"2 problem(?s:.*)fire:modelDataUrl: .*s3://<bucket>/<key>\.tar\.gz"):
        read_settings(context, ACCEPTED)


PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"


@pytest.mark.parametrize("github", ["owner/vigil", "my-org/my.repo_2", "owner@84790634/vigil@1304267049"])
def test_a_repository_is_named_as_githubs_tokens_name_it(github):
    settings = read_settings({"environment": "production", "github": github, "githubProvider": PROVIDER}, ACCEPTED)

    assert (settings.github, settings.github_provider) == (github, PROVIDER)


@pytest.mark.parametrize(
    "github", ["vigil", "owner/vigil/x", "owner@1/vigil", "owner/vigil@2", "owner@*/vigil@*", "*/*"]
)
def test_a_repository_that_no_token_names_is_refused(github):
    with pytest.raises(ValueError, match="give owner/repository, or owner@<id>/repository@<id>"):
        read_settings({"environment": "production", "github": github}, ACCEPTED)


@pytest.mark.parametrize("provider", ["existing", PROVIDER.replace("githubusercontent", "elsewhere")])
def test_another_provider_is_refused(provider):
    with pytest.raises(ValueError, match="githubProvider=.*aws iam list-open-id-connect-providers"):
        read_settings({"environment": "production", "githubProvider": provider}, ACCEPTED)
