"""What the engine needs from outside: networks. Adapters in `mien.models` provide them."""

from typing import Protocol

from mien.engine.types import Floats


class Network(Protocol):
    """A trained network: one tensor in, named tensors out. Thread-safe, without memory."""

    def __call__(self, tensor: Floats) -> dict[str, Floats]:
        """Run on ``tensor`` (shape, colour order and scaling as the caller knows them).

        Returns:
            The outputs by name, float32.
        """
        ...
