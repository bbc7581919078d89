"""How much is tried: a little in `make test`, much in `make fuzz`."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The size of the suite."""
    parser.getgroup("fuzz").addoption("--fuzz-cases", type=int, default=200, help="calls in all")
