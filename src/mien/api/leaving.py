"""The process was told to stop: its jobs come to an end, and so does every wait for them."""

import asyncio
from collections.abc import Callable


class Leaving:
    """Stops the service once, in a thread, and knows when that is over.

    Callers that wait for a job are answered with its end when it is reached in time, and with
    ``started`` when the job was handed back for the next start.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin to stop the service; later calls change nothing. Called in the event loop."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._leave())

    async def over(self) -> None:
        """Return when the service has stopped; never, while it stays."""
        await self._over.wait()

    async def _leave(self) -> None:
        try:
            await asyncio.to_thread(self._stop)
        finally:
            self._over.set()
