"""Worlds for tests: the API over stores in memory."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from api.world import World
from mien.settings import Settings


@pytest.fixture
def world_of(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes a world with the settings that are given; its callers do not wait."""
    with ExitStack() as stack:

        def made(**values: Any) -> World:
            settings: dict[str, Any] = {"data_dir": tmp_path, "wait_s": 0} | values
            world = World(settings=Settings(**settings))
            stack.enter_context(world.caller)
            return world

        yield made


@pytest.fixture
def world(world_of: Callable[..., World]) -> World:
    """A world whose jobs are accepted, and then wait."""
    return world_of()
