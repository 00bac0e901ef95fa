"""A template with an endpoint of SageMaker's and what stands around it."""

import json

from tests.integration.conftest import TOY_URI

ROLE = "arn:aws:iam::123456789012:role/serving"
THRESHOLD = {
    "Namespace": "Toy",
    "MetricName": "Errors",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}


def template(model_data: str, generation: int) -> str:
    """A stack of everything that the sandbox adds; `generation` changes a property of each."""
    return json.dumps(
        {
            "Resources": {
                "Model": {
                    "Type": "AWS::SageMaker::Model",
                    "Properties": {
                        "ExecutionRoleArn": ROLE,
                        "EnableNetworkIsolation": False,
                        "PrimaryContainer": {
                            "Image": TOY_URI,
                            "ModelDataUrl": model_data,
                            "Environment": {"GENERATION": str(generation)},
                        },
                    },
                },
                "Config": {
                    "Type": "AWS::SageMaker::EndpointConfig",
                    "Properties": {
                        "ProductionVariants": [
                            {
                                "VariantName": "AllTraffic",
                                "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
                                "InitialVariantWeight": 1,
                                "ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 4 + generation},
                            }
                        ]
                    },
                },
                "Endpoint": {
                    "Type": "AWS::SageMaker::Endpoint",
                    "Properties": {
                        "EndpointName": "stack-endpoint",
                        "EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]},
                    },
                },
                "Group": {
                    "Type": "AWS::SageMaker::ModelPackageGroup",
                    "Properties": {
                        "ModelPackageGroupName": "stack-group",
                        "Tags": [{"Key": "generation", "Value": str(generation)}],
                    },
                },
                "Budget": {
                    "Type": "AWS::Budgets::Budget",
                    "Properties": {
                        "Budget": {
                            "BudgetName": "stack-budget",
                            "BudgetType": "COST",
                            "TimeUnit": "MONTHLY",
                            "BudgetLimit": {"Amount": 10 + generation, "Unit": "USD"},
                        }
                    },
                },
                "GitHub": {
                    "Type": "AWS::IAM::OIDCProvider",
                    "Properties": {
                        "Url": "https://token.actions.githubusercontent.com",
                        "ClientIdList": [f"sts-{generation}"],
                    },
                },
                "Errors": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": "stack-errors", **THRESHOLD}},
                "Health": {
                    "Type": "AWS::CloudWatch::CompositeAlarm",
                    "DependsOn": "Errors",
                    "Properties": {
                        "AlarmName": "stack-health",
                        "AlarmRule": "ALARM(stack-errors)",
                        "AlarmDescription": f"generation {generation}",
                    },
                },
                "Gateway": {"Type": "AWS::BedrockAgentCore::Gateway", "Properties": {"Name": f"gateway-{generation}"}},
            }
        }
    )
