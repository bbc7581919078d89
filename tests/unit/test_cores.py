"""Whether a core is spare."""

import pytest

from mien.cores import LOAD, SpareCore, running


@pytest.mark.parametrize(
    ("cores", "threads", "spare"),
    [(1, 1, False), (2, 1, True), (2, 2, False), (2, 9, False), (8, 7, True), (8, 8, False)],
)
def test_a_core_is_spare_where_fewer_threads_run_than_there_are_cores(
    tmp_path, cores, threads, spare
):
    """
    The thread that asks counts as one.
    """
    load = tmp_path / "loadavg"
    load.write_text(f"7.20 6.18 5.12 {threads}/180 11206\n")

    assert spare == SpareCore(cores, load)()


@pytest.mark.parametrize("words", ["", "0.1 0.2", "0.1 0.2 0.3 many/80 9", None])
def test_elsewhere_the_average_of_a_minute_is_taken(tmp_path, words):
    """
    Where there is no such file, or one of another kind.
    """
    load = tmp_path / "loadavg"
    if words is not None:
        load.write_text(words)

    assert running(load) >= 1


@pytest.mark.skipif(not LOAD.exists(), reason="this system does not say how many threads run")
def test_this_machine_says_how_many_threads_run():
    """
    One at least: the one that asks.
    """
    assert running(LOAD) >= 1
