"""The layout of a domain's update repository in the artifacts bucket, for those who write, serve and grant it.

    devices/<domain>/metadata/<n>.root.json, <n>.targets.json, <n>.snapshot.json, timestamp.json
    devices/<domain>/targets/<sha256>.<name>            bundles and rollouts, named as consistent snapshots are

https://theupdateframework.github.io/specification/latest/#file-formats-and-metadata, consistent snapshots.
"""


def repository_folder(domain: str) -> str:
    return f"devices/{domain}/"


def metadata_file(domain: str, name: str) -> str:
    return f"{repository_folder(domain)}metadata/{name}"


def target_file(domain: str, name: str) -> str:
    """`name` begins with the file's sha256 and a dot."""
    return f"{repository_folder(domain)}targets/{name}"
