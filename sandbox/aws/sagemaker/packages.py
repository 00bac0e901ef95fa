"""Model package groups and versioned model packages, with the event that starts a release."""

import time

from sandbox.aws.clients import milliseconds
from sandbox.aws.sagemaker.account import Account, find, page
from sandbox.aws.sagemaker.errors import SageMakerError, invalid

_SUMMARY = (
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageArn",
    "ModelPackageDescription",
    "CreationTime",
    "ModelPackageStatus",
    "ModelApprovalStatus",
)
_UPDATABLE = (
    "ModelApprovalStatus",
    "ApprovalDescription",
    "InferenceSpecification",
    "SourceUri",
    "ModelCard",
    "ModelLifeCycle",
)


def create_group(account: Account, request: dict) -> dict:
    name = request["ModelPackageGroupName"]
    arn = account.aws.arn("model-package-group", name)
    with account.lock:
        if name in account.package_groups:
            raise invalid(f"Model Package Group already exists: {arn}")
        account.package_groups[name] = {
            "ModelPackageGroupName": name,
            "ModelPackageGroupArn": arn,
            "ModelPackageGroupDescription": request.get("ModelPackageGroupDescription", ""),
            "ModelPackageGroupStatus": "Completed",
            "CreationTime": time.time(),
        }
        account.tag(arn, request.get("Tags"))
    return {"ModelPackageGroupArn": arn}


def describe_group(account: Account, request: dict) -> dict:
    name = request["ModelPackageGroupName"].rpartition("/")[2]
    arn = account.aws.arn("model-package-group", name)
    return find(account.package_groups, name, f"ModelPackageGroup {arn} does not exist.")


def list_groups(account: Account, request: dict) -> dict:
    wanted = request.get("NameContains", "")
    groups = [group for name, group in account.package_groups.items() if wanted in name]
    found, more = page(groups, request)
    return {"ModelPackageGroupSummaryList": found} | more


def delete_group(account: Account, request: dict) -> dict:
    with account.lock:
        group = describe_group(account, request)
        name = group["ModelPackageGroupName"]
        if any(package["ModelPackageGroupName"] == name for package in account.packages.values()):
            raise SageMakerError(
                "ConflictException",
                f"Model Package Group {group['ModelPackageGroupArn']} cannot be deleted because it still contains "
                "Model Packages. Delete its packages first, or retain the group.",
            )
        del account.package_groups[name]
    return {}


def create_package(account: Account, request: dict) -> dict:
    """A new version in a group. The same ClientToken again answers the first call's package and makes no other."""
    if "ModelPackageGroupName" not in request:
        raise invalid("The sandbox keeps versioned packages only: name a ModelPackageGroupName.")
    token = request.get("ClientToken")
    with account.lock:
        if token in account.client_tokens:
            return {"ModelPackageArn": account.client_tokens[token]}
        name = describe_group(account, request)["ModelPackageGroupName"]
        # Version numbers are never used again, not even those of deleted packages.
        version = account.last_versions[name] = account.last_versions.get(name, 0) + 1
        arn = account.aws.arn("model-package", f"{name}/{version}")
        package = {key: value for key, value in request.items() if key not in ("ClientToken", "Tags")} | {
            "ModelPackageGroupName": name,
            "ModelPackageVersion": version,
            "ModelPackageArn": arn,
            "CreationTime": time.time(),
            "ModelPackageStatus": "Completed",
            "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
        }
        # https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html: by default a person decides.
        package.setdefault("ModelApprovalStatus", "PendingManualApproval")
        account.packages[arn] = package
        account.tag(arn, request.get("Tags"))
        if token is not None:
            account.client_tokens[token] = arn
    _announce(account, package, list(package))
    return {"ModelPackageArn": arn}


def describe_package(account: Account, request: dict) -> dict:
    arn = request["ModelPackageName"]
    return find(account.packages, arn, f"ModelPackage {arn} does not exist.")


def list_packages(account: Account, request: dict) -> dict:
    group = request.get("ModelPackageGroupName", "").rpartition("/")[2]
    status = request.get("ModelApprovalStatus")
    packages = [
        {name: package[name] for name in _SUMMARY if name in package}
        for package in account.packages.values()
        if group in ("", package["ModelPackageGroupName"]) and status in (None, package["ModelApprovalStatus"])
    ]
    found, more = page(packages, request)
    return {"ModelPackageSummaryList": found} | more


def update_package(account: Account, request: dict) -> dict:
    arn = request["ModelPackageArn"]
    with account.lock:
        package = describe_package(account, {"ModelPackageName": arn})
        changed = {name: request[name] for name in _UPDATABLE if name in request and request[name] != package.get(name)}
        properties = package.get("CustomerMetadataProperties", {}) | request.get("CustomerMetadataProperties", {})
        for name in request.get("CustomerMetadataPropertiesToRemove", ()):
            properties.pop(name, None)
        if properties != package.get("CustomerMetadataProperties", {}):
            changed["CustomerMetadataProperties"] = properties
        package |= changed | {"LastModifiedTime": time.time()}
    if changed:
        _announce(account, package, list(changed))
    return {"ModelPackageArn": arn}


def delete_package(account: Account, request: dict) -> dict:
    with account.lock:
        describe_package(account, request)
        del account.packages[request["ModelPackageName"]]
    return {}


def _announce(account: Account, package: dict, changed: list[str]) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html"""
    detail = milliseconds(package) | {"UpdatedModelPackageFields": changed}
    account.aws.publish("SageMaker Model Package State Change", detail, package["ModelPackageArn"])


ACTIONS = {
    "CreateModelPackageGroup": create_group,
    "DescribeModelPackageGroup": describe_group,
    "ListModelPackageGroups": list_groups,
    "DeleteModelPackageGroup": delete_group,
    "CreateModelPackage": create_package,
    "DescribeModelPackage": describe_package,
    "ListModelPackages": list_packages,
    "UpdateModelPackage": update_package,
    "DeleteModelPackage": delete_package,
}
