"""Who may use the console: a user pool that people are invited to, its hosted sign-in, and the check of its tokens."""

from aws_cdk import Duration, Fn, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from lambdas.common.people import GROUPS, SCOPE
from stacks.settings import APP, Environment
from stacks.shared.acknowledge import acknowledge

LEAST_PASSWORD = 14
"""Characters."""
INVITATION = "You may use Vigil's console, {home}, as {{username}}. Your first password is {{####}} for three days."


class SignIn(Construct):
    """`home`: the console's address, where a sign-in and a sign-out end."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment, home: str) -> None:
        super().__init__(scope, construct_id)
        self.home = home
        self.pool = self._pool(environment)
        for group, may in GROUPS.items():
            self.pool.add_group(group.title(), group_name=group, description=f"May {may}")
        self.client = self._client()
        prefix = _domain_prefix(environment, Stack.of(self))
        domain = self.pool.add_domain("Domain", cognito_domain=cognito.CognitoDomainOptions(domain_prefix=prefix))
        self.origin = domain.base_url()
        self.authorizer = authorizers.HttpUserPoolAuthorizer(
            "People", self.pool, authorizer_name="people", user_pool_clients=[self.client]
        )

    def _pool(self, environment: Environment) -> cognito.UserPool:
        is_required = environment.second_factor == "required"
        pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(username=True, email=True),
            sign_in_case_sensitive=False,
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(
                min_length=LEAST_PASSWORD,
                require_digits=True,
                require_lowercase=True,
                require_uppercase=True,
                require_symbols=True,
                temp_password_validity=Duration.days(3),
            ),
            mfa=cognito.Mfa.REQUIRED if is_required else cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            feature_plan=cognito.FeaturePlan.PLUS,
            standard_threat_protection_mode=cognito.StandardThreatProtectionMode.FULL_FUNCTION,
            user_invitation=cognito.UserInvitationConfig(
                email_subject="Vigil's console", email_body=INVITATION.format(home=self.home)
            ),
            deletion_protection=environment.retain,
            removal_policy=RemovalPolicy.RETAIN if environment.retain else RemovalPolicy.DESTROY,
        )
        if not is_required:
            acknowledge(pool, {"AwsSolutions-COG2": f"{environment.name}: people may set up a second factor"})
        return pool

    def _client(self) -> cognito.UserPoolClient:
        """Of pages, which can keep no secret: PKCE proves that who redeems a code is who asked for it."""
        return self.pool.add_client(
            "Console",
            generate_secret=False,
            auth_flows=cognito.AuthFlow(user_srp=True),
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.custom(SCOPE)],
                callback_urls=[self.home],
                logout_urls=[self.home],
            ),
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.hours(12),
        )


def _domain_prefix(environment: Environment, stack: Stack) -> str:
    """Of all accounts in a Region only one may have a prefix, so it ends in a part of the stack's own random id.

    A stack's id is `arn:<partition>:cloudformation:<region>:<account>:stack/<name>/<uuid>`.
    """
    uuid = Fn.select(2, Fn.split("/", stack.stack_id))
    return f"{APP}-{environment.name}-{Fn.select(4, Fn.split('-', uuid))}"
