"""Kinds of targets a release may run on. A kind is a folder with its spec, which opens its target."""

from lambdas.endpoint_release.targets.base import TargetSpec
from lambdas.endpoint_release.targets.devices.spec import DevicesSpec
from lambdas.endpoint_release.targets.registry import TARGETS, target_spec
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.endpoint_release.targets.several.spec import SeveralSpec

TARGETS.update(devices=DevicesSpec, serverless=ServerlessSpec, several=SeveralSpec)

__all__ = ["TARGETS", "TargetSpec", "target_spec"]
