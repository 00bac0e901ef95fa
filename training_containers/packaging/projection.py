"""From a backbone's many activations to the few numbers of an embedding that captures can hold."""

from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

COMPONENTS = 8


def embedding_projection(channels: int, components: int = COMPONENTS) -> NDArray[np.float32]:
    """Random signs over sqrt(channels), (channels, components): distances survive roughly (Achlioptas, 2003).

    The signs are bits of hashes and not of a random generator: embeddings of two packages compare, whoever made them.
    """
    signs = [[_sign(f"{row},{column}") for column in range(components)] for row in range(channels)]
    return (np.array(signs) / np.sqrt(channels)).astype(np.float32)


def _sign(place: str) -> int:
    return 1 if sha256(place.encode()).digest()[0] & 1 else -1
