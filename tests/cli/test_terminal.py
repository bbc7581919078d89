"""What a terminal sees, and a pipe does not."""

import os
import pty
import subprocess
import sys
from contextlib import suppress

#: Begins a colour or a movement of the cursor.
ESCAPE = b"\x1b["


def on_a_terminal(*words: str, stream: str = "stdout", **variables: str) -> bytes:
    """What `mien` writes to ``stream`` when that is a terminal."""
    parent, child = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "mien", *words],
        stdout=child if stream == "stdout" else subprocess.DEVNULL,
        stderr=child if stream == "stderr" else subprocess.DEVNULL,
        env={"TERM": "xterm", **variables},
        check=False,
        timeout=120,
    )
    os.close(child)
    said = b""
    # Linux says with an error that a terminal has ended.
    with suppress(OSError):
        while piece := os.read(parent, 65536):
            said += piece
    os.close(parent)
    return said


def test_a_terminal_gets_colours_and_a_pipe_none(mien, woman):
    """
    The verdict is coloured on a terminal, unless NO_COLOR or --no-color says otherwise.
    """
    words = ("check", str(woman))

    assert ESCAPE in on_a_terminal(*words)
    assert ESCAPE not in on_a_terminal(*words, NO_COLOR="please")
    assert ESCAPE not in on_a_terminal("--no-color", *words)
    assert "\x1b" not in mien(*words).stdout


def test_a_terminal_shows_what_goes_on_and_a_pipe_is_told_nothing(mien, here, woman, officer):
    """
    A swap shows a line that is gone at its end, on stderr; with stderr elsewhere there is none.
    """
    words = ("swap", str(woman), str(officer), "-o", str(here / "result.png"))

    assert b"Swapping" in on_a_terminal(*words, stream="stderr")
    assert "Swapping" not in mien(*words).stderr
