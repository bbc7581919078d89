"""Names for new things."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from jobs.making import NOW, HandClock
from mien.jobs.ids import EPOCH_MS, LOW_BITS, Snowflakes, new_job_id


def test_a_job_id_is_32_hexadecimal_digits():
    """
    Clients put it into URLs unescaped and use what stands before the first "-" as a file name.
    """
    ids = {new_job_id() for _ in range(1000)}

    assert 1000 == len(ids)
    assert all(re.fullmatch("[0-9a-f]{32}", job_id) for job_id in ids)


def test_a_snowflake_tells_its_time():
    """
    The upper bits are the milliseconds since 2015, so that ids sort by time.
    """
    snowflake = int(Snowflakes(HandClock())())

    assert NOW.replace(microsecond=678000) == datetime.fromtimestamp(
        ((snowflake >> LOW_BITS) + EPOCH_MS) / 1000, UTC
    )


def test_snowflakes_grow_even_when_the_clock_stands_or_goes_back():
    """
    One maker never repeats itself, whatever the clock does.
    """
    clock = HandClock()
    new_id = Snowflakes(clock)

    ids = [int(new_id()) for _ in range(500)]
    clock.advance(-60)
    ids += [int(new_id()) for _ in range(500)]

    assert sorted(set(ids)) == ids


def test_threads_share_a_maker():
    """
    Threads never get the same id.
    """
    new_id = Snowflakes(HandClock())

    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(lambda _: new_id(), range(4000)))

    assert 4000 == len(set(ids))


def test_two_makers_at_the_same_moment_do_not_meet():
    """
    Processes that start in the same millisecond draw different numbers.
    """
    first, second = Snowflakes(HandClock()), Snowflakes(HandClock())

    assert first() != second()
