"""Failures at the terminal: one sentence on stderr and an exit code, never a traceback."""

import errno
import io
import os
import signal
import sys
from collections.abc import Callable
from types import TracebackType

import click

from mien.errors import BadOption, BadRequest, InputError, MienError, NoFaceFound

DONE = 0
OTHER = 1
WRONG_USAGE = 2
NO_FACE = 3
REFUSED = 4

#: Exit codes by class; the first match wins. Whatever is not here is `OTHER`.
EXIT_CODES: tuple[tuple[type[MienError], int], ...] = (
    (BadOption, WRONG_USAGE),
    (BadRequest, WRONG_USAGE),
    (NoFaceFound, NO_FACE),
    (InputError, REFUSED),
)


#: What a command may end with. Anything else is a fault of mien, see `_say_unexpected`.
EXPECTED = (click.Abort, click.ClickException, MienError, OSError, MemoryError)


def exit_code(error: type[MienError]) -> int:
    """The exit code that follows from an error of this class."""
    return next((code for kind, code in EXIT_CODES if issubclass(error, kind)), OTHER)


def guarded(command: Callable[[], object]) -> int:
    """Run ``command``; say in one sentence what went wrong, and return the exit code.

    A command that returns an int chose its exit code itself.
    """
    try:
        result = command()
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return WRONG_USAGE
    except EXPECTED as error:
        return _explained(error)
    return result if isinstance(result, int) else DONE


def _explained(error: BaseException) -> int:
    """Say what ``error`` means; its exit code."""
    if isinstance(error, click.Abort):
        return _fail("Interrupted.", OTHER)
    if isinstance(error, click.ClickException):
        return _fail(_usage(error), error.exit_code)
    if isinstance(error, MienError):
        return _fail(str(error), exit_code(type(error)))
    if isinstance(error, OSError):
        return _refused_by_system(error)
    return _fail("There is not enough memory for this.", OTHER)


def prepare() -> None:
    """Set the process up, once: signals, streams, and the last resort for faults of our own."""
    # Whoever is asked to end puts things in order, as for Ctrl-C: temporary files, processes.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.excepthook = _say_unexpected
    # Names that are not valid UTF-8 are printed escaped, in place of an error.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def one_line(text: str) -> str:
    """``text`` as a terminal may show it: file names in it cannot break lines or set colours."""
    return "".join(letter if letter.isprintable() else "?" for letter in " ".join(text.split()))


def os_sentence(error: OSError) -> str:
    """What the operating system refused, as a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full."
    reason = error.strerror or type(error).__name__
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."


def _usage(error: click.ClickException) -> str:
    message = error.format_message().strip().rstrip(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    where = context.command_path if context else "mien"
    return f"{message} ({where} --help shows how)."


def _fail(sentence: str, code: int) -> int:
    click.echo(one_line(sentence), err=True)
    return code


def _refused_by_system(error: OSError) -> int:
    # What stdout still holds goes nowhere: Python would fail once more when it flushes at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return OTHER  # whoever read our output chose to leave: nothing to say
    return _fail(os_sentence(error), OTHER)


def _say_unexpected(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """The last resort, for a fault in mien itself: where it happened, in one line."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    _fail(f"mien failed, by a fault of its own: {kind.__name__}: {error}{where}", OTHER)
