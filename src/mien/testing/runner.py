"""A runner that a test moves by hand."""

from dataclasses import dataclass, field
from queue import SimpleQueue

from mien.jobs.ports import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A job that was handed out; call ``done`` as its worker would have ended."""

    job_id: str
    ticket: str
    done: Done


@dataclass(kw_only=True)
class HandRunner:
    """`mien.jobs.ports.Runner`: runs nothing, and shows what it was asked to run."""

    capacity: int = 1
    ahead: int = 0
    #: In the order of hand-out.
    handed: SimpleQueue[Handed] = field(default_factory=SimpleQueue)
    #: Tickets whose worker is to be killed, in the order of asking.
    killed: SimpleQueue[str] = field(default_factory=SimpleQueue)
    #: How often it was asked to let no worker begin what waits.
    recalls: int = 0

    def run(self, job_id: str, ticket: str, done: Done) -> None:
        self.handed.put(Handed(job_id=job_id, ticket=ticket, done=done))

    def kill(self, ticket: str) -> None:
        self.killed.put(ticket)

    def recall(self) -> None:
        self.recalls += 1
