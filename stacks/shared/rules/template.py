"""Reading CloudFormation templates, as rules need it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Template = Mapping[str, Any]


class Finding(NamedTuple):
    """One resource that breaks a rule, and how to mend it."""

    logical_id: str
    what: str


def resources(template: Template, *types: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Logical id and properties of each resource of these types."""
    for logical_id, resource in template.get("Resources", {}).items():
        if resource["Type"] in types:
            yield logical_id, resource.get("Properties", {})


def as_list(value: Any) -> list[Any]:
    """IAM writes a list of one as the one."""
    return value if isinstance(value, list) else [value]


def statements(template: Template) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each statement of an identity policy that allows something."""
    for logical_id, properties in resources(template, "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        yield from ((logical_id, one) for one in _allowing(properties["PolicyDocument"]))
    for logical_id, properties in resources(template, "AWS::IAM::Role"):
        for policy in properties.get("Policies", []):
            yield from ((logical_id, one) for one in _allowing(policy["PolicyDocument"]))


def _allowing(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (one for one in document["Statement"] if one["Effect"] == "Allow")


def text(value: Any) -> str:
    """A property that is put together from references, with `<...>` where a value is known at deployment only."""
    match value:
        case str():
            return value
        case {"Fn::Join": [separator, parts]}:
            return separator.join(text(part) for part in parts)
        case _:
            return "<...>"
