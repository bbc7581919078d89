"""What is at work, and what waits behind it."""

import pytest

from jobs.making import CHANNEL, USER
from mien.jobs.events import Handed
from mien.jobs.hands import Hands
from mien.jobs.lanes import Lane

LANE = Lane(user_id=USER.id, channel=CHANNEL.id)


def handed(*tickets, workers=2, ahead=1):
    """Hands that hold those tickets, in that order; the job of ticket "a" is "job a"."""
    hands = Hands(workers=workers, ahead=ahead)
    for ticket in tickets:
        hands.take(ticket, Handed(f"job {ticket}", LANE))
    return hands


def test_the_oldest_are_at_work():
    """
    Two workers, three jobs: the third waits, and goes on for whichever is over.
    """
    hands = handed("a", "b", "c")

    assert {"a": "job a", "b": "job b"} == hands.at_work
    assert (2, 1) == (hands.working, hands.behind)

    assert "job a" == hands.give("a").job_id

    assert {"b": "job b", "c": "job c"} == hands.at_work
    assert (2, 0) == (hands.working, hands.behind)


@pytest.mark.parametrize(
    ("tickets", "worker", "room"), [("", True, True), ("ab", False, True), ("abc", False, False)]
)
def test_there_is_room_at_work_and_then_behind(tickets, worker, room):
    """
    Two at work, one behind, no more.
    """
    hands = handed(*tickets)

    assert worker is hands.have_worker()
    assert room is hands.have_room_behind()
