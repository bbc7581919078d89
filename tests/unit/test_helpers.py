"""What a helper process and its parent say to each other, over a real pipe."""

import threading
from contextlib import suppress
from multiprocessing import Pipe

import pytest

from mien.errors import NoFaceFound
from mien.runners.helpers import attend, follow


@pytest.fixture
def parent():
    """Our end of a pipe; call `attended` for somebody at the other."""
    ours, theirs = Pipe()
    threads = []

    def attended(work):
        def run():
            with suppress(EOFError, BrokenPipeError, ZeroDivisionError), theirs:
                attend(theirs, work)

        threads.append(threading.Thread(target=run))
        threads[0].start()
        return ours

    yield attended
    ours.close()
    for thread in threads:
        thread.join()


def test_a_frame_that_does_not_count_is_not_counted(parent):
    """
    A segment may be painted from before its beginning: those frames are told as none.
    """

    def work(task, beat):
        number, row = task
        assert (3, (0,)) == (number, row)
        for frames in (0, 0, 1, 1, 1):
            beat(frames)

    pipe = parent(work)
    heard: list[int] = []
    pipe.send((3, (0,)))
    follow(pipe, heard.append)

    assert 3 == sum(heard)


def test_one_task_after_the_other(parent):
    """
    Each ends for itself, and what went wrong in one is raised as it was.
    """

    def work(task, beat):
        beat(1)
        if task[0]:
            raise NoFaceFound("target")

    pipe = parent(work)
    heard: list[int] = []
    pipe.send((0, ()))
    follow(pipe, heard.append)
    pipe.send((1, ()))
    with pytest.raises(NoFaceFound):
        follow(pipe, heard.append)
    pipe.send((0, ()))
    follow(pipe, heard.append)

    assert 3 == sum(heard)


def test_a_bug_ends_the_helper(parent):
    """
    It is not told: who has the job does the work itself, and meets it where it is logged.
    """

    def work(_task, _beat):
        raise ZeroDivisionError

    pipe = parent(work)
    pipe.send((0, ()))
    with pytest.raises((EOFError, ConnectionError)):
        follow(pipe, lambda _: None)


def test_a_helper_that_is_gone_is_heard_of(parent):
    """
    As the end of the pipe; its parent makes a sentence of it.
    """

    def work(_task, _beat):
        raise EOFError

    pipe = parent(work)
    pipe.send((0, ()))
    with pytest.raises((EOFError, ConnectionError)):
        follow(pipe, lambda _: None)
