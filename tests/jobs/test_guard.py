"""What becomes of errors and of bugs in the loops of a service."""

import logging

import pytest

from mien.errors import StorageFull
from mien.jobs.guard import Guard, unless_broken

log = logging.getLogger(__name__)
guarded = Guard(log=log, trouble=("no room", "in_trouble"), bug=("it broke", "broke"))


def full():
    raise StorageFull("The disk is full.")


def broken():
    raise ZeroDivisionError


def test_work_without_a_bug_is_done(caplog):
    """
    What it makes comes back, and nothing is said.
    """
    assert "made" == unless_broken(lambda: "made", log, "it broke")
    assert not caplog.records


def test_a_bug_is_logged_with_its_facts_and_its_traceback(caplog):
    """
    Nothing comes back.
    """
    assert unless_broken(broken, log, "it broke", event="broke", job="1") is None

    (record,) = caplog.records

    assert ("it broke", "broke", "1") == (record.getMessage(), record.event, record.job)
    assert ZeroDivisionError is record.exc_info[0]


def test_an_error_is_no_bug(caplog):
    """
    Whoever called knows what to do.
    """
    with pytest.raises(StorageFull):
        unless_broken(full, log, "it broke")

    assert not caplog.records


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_who_ends_the_process_is_obeyed(error):
    """
    Ctrl-C is no bug.
    """

    def ended():
        raise error

    with pytest.raises(error):
        guarded(ended)


@pytest.mark.parametrize(
    ("work", "sentence", "event", "traced"),
    [
        (full, "no room: The disk is full.", "in_trouble", False),
        (broken, "it broke", "broke", True),
    ],
)
def test_a_guarded_loop_goes_on(caplog, work, sentence, event, traced):
    """
    The log says what happened, with a traceback if somebody has to mend the code.
    """
    guarded(work)

    (record,) = caplog.records

    assert (sentence, event) == (record.getMessage(), record.event)
    assert traced == bool(record.exc_info)
