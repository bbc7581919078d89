"""What is freed stays at hand."""

import subprocess
import sys

import pytest

from mien.memory import keep_freed_memory

#: Minor page faults of fifty arrays of three megabytes, one after the other.
FAULTS = """
import resource, sys
import numpy as np
if sys.argv[1] == "keep":
    from mien.memory import keep_freed_memory
    keep_freed_memory()
np.ones(3 << 20, np.uint8)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(50):
    held = [np.ones(3 << 20, np.uint8) for _ in range(3)]
    del held
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how: str) -> int:
    """Page faults of a process of its own."""
    return int(subprocess.check_output([sys.executable, "-c", FAULTS, how], text=True))


def test_arrays_are_not_paid_for_twice() -> None:
    """
    With the setting, making the same arrays again touches hardly a new page.
    """
    if not keep_freed_memory():
        pytest.skip("the C library has no mallopt")

    assert faults("keep") * 2 < faults("plain")
