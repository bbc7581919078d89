"""Threads take short turns."""

import subprocess
import sys

import pytest

#: What a process says of its turns, seconds.
TURN = "import sys; from mien.turns import take_short_turns; take_short_turns(); print(sys.getswitchinterval())"


def test_nobody_keeps_the_interpreter_for_longer_than_a_millisecond() -> None:
    """
    In a process of its own, so that this one stays as it is; how often turns then change depends on who else works.
    """
    turn = float(subprocess.check_output([sys.executable, "-c", TURN], text=True))

    assert pytest.approx(0.0005) == turn
