"""Waits for the end of a job."""

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from fastapi.concurrency import run_in_threadpool

from mien.api.leaving import Leaving
from mien.jobs.accounts import User
from mien.jobs.model import Job
from mien.jobs.read import ReadJob
from mien.jobs.wait import Wait


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Waits for the end of a job, but not for ever."""

    wait: Wait
    read_job: ReadJob
    leaving: Leaving
    wait_s: float

    async def __call__(
        self, user: User, job: Job, end: Future[Job], *, wait_s: float | None = None
    ) -> Job:
        """The job at its end; as it stands when the time is over or the process leaves.

        Args:
            wait_s: the time; None takes the service's.
        """
        patience = self.wait_s if wait_s is None else wait_s
        ended = asyncio.wrap_future(end)
        leaves = asyncio.ensure_future(self.leaving.over())
        either: set[asyncio.Future[Any]] = {ended, leaves}
        try:
            await asyncio.wait(either, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                return ended.result()
        finally:
            leaves.cancel()
            ended.cancel()
        return await run_in_threadpool(self.read_job, user, job.id)
