"""The job's states and values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from jobs.making import LEASE, NOW, a_job, an_ending
from mien.jobs.model import FINAL, MOVES, RUNNING, UNFINISHED, Lease, Status


def test_every_status_has_its_moves():
    """
    The table of moves names each word of the contract, and moves lead to words of the contract.
    """
    assert set(Status) == set(MOVES)
    assert {target for moves in MOVES.values() for target in moves} <= set(Status)


def test_final_statuses_are_the_four_that_clients_know():
    """
    Clients stop asking at completed, failed, moderated and cancelled, and at nothing else.
    """
    assert {Status.COMPLETED, Status.FAILED, Status.MODERATED, Status.CANCELLED} == set(FINAL)
    assert {Status.CREATED, Status.STARTED, Status.PROGRESS} == set(UNFINISHED)


@pytest.mark.parametrize("status", sorted(FINAL))
def test_nothing_leads_out_of_an_end(status):
    """
    A job that has ended never changes.
    """
    assert frozenset() == MOVES[status]
    assert a_job(status=status).done


@pytest.mark.parametrize("status", sorted(RUNNING))
def test_a_running_job_can_end_in_every_way_and_be_handed_back(status):
    """
    From a worker's hands a job goes to any end, or back to the queue.
    """
    assert FINAL | {Status.CREATED} <= MOVES[status]


def test_a_job_that_nobody_has_begun_cannot_complete_or_fail():
    """
    Only a worker that holds the job completes or fails it.
    """
    assert not {Status.COMPLETED, Status.FAILED} & MOVES[Status.CREATED]


@pytest.mark.parametrize("status", sorted(RUNNING))
def test_a_running_job_has_a_lease(status):
    """
    A job that somebody works on says who.
    """
    with pytest.raises(ValueError, match="needs a lease"):
        a_job(status=status)

    assert LEASE == a_job(status=status, lease=LEASE).lease


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 1, 2, 3), NOW.astimezone(timezone(timedelta(hours=1)))],  # noqa: DTZ001
)
def test_times_are_utc(moment):
    """
    A time without a zone, or in another one, is refused when the value is made.
    """
    with pytest.raises(ValueError, match="times are UTC"):
        a_job(updated=moment)
    with pytest.raises(ValueError, match="times are UTC"):
        Lease(owner="x", until=moment)
    with pytest.raises(ValueError, match="times are UTC"):
        replace(an_ending(), timestamp=moment)

    assert NOW == a_job(updated=NOW.astimezone(UTC)).updated


@pytest.mark.parametrize("status", sorted(UNFINISHED))
def test_a_job_ends_only_in_a_final_status(status):
    """
    "started" is no end.
    """
    with pytest.raises(ValueError, match="cannot end as"):
        an_ending(status)
