"""Pages for people: the inspection of the raw data, and what a training leaves beside its model."""

import tarfile
from io import BytesIO
from pathlib import Path

from lambdas.common.artifacts import inspection_page, output_archive
from sandbox.deployment import Deployment


def copy_inspection(deployment: Deployment, domain: str, run: str, folder: Path) -> list[str]:
    """Write the page of a run's inspection, if it made one, below `folder`; returns where it is."""
    try:
        page = deployment.read(deployment.artifacts, inspection_page(domain, run))
    except deployment.s3.exceptions.NoSuchKey:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "inspection.html").write_bytes(page)
    return [str(folder / "inspection.html")]


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
