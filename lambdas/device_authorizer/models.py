"""The authorizer's variables."""

from lambdas.common.function_variables import FunctionVariables


class DeviceAuthorizerVariables(FunctionVariables):
    devices_table: str
