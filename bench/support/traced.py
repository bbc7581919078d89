"""`mien serve` with a clock at every hop, to see where the time of a request goes.

    python -m support.traced STAMPS

Nothing of the product is changed: its objects are built as they always are, and the collaborators
that each of them is given are wrapped. A stamp is a line ``name seconds`` of the file STAMPS, on the
clock that all processes of the machine share.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mien.api import server
from mien.api.app import create_app
from mien.bootstrap.service import Service, build_service
from mien.jobs.model import Job
from mien.jobs.run import RunJob
from mien.logs import set_up_logging
from mien.runners.process import Run
from mien.settings import Settings
from mien.worker.factory import WorkerFactory

#: What a server says when it answers.
READY = "mien is ready at {}"

Stamp = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Stamps:
    """Writes stamps; picklable, so that workers write into the same file."""

    path: Path

    def opened(self) -> Stamp:
        """What writes a stamp of this process."""
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return lambda name: void(os.write(handle, f"{name} {time.monotonic():.6f}\n".encode()))


def void(_: object) -> None:
    """Forget a result."""


class After:  # no subclass of what it wraps: it stands in the place of any of them
    """An object whose methods leave a stamp when they have returned."""

    def __init__(self, inner: Any, stamp: Stamp, **names: str) -> None:
        self._inner, self._stamp, self._names = inner, stamp, names

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if name not in self._names:
            return method

        def stamped(*args: Any, **kwargs: Any) -> Any:
            result = method(*args, **kwargs)
            self._stamp(self._names[name])
            return result

        return stamped

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__getattr__("__call__")(*args, **kwargs)


@dataclass(frozen=True, kw_only=True)
class TracedFactory:
    """Builds workers that leave stamps."""

    settings: Settings
    stamps: Stamps

    @property
    def preload(self) -> Sequence[str]:
        return WorkerFactory(settings=self.settings).preload

    def __call__(self) -> Run:
        run: Any = WorkerFactory(settings=self.settings)()
        return traced_run(run, self.stamps.opened())


def traced_run(run: RunJob, stamp: Stamp) -> Run:
    """``run`` with a stamp after each of its parts."""
    traced = replace(
        run,
        store=After(run.store, stamp, claim="job claimed", finish="job ended"),
        blobs=After(run.blobs, stamp, get="uploads read", put="result written"),
        commands={
            verb: After(command, stamp, __call__="work done")
            for verb, command in run.commands.items()
        },
        tidy=After(run.tidy, stamp, __call__="uploads removed"),
    )

    def stamped(job_id: str, ticket: str) -> Job | None:
        stamp("job handed to a worker")
        return traced(job_id, ticket)

    return stamped


def main(arguments: Sequence[str]) -> None:
    """Serve until SIGTERM."""
    settings = Settings.load()
    stamps = Stamps(path=Path(arguments[0]))
    stamp = stamps.opened()
    set_up_logging(settings.log_level)
    with server.listen(settings.host, 0) as listener:
        factory = TracedFactory(settings=settings, stamps=stamps)
        service = build_service(settings, factory, url=server.url_of(listener))
        # Where the app is served, so that requests have their stamps too.
        make_app: Any = create_app
        vars(server)["create_app"] = lambda *parts: stamped_app(make_app(*parts), stamp)
        ready = READY.format(server.url_of(listener))
        server.run(traced_service(service, stamp), listener, ready=lambda: print(ready, flush=True))


def traced_service(service: Service, stamp: Stamp) -> Service:
    """``service`` with a stamp after each part of taking a job in."""
    submit = service.submit
    wrapped: dict[str, Any] = {
        "authenticate": After(service.authenticate, stamp, caller="caller known"),
        "pick_channel": After(service.pick_channel, stamp, __call__="form read"),
        "submit": replace(
            submit,
            store=After(submit.store, stamp, accept="job accepted"),
            blobs=After(submit.blobs, stamp, put="uploads written"),
        ),
    }
    return replace(service, **wrapped)


def stamped_app(app: Any, stamp: Stamp) -> Any:
    """An ASGI app that leaves a stamp when a request has come and when its answer goes."""

    async def stamped(scope: Any, receive: Any, send: Any) -> None:
        async def answer(message: Any) -> None:
            if message["type"] == "http.response.start":
                stamp("answer made")
            await send(message)

        if scope["type"] == "http":
            stamp("request seen")
        await app(scope, receive, answer)

    return stamped


if __name__ == "__main__":
    main(sys.argv[1:])
