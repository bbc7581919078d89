"""What a lane takes, and which lane a job goes to: tables."""

from dataclasses import replace

import pytest

from jobs.making import CHANNEL, NOW, OTHER_CHANNEL, USER, a_job, admission
from mien.errors import BadRequest, Busy
from mien.jobs.admission import Admission, LaneState
from mien.jobs.lanes import LaneRules, free_slot

RULES = LaneRules(depth=10, engine_width=2)


def states(*unfinished):
    """Two channels with that many unfinished jobs."""
    channels = (CHANNEL, OTHER_CHANNEL)
    return [
        LaneState(channel=channel, unfinished=number)
        for channel, number in zip(channels, unfinished, strict=False)
    ]


@pytest.mark.parametrize(
    ("taken", "width", "slot"),
    [
        ([], 1, 0),
        ([0], 1, None),
        ([0], 2, 1),
        ([1], 2, 0),
        ([0, 1], 2, None),
        ([3], 2, 0),
        ([2, 3], 2, None),  # made narrower while two ran
        ([1], 1, None),
    ],
)
def test_the_lowest_free_slot_is_taken_while_there_is_room(taken, width, slot):
    """
    As many as the lane is wide, and no more after it was made narrower.
    """
    assert slot == free_slot(taken, width)


@pytest.mark.parametrize(
    ("provider", "own", "width"),
    [("engine", None, 2), ("engine", 5, 5), ("useapi", None, 1), ("useapi", 3, 3)],
)
def test_the_width_is_the_channels_or_its_providers(provider, own, width):
    """
    Our engine runs as many as there are workers, an upstream one at a time.
    """
    assert width == RULES.width_of(replace(CHANNEL, provider=provider, width=own))


@pytest.mark.parametrize("numbers", [{"depth": 0}, {"engine_width": 0}])
def test_a_lane_takes_at_least_one(numbers):
    """
    A lane of no length would refuse everything.
    """
    with pytest.raises(ValueError, match="at least"):
        LaneRules(**numbers)


def test_a_channel_is_one_wide_at_least():
    """
    A job in a channel of no width would wait for ever.
    """
    with pytest.raises(ValueError, match="1 wide at least"):
        replace(CHANNEL, width=0)


@pytest.mark.parametrize(
    ("order", "unfinished", "chosen"),
    [
        ((CHANNEL, OTHER_CHANNEL), (0, 0), CHANNEL),
        ((OTHER_CHANNEL, CHANNEL), (0, 0), OTHER_CHANNEL),
        ((CHANNEL, OTHER_CHANNEL), (1, 0), OTHER_CHANNEL),
        ((CHANNEL, OTHER_CHANNEL), (12, 11), OTHER_CHANNEL),
        ((OTHER_CHANNEL, CHANNEL), (11, 12), CHANNEL),
    ],
)
def test_a_job_goes_to_the_least_busy_lane_that_has_room(order, unfinished, chosen):
    """
    Of equally busy ones to the first; chance has put them in order.
    """
    accepted = admission(a_job(), *order).settle(states(*unfinished), RULES)

    assert chosen.id == accepted.job.channel == accepted.lane.channel


def test_busy_is_what_there_is_for_each_place():
    """
    Three jobs in a lane of four are less than two in a lane of one.
    """
    wide, narrow = replace(CHANNEL, width=4), replace(OTHER_CHANNEL, width=1)
    found = [LaneState(channel=wide, unfinished=3), LaneState(channel=narrow, unfinished=2)]

    assert wide.id == admission(a_job(), narrow, wide).settle(found, RULES).job.channel


def test_the_lane_puts_its_names_into_the_job():
    """
    Server, masked secret and provider are those of the channel that takes it; the rest stays.
    """
    elsewhere = replace(OTHER_CHANNEL, server="9", discord="abc…secured…xyz", provider="useapi")
    job = a_job(reply_ref="r")
    accepted = admission(job, elsewhere).settle([LaneState(channel=elsewhere, unfinished=0)], RULES)

    assert (
        replace(
            job,
            channel=elsewhere.id,
            server="9",
            discord="abc…secured…xyz",
            provider="useapi",
        )
        == accepted.job
    )
    assert 1 == accepted.width


def test_full_lanes_refuse_in_the_contracts_words():
    """
    Depth and width together are full everywhere.
    """
    with pytest.raises(Busy, match="Unable to lock Discord after 10 attempts") as busy:
        admission(a_job(), CHANNEL, OTHER_CHANNEL).settle(states(12, 12), RULES)

    assert 10 <= busy.value.retry_after_s <= 30


def test_a_channel_that_was_deleted_meanwhile_is_unknown():
    """
    The contract's sentence names it.
    """
    with pytest.raises(BadRequest, match="Configuration not found for channel 2001, to create"):
        admission(a_job()).settle([], RULES)


def test_a_job_needs_a_channel():
    """
    An admission to nowhere is a mistake.
    """
    with pytest.raises(ValueError, match="needs a channel"):
        Admission(job=a_job(), channels=())


def test_two_users_lanes_have_two_names():
    """
    Although their channels have the same id.
    """
    mine = admission(a_job()).settle(states(0), RULES)
    hers = replace(mine, job=replace(mine.job, user_id="1002"))

    assert USER.id == mine.lane.user_id
    assert mine.lane != hers.lane
    assert NOW == mine.job.created
