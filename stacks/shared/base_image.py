"""The base image of a training image follows the instance family.

AWS Deep Learning Containers, whole tags of images that are patched (`docs/src/data/` of
https://github.com/aws/deep-learning-containers), from ECR's public gallery, which asks for no login. CUDA 13 builds no
longer run on V100 (sm_70), so p3 keeps the last image that was tested there, whose patches ended on 2026-01-29.
"""

_GALLERY = "public.ecr.aws/deep-learning-containers"

CPU = "public.ecr.aws/docker/library/python:3.11-slim"
CURRENT_GPU = f"{_GALLERY}/pytorch:2.13.0-cu133-amzn2023-sagemaker"
LAST_V100 = f"{_GALLERY}/pytorch-training:2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker"

_BY_FAMILY = {
    **dict.fromkeys(("m5", "m6i", "m7i", "c5", "c6i", "c7i", "r5"), CPU),
    **dict.fromkeys(("g4dn", "g5", "g6", "g6e", "p4d", "p4de", "p5"), CURRENT_GPU),
    "p3": LAST_V100,
}
_INSTEAD_OF_P3 = {
    "ml.p3.2xlarge": "ml.g5.2xlarge or ml.g6.2xlarge",
    "ml.p3.8xlarge": "ml.g6.12xlarge or ml.g5.12xlarge",
    "ml.p3.16xlarge": "ml.g6.48xlarge, ml.g5.48xlarge or ml.p4d.24xlarge",
}


def families() -> frozenset[str]:
    """Every instance family that somebody has chosen an image for."""
    return frozenset(_BY_FAMILY)


def _family(instance: str) -> str:
    parts = instance.split(".")
    if len(parts) != 3 or parts[0] != "ml" or parts[1] not in _BY_FAMILY:
        raise ValueError(f"instance {instance!r}: ml.<family>.<size> with a family of {', '.join(sorted(families()))}")
    return parts[1]


def base_image(instance: str) -> str:
    """Raises ValueError for a family that nobody has chosen an image for."""
    return _BY_FAMILY[_family(instance)]


def retirement_warning(instance: str) -> str | None:
    """Why an instance type is a poor choice today, and what to take instead."""
    if _family(instance) != "p3":
        return None
    instead = _INSTEAD_OF_P3.get(instance, "a g5 or g6 instance")
    return f"{instance} (V100) is on its way out and its last training image gets no patches: take {instead}"
