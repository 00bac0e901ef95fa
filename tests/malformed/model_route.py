"""What is wrong with a question that has no body."""

from tests.malformed.request import Maker, Malformed, of_any_route


def model_requests() -> dict[str, Maker]:
    """Kind -> maker."""
    good = Malformed()
    return {
        **of_any_route(good),
        "a body": lambda rng: Malformed(rng.randbytes(rng.randint(1, 200)), "application/octet-stream"),
        "a body of JSON": lambda rng: Malformed(rng.choice([b"{}", b"null", b"[", b"x"]), "application/json"),
    }
