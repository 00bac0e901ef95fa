"""The console's pages, for everybody, beside the routes that people call with a token."""

from aws_cdk import Aws, Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from constructs import Construct

from lambdas.console.models import PAGES, REST_OF_API, ConsoleVariables
from stacks.api.function_alarms import FunctionAlarms
from stacks.api.routes import add_people_routes, add_routes
from stacks.api.sign_in import SignIn
from stacks.platform import Platform
from stacks.settings import APP
from stacks.shared.acknowledge import acknowledge
from stacks.shared.python_function import PythonFunction

NAME = f"{APP}-console"


class Console(Construct):
    def __init__(self, scope: Construct, construct_id: str, *, platform: Platform, sign_in: SignIn) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Function",
            name=NAME,
            package="console",
            description="Pages of the console: static files",
            variables=ConsoleVariables(
                region=Aws.REGION,
                user_pool=sign_in.pool.user_pool_id,
                client_id=sign_in.client.user_pool_client_id,
                sign_in=sign_in.origin,
            ),
            platform=platform,
            timeout=Duration.seconds(5),
            memory_mb=512,
        )
        api, function = platform.api, self.function
        everybody = apigateway.HttpNoneAuthorizer()
        pages = add_routes(self, "Pages", api=api, function=function, routes=PAGES, authorizer=everybody)
        for route in pages:
            acknowledge(route, {"AwsSolutions-APIG4": "whoever signs in needs the pages first; they tell nothing"})
        people = sign_in.authorizer
        add_people_routes(self, "RestOfApi", api=api, function=function, routes=REST_OF_API, people=people)
        FunctionAlarms(self, "Alarms", function=self.function, name=NAME, topic=platform.alarms)
