"""Decides what becomes of a job whose worker is gone. No clock, no store: a table."""

from dataclasses import dataclass

from mien.errors import JobError, TimedOut

LOST = "The worker that ran this job died; it was tried {attempts} times."


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """How often a job is begun before it is given up.

    Raises:
        ValueError: when it would never be begun.
    """

    max_attempts: int = 3

    def __post_init__(self) -> None:
        if self.max_attempts < 1:
            raise ValueError(f"max_attempts must be at least 1, got {self.max_attempts}")

    def verdict(self, error: JobError, attempts: int) -> str | None:
        """The sentence that a job fails with after ``error``; None to try again.

        Args:
            attempts: how many workers have begun the job, the lost one included.
        """
        if isinstance(error, TimedOut):
            # It would take as long the next time.
            return str(error)
        if attempts < self.max_attempts:
            return None
        return LOST.format(attempts=attempts)
