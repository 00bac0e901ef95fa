"""AddTags, ListTags, DeleteTags."""

from sandbox.aws.sagemaker.account import Account


def add_tags(account: Account, request: dict) -> dict:
    account.tag(request["ResourceArn"], request["Tags"])
    return list_tags(account, request)


def list_tags(account: Account, request: dict) -> dict:
    tags = account.tags.get(request["ResourceArn"], {})
    return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]}


def delete_tags(account: Account, request: dict) -> dict:
    for key in request["TagKeys"]:
        account.tags.get(request["ResourceArn"], {}).pop(key, None)
    return {}


ACTIONS = {"AddTags": add_tags, "ListTags": list_tags, "DeleteTags": delete_tags}
