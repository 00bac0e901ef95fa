"""The ensemble's members, one a module."""

from training_containers.ensemble.models.member import Member


def members(which: str) -> tuple[Member, ...]:
    """`all`, or only the `trees` (tier 2) or the `networks` (tier 1). Their libraries take seconds to import.

    Raises:
        ValueError: there is no such choice.
    """
    chosen = {"all": (*_TREES, *_NETWORKS), "trees": _TREES, "networks": _NETWORKS}
    if which not in chosen:
        raise ValueError(f"members is {which!r}; one of {', '.join(chosen)}")
    return tuple(_imported(name) for name in chosen[which])


_TREES = (
    "statistical",
    "isolation_forest",
    "one_class_svm",
    "xgboost",
    "lightgbm",
    "catboost",
    "random_forest",
    "extra_trees",
    "mlp",
)
_NETWORKS = ("tcn", "lstm_cnn", "graph_network", "transformer", "vae")


def _imported(name: str) -> Member:
    from importlib import import_module

    member: Member = import_module(f"{__name__}.{name}").MEMBER
    return member
