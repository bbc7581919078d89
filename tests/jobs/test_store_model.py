"""The SQL store does what the fake does, whatever is asked in whatever order."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete

from jobs.conftest import add_channel, enrol
from jobs.making import (
    CHANNEL,
    NOW,
    OTHER_CHANNEL,
    USER,
    a_job,
    admission,
    an_attachment,
    an_ending,
    memory_jobs,
)
from mien.errors import Busy, LeaseLost
from mien.jobs.lanes import LaneRules
from mien.jobs.model import FINAL, Lease, Progress, Status
from mien.storage.directory import SqlDirectory
from mien.storage.jobs import SqlJobs
from mien.storage.tables import metadata

#: A few, so that rules meet at the same job.
JOBS = [a_job(id=str(n) * 32, channel=f"200{n % 2 + 1}") for n in range(5)]
#: So that lanes are full now and then.
NARROW = LaneRules(depth=1, engine_width=1)
ids = st.sampled_from([job.id for job in JOBS])
fences = st.integers(0, 3)
progresses = st.builds(Progress, stage=st.sampled_from("xy"), fraction=st.sampled_from([0, 0.5, 1]))
moments = st.integers(0, 20).map(lambda s: NOW + timedelta(seconds=s))


class Stores(RuleBasedStateMachine):
    """Both stores get every call; their answers and states are compared."""

    def __init__(self, database):
        super().__init__()
        with database.writing() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
        enrol(SqlDirectory(database), USER, CHANNEL)
        add_channel(database, OTHER_CHANNEL)
        self.sql, self.fake = SqlJobs(database, NARROW), memory_jobs(rules=NARROW)
        self.accepted = set()

    def both(self, call):
        """What both stores answer to ``call``; the same."""
        answers = [answer(call, store) for store in (self.sql, self.fake)]
        assert answers[0] == answers[1]
        return answers[0]

    @rule(job=st.sampled_from(JOBS), both=st.booleans())
    def accept(self, job, both):
        channels = [CHANNEL, OTHER_CHANNEL] if both else []
        if job.id in self.accepted:
            return
        if not isinstance(self.both(lambda s: s.accept(admission(job, *channels))), str):
            self.accepted.add(job.id)

    @rule(job=ids, owner=st.sampled_from("ab"), until=moments, now=moments)
    def claim(self, job, owner, until, now):
        self.both(lambda s: s.claim(job, Lease(owner=owner, until=until), now=now))

    @rule(job=ids, fence=fences, until=moments, now=moments, news=st.none() | progresses)
    def renew(self, job, fence, until, now, news):
        self.both(lambda s: s.renew(job, fence, until=until, now=now, news=news))

    @rule(job=ids)
    def cancel(self, job):
        ending = an_ending(Status.CANCELLED)
        self.both(lambda s: s.cancel(job, ending))

    @rule(job=ids, fence=fences)
    def release(self, job, fence):
        self.both(lambda s: s.release(job, fence))

    @rule(job=ids, fence=fences, status=st.sampled_from(sorted(FINAL)), results=st.integers(0, 2))
    def finish(self, job, fence, status, results):
        ending = an_ending(status, report={"a": [1]})
        attachments = [an_attachment() for _ in range(results)]
        self.both(lambda s: s.finish(job, fence, ending, attachments))

    @rule(job=ids, fence=fences, now=moments, spent=st.booleans())
    def hand_back(self, job, fence, now, spent):
        self.both(lambda s: s.hand_back(job, fence, now=now, spent=spent))

    @invariant()
    def same_state(self):
        for job in JOBS:
            self.both(lambda s, job=job: s.find(job.id))
        self.both(lambda s: sorted(s.queues(limit=2), key=lambda queue: queue.lane.channel))
        leased = self.both(lambda s: sorted(s.leased(), key=lambda job: job.id))
        assert len(leased) <= NARROW.engine_width * 2
        self.both(lambda s: s.unfinished([job.id for job in JOBS]))
        self.both(lambda s: s.unfinished_of(USER.id))


def answer(call, store):
    """What ``store`` answers; a refusal is an answer."""
    try:
        return call(store)
    except (Busy, LeaseLost) as refused:
        return str(refused)


def test_the_sql_store_answers_as_the_fake_does(database):
    """
    Twenty random lives of three jobs, call by call.
    """

    class OnThis(Stores):
        def __init__(self):
            super().__init__(database)

    lives = settings(max_examples=20, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(OnThis, settings=lives)
