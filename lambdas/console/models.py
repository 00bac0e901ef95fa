"""The console function's variables and routes, and what its pages are told."""

from inference.contracts.base import Contract
from lambdas.common.api_routes import API, CONSOLE, Route
from lambdas.common.function_variables import FunctionVariables
from lambdas.common.people import SCOPE

PAGE = "index.html"
"""What `/console` leads to, and where a sign-in ends."""
HOME = f"{CONSOLE.removeprefix('/')}/{PAGE}"
"""Below the API's own address."""
PAGES = (Route("GET", CONSOLE), Route("GET", f"{CONSOLE}/{{proxy+}}"))
"""For everybody: they say nothing of what is deployed."""
REST_OF_API = (Route("GET", "/api/{proxy+}"), Route("ANY", "/api/{proxy+}"))
"""Below CONSOLE, what no function of the API takes: such a request would reach PAGES, which ask for no token.

GET apart, so that its path alone makes it the more specific one: API Gateway documents no order of `GET /a/{x+}` and
`ANY /a/b/{x+}`. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""


class ConsoleVariables(FunctionVariables):
    region: str
    user_pool: str
    client_id: str
    sign_in: str
    """Origin of the OAuth endpoints: `<sign_in>/oauth2/authorize`, `/oauth2/token`, `/logout`."""


class ConsoleConfig(Contract):
    """`GET /console/config.json`. Paths are relative to it.

    Pages sign in with OAuth's authorization code and PKCE (S256); `redirect_uri` is the address of `page`, in full.
    """

    region: str
    user_pool: str
    client_id: str
    sign_in: str
    scope: str = SCOPE
    page: str = PAGE
    api: str = API.removeprefix("/")

    @classmethod
    def of(cls, variables: ConsoleVariables) -> "ConsoleConfig":
        return cls(**dict(variables))
