"""A provider that is no engine of ours: it says what only an upstream can say."""

from dataclasses import dataclass
from typing import Final, NoReturn

from mien.bootstrap.worker import build_run_job
from mien.errors import RateLimited
from mien.jobs.run import Work
from mien.jobs.words import DISCORD_BUSY
from mien.runners.process import Run
from mien.settings import Settings
from mien.testing.commands import TINY

#: The provider's name, for channels.
UPSTREAM: Final = "upstream"
#: What Discord says.
ANSWER: Final = '{"global":true,"message":"You are being rate limited.","retry_after":10}'


def rate_limited(work: Work) -> NoReturn:
    """Do what an upstream does whose Discord is asked too often.

    Raises:
        RateLimited: always.
    """
    del work
    raise RateLimited(DISCORD_BUSY, answer=ANSWER)


@dataclass(frozen=True, kw_only=True)
class UpstreamFactory:
    """Builds workers that know the tiny commands, and a provider that is asked too often."""

    settings: Settings

    @property
    def preload(self) -> tuple[str, ...]:
        return (__name__,)

    def __call__(self) -> Run:
        return build_run_job(self.settings, TINY, {UPSTREAM: rate_limited})
