"""Exit codes and the sentences of the terminal."""

import errno
import subprocess
import sys

import click
import pytest

from mien import errors
from mien.cli.failures import EXIT_CODES, exit_code, guarded, one_line, os_sentence


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.BadOption, 2),
        (errors.BadRequest, 2),
        (errors.NoFaceFound, 3),
        (errors.Unreadable, 4),
        (errors.Damaged, 4),
        (errors.Unsupported, 4),
        (errors.TooLarge, 4),
        (errors.NotFound, 1),
        (errors.ModelBroken, 1),
        (errors.StorageFull, 1),
        (errors.WorkerLost, 1),
        (errors.MienError, 1),
    ],
)
def test_each_error_has_its_exit_code(kind, code):
    """
    0 done, 2 wrong usage, 3 no face, 4 unreadable or refused, 1 anything else.
    """
    assert code == exit_code(kind)


def test_no_row_of_the_table_hides_a_later_one():
    """
    A class never stands behind one of its bases, where it would not be reached.
    """
    kinds = [kind for kind, _ in EXIT_CODES]

    assert [] == [
        (base, kind)
        for place, base in enumerate(kinds)
        for kind in kinds[place + 1 :]
        if issubclass(kind, base)
    ]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (errors.NoFaceFound("source"), 3, "No face found in the source picture."),
        (click.UsageError("What?"), 2, "What? (mien --help shows how)."),
        (click.Abort(), 1, "Interrupted."),
        (MemoryError(), 1, "There is not enough memory for this."),
    ],
)
def test_what_can_be_expected_becomes_a_sentence(capsys, error, code, said):
    """
    One line on stderr, and the code.
    """

    def command():
        raise error

    assert code == guarded(command)
    assert f"{said}\n" == capsys.readouterr().err


@pytest.mark.parametrize(("returned", "code"), [(None, 0), (0, 0), (1, 1)])
def test_a_command_may_choose_its_code(returned, code):
    """
    A number is the exit code; nothing is 0.
    """
    assert code == guarded(lambda: returned)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "x"), "The disk is full."),
        (OSError(errno.EACCES, "Permission denied", "x"), "x: Permission denied."),
        (OSError("odd"), "OSError."),
    ],
)
def test_what_the_system_refuses_is_a_sentence(error, said):
    """
    A full disk is called that; anything else in the system's words, with the file's name.
    """
    assert said == os_sentence(error)


def test_a_line_cannot_be_broken_by_what_it_repeats():
    """
    Line breaks, colours and other controls of a file name do not reach the terminal.
    """
    assert "a b?[31mc?" == one_line("a\n b\x1b[31mc\udcff")


def test_a_fault_of_our_own_is_one_line_too():
    """
    What nobody expected says where it happened, in one line, with exit code 1.
    """
    script = "from mien.cli import failures; failures.prepare(); failures.guarded(lambda: 1 / 0)"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert 1 == run.returncode
    assert 1 == len(run.stderr.splitlines())
    assert "ZeroDivisionError" in run.stderr


def test_a_reader_that_leaves_is_no_error():
    """
    `mien ... | head` ends quietly.
    """
    script = "from mien.cli import failures; failures.prepare(); failures.guarded(lambda: print('x' * 99999))"
    run = subprocess.run(
        ["sh", "-c", f'{sys.executable} -c "{script}" | true'],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "" == run.stderr
