"""Pages for people that a training may leave beside its model, such as a data report."""

import tarfile
from io import BytesIO
from pathlib import Path

from lambdas.common.artifacts import output_archive
from sandbox.deployment import Deployment


def unpack_pages(deployment: Deployment, domain: str, run: str, folder: Path) -> list[str]:
    """Write the HTML files of a run's output below `folder`; returns where they are."""
    try:
        archive = deployment.read(deployment.artifacts, output_archive(domain, run))
    except deployment.s3.exceptions.NoSuchKey:
        return []
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        pages = [member for member in files.getmembers() if member.name.endswith(".html")]
        files.extractall(folder, pages, filter="data")
    return [str(folder / page.name) for page in pages]
