"""Two pieces of work side by side, and steps that fork."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event, Lock, get_ident, get_native_id
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mien.commands.picsi import Picsi, PicsiRequest
from mien.engine.beside import ALONE, HELPERS, THREADS, Beside
from mien.engine.pipeline import Draft, Fork, Step, Steps, run
from mien.media.limits import Limits

#: Ends a wait that would never end.
DEADLINE_S = 180.0


SIDE = Beside(spare=lambda: True)


def file_of(pixels):
    """A PNG of ``pixels``."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def fail(sentence: str) -> None:
    raise ValueError(sentence)


def test_they_run_at_the_same_time_and_each_answer_finds_its_place():
    """
    Each waits for the other, one of them on the caller's thread.
    """
    meeting = Barrier(2, timeout=DEADLINE_S)

    one, other = SIDE.both(
        lambda: (meeting.wait() >= 0, get_ident()), lambda: (meeting.wait() >= 0, get_ident())
    )

    assert get_ident() == other[1]
    assert get_ident() != one[1]


@pytest.mark.parametrize(("one", "other", "said"), [(1, 0, "one"), (0, 1, "other"), (1, 1, "one")])
def test_the_error_of_the_first_goes_before_that_of_the_second(one, other, said):
    """
    As if they had been called one after the other.
    """
    with pytest.raises(ValueError, match=f"^{said}$"):
        SIDE.both(
            lambda: fail("one") if one else None,
            lambda: fail("other") if other else None,
        )


def test_what_keeps_the_interpreter_is_done_by_one_thread_at_a_time():
    """
    Also after a piece that failed; what does not ask for that goes on beside it.
    """
    inside, alone, begun = Lock(), [], Barrier(2, timeout=DEADLINE_S)
    noise = np.random.default_rng(1).random(20_000)

    def work():
        alone.append(inside.acquire(blocking=False))
        np.sort(noise)  # lets go of the interpreter
        if alone[-1]:
            inside.release()

    def often():
        begun.wait()
        for _ in range(50):
            SIDE.whole(work)

    with pytest.raises(ValueError, match="gone"):
        SIDE.whole(lambda: fail("gone"))
    SIDE.both(often, often)

    assert [True] * 100 == alone


def test_the_second_has_ended_when_the_error_of_the_first_is_out():
    """
    Nobody works on for a caller who is gone.
    """
    done = []

    with pytest.raises(ValueError, match="one"):
        SIDE.both(lambda: fail("one"), lambda: done.append(1))

    assert [1] == done


def test_forks_within_forks_end_where_all_helpers_wait():
    """
    More callers than helpers, each of whose pieces forks again: what nobody takes over, its caller does itself.
    """
    side, begun = Beside(spare=lambda: True), Barrier(2 * HELPERS, timeout=DEADLINE_S)

    def leaves(name: str) -> tuple[str, str]:
        return side.both(lambda: name + "l", lambda: name + "r")

    def tree(number: int) -> tuple[tuple[str, str], tuple[str, str]]:
        begun.wait()
        return side.both(lambda: leaves(f"{number}a"), lambda: leaves(f"{number}b"))

    with ThreadPoolExecutor(2 * HELPERS) as callers:
        grown = callers.map(tree, range(2 * HELPERS), timeout=DEADLINE_S)

        for number, found in enumerate(grown):
            assert ((f"{number}al", f"{number}ar"), (f"{number}bl", f"{number}br")) == found


def test_the_helpers_stay():
    """
    A thread that is new would find none of its memory warm.
    """
    side = Beside(spare=lambda: True)
    threads = set()
    for _ in range(20):
        meeting = Barrier(2, timeout=DEADLINE_S)
        # Numbers of the system: Python's own are given to the next thread.
        one, _other = side.both(lambda: (meeting.wait(), get_native_id()), meeting.wait)  # noqa: B023
        threads.add(one[1])

    assert len(threads) <= HELPERS


def test_each_works_on_two_at_a_time_and_keeps_the_order():
    """
    Every second one waits for the one before.
    """
    meeting = Barrier(THREADS, timeout=DEADLINE_S)

    def meet(number: int) -> int:
        meeting.wait()
        return number * number

    assert [0, 1, 4, 9] == SIDE.each(meet, range(4))
    assert [] == SIDE.each(meet, ())
    assert [9] == SIDE.each(lambda number: number * number, [3])


def test_each_raises_the_error_of_the_earliest():
    """
    Whichever comes first on the clock.
    """
    with pytest.raises(ValueError, match=r"^1$"):
        SIDE.each(lambda number: fail(str(number)) if number else None, range(4))


def test_where_no_core_is_spare_the_callers_thread_does_it_all():
    """
    In the order in which it was given.
    """
    done: list[int] = []
    ALONE.both(lambda: done.append(1), lambda: done.append(2))

    assert [1, 2] == done
    assert {get_ident()} == set(ALONE.each(lambda _: get_ident(), range(5)))


def test_the_picture_is_the_same_to_the_last_byte(finder, swapper, hopper, astronaut):
    """
    Two faces, found and looked at side by side or one after the other.
    """
    target = file_of(np.hstack([astronaut, astronaut[:, ::-1]]))
    beside = Picsi(
        finder=replace(finder, side=SIDE, hands=replace(finder.hands, side=SIDE)),
        swapper=replace(swapper, side=SIDE),
        limits=Limits(),
        side=SIDE,
    )
    alone = Picsi(finder=finder, swapper=swapper, limits=Limits())
    request = PicsiRequest(source=file_of(hopper), target=target)
    expected, result = alone(request), beside(request)

    assert 2 == result.report.faces_swapped
    assert expected.data == result.data
    assert expected.report.warnings == result.report.warnings


@pytest.mark.parametrize("side", [SIDE, ALONE], ids=["beside", "alone"])
def test_a_fork_keeps_what_both_sides_have_learnt(side):
    """
    Fields, warnings in order, and how long each step took; and asks before each whether to go on.
    """
    draft = Draft(target_image=np.zeros((2, 2, 3), np.uint8), warnings=("before",))
    asked: list[int] = []

    def learns(**news: Any) -> Step:
        return lambda d: replace(d, **news, warnings=(*d.warnings, *news))

    steps: Steps = [
        Fork(
            one=[("a", learns(swapped=3))], other=[("b", learns(found=4)), ("c", learns(faces=()))]
        ),
        ("d", learns(result=draft.target_image)),
    ]
    done = run(steps, draft, check=lambda: asked.append(1), side=side)

    assert (3, 4) == (done.swapped, done.found)
    assert ("before", "swapped", "found", "faces", "result") == done.warnings
    assert {"a", "b", "c", "d"} == set(done.ms)
    assert 4 == len(asked)


def test_what_is_wanted_later_is_begun_where_a_core_is_spare():
    """Another thread has begun when it is asked for; it is done once, however often it is asked for."""
    begun, done = Event(), []

    def work() -> int:
        begun.set()
        done.append(get_ident())
        return 7

    later = SIDE.later(work)

    assert begun.wait(60)
    assert [7, 7] == [later(), later()]
    assert 1 == len(done)
    assert get_ident() not in done


def test_what_is_wanted_later_is_done_by_who_asks_where_no_core_is_spare():
    """Nobody begins before."""
    done = []
    later = ALONE.later(lambda: done.append(get_ident()))

    assert [] == done
    later()
    assert [get_ident()] == done


def test_what_is_wanted_later_raises_its_error_to_who_asks():
    """Not before, and each time."""

    def fail() -> None:
        raise ValueError("no")

    later = SIDE.later(fail)

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            later()
