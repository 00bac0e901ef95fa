"""A target of devices with its AWS clients. Needs kms:Sign and kms:GetPublicKey on the domain's key."""

from securesystemslib.signer import AWSSigner

from lambdas.endpoint_release.clients import Packages
from lambdas.endpoint_release.targets.base import TargetPlace
from lambdas.endpoint_release.targets.devices.files import RepositoryFiles
from lambdas.endpoint_release.targets.devices.fleet import Fleet
from lambdas.endpoint_release.targets.devices.repository import UpdateRepository
from lambdas.endpoint_release.targets.devices.spec import DevicesSpec
from lambdas.endpoint_release.targets.devices.target import DevicesTarget


def open_repository(place: TargetPlace) -> UpdateRepository:
    _, public_key = AWSSigner.import_(place.devices_key)
    files = RepositoryFiles(place.artifacts_bucket, place.domain)
    return UpdateRepository(place.domain, files, AWSSigner(place.devices_key, public_key))


def open_target(spec: DevicesSpec, place: TargetPlace) -> DevicesTarget:
    fleet = Fleet(place.devices_table, place.domain)
    return DevicesTarget(spec, place.domain, repository=open_repository(place), packages=Packages(), fleet=fleet)
