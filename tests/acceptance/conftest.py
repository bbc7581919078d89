"""One running server for all tests that leave it as it was, and pictures to send."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from acceptance.live import Pictures, Server, encoded


@pytest.fixture(scope="session")
def pictures(astronaut: NDArray[np.uint8], hopper: NDArray[np.uint8]) -> Pictures:
    """A PNG source, a JPEG target, and a grey PNG without a face."""
    grey = np.full((240, 320, 3), 128, np.uint8)
    return Pictures(
        source=encoded(hopper, "PNG"),
        target=encoded(astronaut, "JPEG"),
        faceless=encoded(grey, "PNG"),
    )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the default settings; tests do not stop it."""
    with Server(tmp_path_factory.mktemp("live") / "data") as running:
        yield running
