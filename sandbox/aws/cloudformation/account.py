"""AWS::Budgets::Budget, AWS::IAM::OIDCProvider and AWS::CloudWatch::CompositeAlarm."""

from typing import Any

from sandbox.aws import hooks
from sandbox.aws.cloudformation.resource import Provisioned, ResourceType, generated_name


class Budget(ResourceType):
    """A budget, stored only: nothing is spent here, so none is ever exceeded."""

    name = "AWS::Budgets::Budget"

    def create(self, logical_id: str, properties: dict, stack: str) -> Provisioned:
        budget = _budget(properties, generated_name(stack, logical_id, 100))
        notifications = [
            {
                "Notification": entry["Notification"] | {"Threshold": float(entry["Notification"]["Threshold"])},
                "Subscribers": entry["Subscribers"],
            }
            for entry in properties.get("NotificationsWithSubscribers", ())
        ]
        self.client("budgets").create_budget(
            AccountId=hooks.scope()[0], Budget=budget, NotificationsWithSubscribers=notifications
        )
        return budget["BudgetName"], {}

    def update(self, physical_id: str, old: dict, new: dict, stack: str, logical_id: str) -> Provisioned:
        renamed = new["Budget"].get("BudgetName", physical_id) != physical_id
        if renamed or old.get("NotificationsWithSubscribers") != new.get("NotificationsWithSubscribers"):
            return self.create(logical_id, new, stack)
        self.client("budgets").update_budget(AccountId=hooks.scope()[0], NewBudget=_budget(new, physical_id))
        return physical_id, {}

    def delete(self, physical_id: str, properties: dict) -> None:
        budgets = self.client("budgets")
        try:
            budgets.delete_budget(AccountId=hooks.scope()[0], BudgetName=physical_id)
        except budgets.exceptions.NotFoundException:
            return


def _budget(properties: dict, name: str) -> dict[str, Any]:
    """A template's budget as the API takes it: amounts are strings there."""
    budget = {"BudgetName": name, **properties["Budget"]}
    if limit := budget.get("BudgetLimit"):
        budget["BudgetLimit"] = limit | {"Amount": str(limit["Amount"])}
    return budget


class OidcProvider(ResourceType):
    """The identity provider that lets GitHub Actions deploy; nobody signs in with it here."""

    name = "AWS::IAM::OIDCProvider"

    def create(self, logical_id: str, properties: dict, stack: str) -> Provisioned:
        arn = self.client("iam").create_open_id_connect_provider(
            Url=properties["Url"],
            ClientIDList=properties.get("ClientIdList", []),
            ThumbprintList=properties.get("ThumbprintList", []),
        )["OpenIDConnectProviderArn"]
        return arn, {"Arn": arn}

    def update(self, physical_id: str, old: dict, new: dict, stack: str, logical_id: str) -> Provisioned:
        if old["Url"] != new["Url"]:
            return self.create(logical_id, new, stack)
        # MiniStack cannot change clients and thumbprints in place; the ARN is made of the URL and stays.
        self.delete(physical_id, old)
        return self.create(logical_id, new, stack)

    def delete(self, physical_id: str, properties: dict) -> None:
        iam = self.client("iam")
        try:
            iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=physical_id)
        except iam.exceptions.NoSuchEntityException:
            return


class CompositeAlarm(ResourceType):
    """An alarm whose state follows from other alarms."""

    name = "AWS::CloudWatch::CompositeAlarm"

    def create(self, logical_id: str, properties: dict, stack: str) -> Provisioned:
        return self._put(properties.get("AlarmName", generated_name(stack, logical_id, 255)), properties)

    def update(self, physical_id: str, old: dict, new: dict, stack: str, logical_id: str) -> Provisioned:
        return self._put(new.get("AlarmName", physical_id), new)

    def delete(self, physical_id: str, properties: dict) -> None:
        self.client("cloudwatch").delete_alarms(AlarmNames=[physical_id])

    def _put(self, name: str, properties: dict) -> Provisioned:
        cloudwatch = self.client("cloudwatch")
        cloudwatch.put_composite_alarm(**properties | {"AlarmName": name})
        found = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
        return name, {"Arn": found[0]["AlarmArn"]}
