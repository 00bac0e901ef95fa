"""A domain that is pinned to a model, and who owns an endpoint."""

from tests.synth.domain_stacks import EVERY_DOMAIN


def test_a_pinned_domain_has_an_endpoint_of_cloudformation_and_no_pipeline(production, of_type):
    template = production["VigilProductionCats"]
    (router,) = (
        one["Properties"]
        for one in of_type(template, "AWS::Lambda::Function").values()
        if one["Properties"].get("FunctionName") == "vigil-cats-router"
    )
    variables = router["Environment"]["Variables"]

    assert len(of_type(template, "AWS::SageMaker::Endpoint")) == 1
    assert variables["PINNED_ENDPOINT"] == "vigil-cats-pinned"
    assert "RELEASES_TABLE" not in variables
    assert not of_type(template, "AWS::StepFunctions::StateMachine")


def test_the_way_to_a_pinned_model_and_back_takes_no_export_away(development, production):
    """CloudFormation refuses to take an export away that a domain's stack, deployed later, still imports."""

    def exports(templates, environment):
        named = {name.removeprefix(f"Vigil{environment}"): template for name, template in templates.items()}
        return {
            name: {output for output, value in named[name].get("Outputs", {}).items() if "Export" in value}
            for name in ("Data", "Api", "Operations")
        }

    every_domain, one_that_is_pinned = exports(development, "Development"), exports(production, "Production")
    assert every_domain == one_that_is_pinned
    assert [len(found) for found in every_domain.values()] == [14, 1, 1]


def test_a_pinned_model_leaves_the_champions_parameter_as_it_is(development, production, of_type):
    """A parameter that went and came again would say `none` until the next release."""
    told = of_type(development["VigilDevelopmentCats"], "AWS::SSM::Parameter")
    assert told == of_type(production["VigilProductionCats"], "AWS::SSM::Parameter")
    assert [one["Properties"]["Value"] for one in told.values()] == ["none"]


def test_a_pinned_endpoint_serves_the_one_manifest_that_was_named(production, of_type):
    (model,) = of_type(production["VigilProductionCats"], "AWS::SageMaker::Model").values()

    assert model["Properties"]["PrimaryContainer"]["Environment"] == {"VIGIL_MANIFEST_SHA256": "5e" * 32}


@EVERY_DOMAIN
def test_cloudformation_owns_no_endpoint_of_the_pipeline(development, of_type, domain):
    assert not of_type(development[f"VigilDevelopment{domain.title()}"], "AWS::SageMaker::Endpoint")
