"""Fakes that keep the contracts of `mien.jobs.ports`, and tiny commands; shipped for tests.

Nothing of the product imports this package. What the fakes promise is checked by the same tests
as the real adapters.
"""

from mien.testing.commands import TINY, BrokenFactory, TinyFactory
from mien.testing.deliveries import MemoryDeliveries
from mien.testing.directory import MemoryDirectory
from mien.testing.gate import Gate, Visitor
from mien.testing.identities import MemoryIdentities
from mien.testing.memory import MemoryBlobs, MemoryJobs
from mien.testing.runner import Handed, HandRunner
from mien.testing.upstream import UPSTREAM, UpstreamFactory

__all__ = [
    "TINY",
    "UPSTREAM",
    "BrokenFactory",
    "Gate",
    "HandRunner",
    "Handed",
    "MemoryBlobs",
    "MemoryDeliveries",
    "MemoryDirectory",
    "MemoryIdentities",
    "MemoryJobs",
    "TinyFactory",
    "UpstreamFactory",
    "Visitor",
]
