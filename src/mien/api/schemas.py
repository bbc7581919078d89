"""How the service itself looks on the wire; jobs are in `mien.jobs.wire`."""

from typing import NotRequired

from typing_extensions import TypedDict


class WorkersWire(TypedDict):
    """Worker processes: alive now, and as many as there should be."""

    alive: int
    wanted: int


class HealthWire(TypedDict):
    """How the service is: "ok" or "failing", its workers, and the jobs in hand."""

    status: str
    version: str
    workers: WorkersWire
    running: int
    waiting: int
    error: NotRequired[str]
    code: int
