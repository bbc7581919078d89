"""Whose turn it is."""

from jobs.making import CHANNEL, OTHER_CHANNEL, USER, a_job
from mien.jobs.admission import Accepted
from mien.jobs.lanes import Lane, LaneQueue
from mien.jobs.lines import KNOWN, Lines

MINE = Lane(user_id=USER.id, channel=CHANNEL.id)
OTHER = Lane(user_id=USER.id, channel=OTHER_CHANNEL.id)


def joined(lines, *names, lane=MINE, width=1):
    """Jobs that join a lane in that order."""
    for name in names:
        lines.join(Accepted(job=a_job(id=name, channel=lane.channel), channel=CHANNEL, width=width))


def queue(*waiting, lane=MINE, width=1, running=0):
    """What the store says about a lane."""
    return LaneQueue(lane=lane, width=width, running=running, waiting=waiting)


def turn(lines):
    """Whose turn it is."""
    taken = lines.next()
    assert taken is not None
    return taken[0]


def turns(lines):
    """Whose turn it is until it is nobody's."""
    return [taken[0] for taken in iter(lines.next, None)]


def test_a_lane_goes_by_age_and_width():
    """
    Two of three begin; the third when one has left.
    """
    lines = Lines()
    joined(lines, "a", "b", "c", width=2)

    assert ["a", "b"] == turns(lines)
    assert 1 == lines.waiting

    lines.left(MINE)

    assert ["c"] == turns(lines)


def test_lanes_take_turns():
    """
    One caller's hundred jobs do not make another one wait behind them.
    """
    lines = Lines()
    joined(lines, "a", "b", "c", width=9)
    joined(lines, "x", "y", lane=OTHER, width=9)

    assert ["a", "x", "b", "y", "c"] == turns(lines)


def test_slots_that_others_hold_are_not_free():
    """
    The store knows three running, one of them ours: of four slots one is left.
    """
    lines = Lines()
    joined(lines, "a", width=4)

    assert ["a"] == turns(lines)

    lines.refresh([queue("b", "c", width=4, running=3)], handed={"a"})

    assert ["b"] == turns(lines)


def test_the_store_knows_what_waits():
    """
    What it does not name any more is gone; what is on its way to a worker is not offered twice.
    """
    lines = Lines()
    joined(lines, "a", "gone", width=9)

    assert "a" == turn(lines)

    lines.refresh([queue("a", "new", width=9)], handed={"a"})

    assert ["new"] == turns(lines)

    joined(lines, "late", lane=OTHER)
    lines.refresh([], handed={"a", "new"})

    assert [] == turns(lines)
    assert 0 == lines.waiting


def test_a_newcomer_does_not_go_before_those_that_only_the_store_knows():
    """
    While more wait than are known, the store says who is next; it is asked when they are used up.
    """
    lines = Lines()
    known = tuple(str(number) for number in range(KNOWN))
    lines.refresh([queue(*known, width=KNOWN + 9)], handed=())
    joined(lines, "newcomer", width=KNOWN + 9)

    assert not lines.is_dry()
    assert list(known) == turns(lines)
    assert lines.is_dry()

    lines.refresh([queue("older", "newcomer", width=KNOWN + 9)], handed=set(known))

    assert not lines.is_dry()
    assert ["older", "newcomer"] == turns(lines)


def test_in_a_full_lane_nobody_goes_before_those_that_wait():
    """
    The store says nothing of who waits where no slot is free: those that are known keep their turn, and a
    newcomer waits until the store is asked again.
    """
    lines = Lines()
    joined(lines, "a", "b", "c")

    assert "a" == turn(lines)

    lines.refresh([queue(running=1)], handed={"a"})
    joined(lines, "newcomer")
    order = []
    for _ in range(2):
        lines.left(MINE)
        order.append(turn(lines))

    assert ["b", "c"] == order
    assert not lines.is_dry()

    lines.left(MINE)

    assert lines.is_dry()

    lines.refresh([queue("newcomer")], handed=())

    assert ["newcomer"] == turns(lines)


def test_who_waits_unknown_in_a_full_lane_is_held_up():
    """
    News of a slot that became free elsewhere matters.
    """
    lines = Lines()
    joined(lines, "a")
    turns(lines)

    assert not lines.are_held_up()

    lines.refresh([queue(running=1)], handed={"a"})

    assert lines.are_held_up()


def test_a_closed_lane_opens_when_the_store_was_asked_or_one_of_ours_left():
    """
    After a claim in vain nothing of it is offered; other lanes go on.
    """
    lines = Lines()
    joined(lines, "a", "b", width=9)
    joined(lines, "x", lane=OTHER)
    lines.close(MINE)

    assert ["x"] == turns(lines)

    lines.refresh([queue("a", "b", width=9)], handed={"x"})

    assert "a" == turn(lines)

    lines.close(MINE)
    lines.left(MINE)

    assert ["b"] == turns(lines)


def test_a_lane_that_became_narrower_waits():
    """
    Its width is what the store said last.
    """
    lines = Lines()
    joined(lines, "a", width=9)

    assert ["a"] == turns(lines)

    lines.refresh([queue("b", width=1, running=1)], handed={"a"})

    assert [] == turns(lines)

    lines.left(MINE)

    assert ["b"] == turns(lines)


def behind(lines):
    """Whose turn it is behind those that are at work; None when it is nobody's."""
    taken = lines.next_behind()
    return taken and taken[0]


def test_in_a_full_lane_one_may_wait_for_whoever_is_done():
    """
    All of ours are in that lane, so the next end frees one of its slots; one end frees one slot.
    """
    lines = Lines()
    joined(lines, "a", "b", "c", "d", width=2)

    assert ["a", "b"] == turns(lines)
    assert "c" == behind(lines)
    assert behind(lines) is None


def test_no_job_waits_for_an_end_in_another_lane():
    """
    Who is done first may be the other lane's, and then this one has no free slot.
    """
    lines = Lines()
    joined(lines, "a", "b")
    joined(lines, "x", lane=OTHER)

    assert ["a", "x"] == turns(lines)
    assert behind(lines) is None

    joined(lines, "y", lane=OTHER, width=2)

    assert "y" == behind(lines)


def test_behind_a_slot_too_many_or_a_claim_in_vain_nobody_waits():
    """
    The lane was made narrower, or others hold its slots: an end of ours frees none.
    """
    lines = Lines()
    joined(lines, "a", "b", "c", "d", width=2)
    turns(lines)
    lines.refresh([queue("c", "d", width=1, running=2)], handed={"a", "b"})

    assert behind(lines) is None

    lines.refresh([queue("c", "d", width=2, running=2)], handed={"a", "b"})
    lines.close(MINE)

    assert behind(lines) is None
