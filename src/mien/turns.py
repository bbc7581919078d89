"""How the threads of the process take turns.

Two halves of a swap work side by side, and many of their steps need the interpreter for a moment. Who has it keeps
it for 5 ms if nothing makes it stop, and who waits for it waits as long: with a tenth of that two halves that took
6.2 ms one after the other take 5.0 side by side, not 6.5.
"""

import sys

#: Seconds for which a thread may keep the interpreter that others wait for.
TURN = 0.0005


def take_short_turns() -> None:
    """Let no thread of this process keep the interpreter for long."""
    sys.setswitchinterval(TURN)
