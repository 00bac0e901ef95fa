"""Custom::S3AutoDeleteObjects: CDK's way to empty a bucket before it is deleted.

Its own Lambda is written for Node with the AWS SDK that Lambda's runtime brings, which a laptop does not have.
"""

from sandbox.aws.cloudformation.resource import Provisioned, ResourceType, generated_name

# CDK's Lambda empties only buckets that carry this tag, so that taking `auto_delete_objects` away keeps the objects.
_TAG = "aws-cdk:auto-delete-objects"


class AutoDeleteObjects(ResourceType):
    """Empties its bucket when it is deleted; creating and updating it does nothing."""

    name = "Custom::S3AutoDeleteObjects"

    def create(self, logical_id: str, properties: dict, stack: str) -> Provisioned:
        return generated_name(stack, logical_id, 100), {}

    def update(self, physical_id: str, old: dict, new: dict, stack: str, logical_id: str) -> Provisioned:
        if old["BucketName"] != new["BucketName"]:
            return self.create(logical_id, new, stack)
        return physical_id, {}

    def delete(self, physical_id: str, properties: dict) -> None:
        s3, bucket = self.client("s3"), properties["BucketName"]
        try:
            tags = s3.get_bucket_tagging(Bucket=bucket)["TagSet"]
        except s3.exceptions.ClientError:
            return
        if {"Key": _TAG, "Value": "true"} not in tags:
            return
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            objects = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in found]
            if objects:
                s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
