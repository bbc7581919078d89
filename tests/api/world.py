"""The API over stores in memory: no worker, no disk; tests decide how jobs end."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import httpx
import numpy as np
from fastapi import FastAPI
from PIL import Image

from api.caller import Caller
from mien.api.app import create_app
from mien.api.leaving import Leaving
from mien.bootstrap.room import Health
from mien.bootstrap.service import Service
from mien.contract import Operation
from mien.jobs.access import DEFAULT_USER, Authenticate, PickChannel, Tokens, digest_of
from mien.jobs.accounts import Channel
from mien.jobs.admission import Accepted
from mien.jobs.burial import Bury
from mien.jobs.cancel import Cancel
from mien.jobs.configure import Configure
from mien.jobs.ids import Snowflakes
from mien.jobs.model import Attachment, Ending, Lease, Progress, Status
from mien.jobs.ports import Renewal
from mien.jobs.profile import Profile
from mien.jobs.read import OpenAttachment, ReadJob
from mien.jobs.repeat import Repeat
from mien.jobs.submit import Submit
from mien.jobs.tidy import Tidy
from mien.jobs.wait import Wait, Waiters
from mien.net.webhooks import new_secret
from mien.settings import Settings
from mien.storage.seal import Seal, key_of
from mien.testing import (
    MemoryBlobs,
    MemoryDeliveries,
    MemoryDirectory,
    MemoryIdentities,
    MemoryJobs,
)

#: Parts of a form by name, as httpx takes them.
Fields = dict[str, Any]

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
SECRET = bytes(range(32))


def png() -> bytes:
    """A grey picture; nobody looks for faces here."""
    buffer = io.BytesIO()
    Image.fromarray(np.full((8, 8, 3), 128, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


RESULT = png()


@dataclass(kw_only=True)
class World:
    """Stores, the app over them, and a hand on how jobs go."""

    settings: Settings
    deliveries: MemoryDeliveries = field(default_factory=MemoryDeliveries)
    identities: MemoryIdentities = field(default_factory=MemoryIdentities)
    jobs: MemoryJobs = field(init=False)
    directory: MemoryDirectory = field(default_factory=MemoryDirectory)
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    waiters: Waiters = field(default_factory=Waiters)
    #: What happens to a job when it is announced.
    on_job: Callable[[str], object] = lambda _: None
    health: Health = field(
        default_factory=lambda: Health(
            ok=True, problem="", workers=2, workers_wanted=2, running=1, waiting=0
        )
    )
    announced: list[str] = field(default_factory=list)
    stops: int = 0
    leaving: Leaving = field(init=False)
    app: FastAPI = field(init=False)
    caller: Caller = field(init=False)
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.jobs = MemoryJobs(
            self.directory,
            deliveries=self.deliveries,
            identities=self.identities,
            rules=self.settings.lanes,
        )
        self.key = self.tokens.create("tests").key
        self.leaving = Leaving(self._stop)
        self.app = create_app(self.service, self.leaving)
        self.caller = Caller(self.app)

    @property
    def tokens(self) -> Tokens:
        """The operator's desk."""
        return Tokens(desk=self.directory, new_id=Snowflakes())

    @property
    def service(self) -> Service:
        """A service over the stores of this world."""
        read_job = ReadJob(store=self.jobs)
        pick_channel = PickChannel(directory=self.directory)
        submit = Submit(
            store=self.jobs,
            blobs=self.blobs,
            announce=self._announce,
            prices=self.settings.price_list,
            galleries=self.identities,
        )
        return Service(
            settings=self.settings,
            secret=SECRET,
            first_start=None,
            authenticate=Authenticate(directory=self.directory),
            accounts=Configure(book=self.directory, seals=Seal([key_of(SECRET)])),
            profile=Profile(book=self.directory),
            pick_channel=pick_channel,
            submit=submit,
            wait=Wait(store=self.jobs, waiters=self.waiters),
            read_job=read_job,
            cancel=Cancel(
                read_job=read_job,
                store=self.jobs,
                tidy=Tidy(store=self.jobs, blobs=self.blobs),
                announce=self.waiters.settle,
            ),
            repeat=Repeat(
                read_job=read_job, blobs=self.blobs, pick_channel=pick_channel, submit=submit
            ),
            open_attachment=OpenAttachment(store=self.jobs, blobs=self.blobs),
            list_jobs=self.jobs,
            deliveries=self.deliveries,
            identities=self.identities,
            bury=Bury(store=self.identities, blobs=self.blobs),
            new_secret=new_secret,
            health=lambda: self.health,
            start=lambda: None,
            stop=self._stop,
        )

    def _announce(self, accepted: Accepted) -> None:
        self.announced.append(accepted.job.id)
        self.on_job(accepted.job.id)

    def _stop(self) -> None:
        self.stops += 1

    @property
    def bearer(self) -> dict[str, str]:
        """The header with the token of the default user."""
        return {"Authorization": f"Bearer {self.key}"}

    def picsi(self, **request: Any) -> httpx.Response:
        """A picsi request with two pictures, unless ``request`` says otherwise."""
        files = {"source_image": png(), "target_image_gif_or_video": png()}
        sent = {"files": files, "headers": self.bearer} | request
        return self.caller.post("/v1/faceswap/picsi", **sent)

    def call(
        self,
        operation: Operation,
        headers: Mapping[str, str] = NO_HEADERS,
        /,
        *,
        files: Fields | None = None,
        **texts: str,
    ) -> httpx.Response:
        """A call of ``operation`` with a form that holds what it needs, unless told otherwise.

        Args:
            files: parts instead of the operation's pictures, as httpx takes them.
            headers: beside the token.
            texts: texts beside those that are required; an empty one takes it away.
        """
        form = {name: png() for name in operation.file_names} if files is None else files
        needed = {text.name: text.example for text in operation.texts if text.required}
        parts = {name: (None, text) for name, text in (needed | texts).items() if text}
        sent = {**form, **parts} or {"": (None, "x")}  # a form with nothing in it is none
        return self.caller.request(
            operation.method, operation.path, files=sent, headers={**self.bearer, **headers}
        )

    def get(self, path: str, **request: Any) -> httpx.Response:
        """A GET with the token."""
        return self.caller.get(path, headers=self.bearer, **request)

    def submitted(self, **texts: str) -> str:
        """A picsi job, accepted; its id."""
        answer = self.picsi(data=texts)
        assert answer.status_code == 200
        return str(answer.json()["jobid"])

    @property
    def channels(self) -> list[Channel]:
        """Those of the default user, oldest first."""
        found = self.directory.find_token(digest_of(self.key))
        assert found is not None
        return self.directory.channels(found[1].id)

    @property
    def stranger(self) -> dict[str, str]:
        """The header with a token of another user."""
        return self._bearer(user="stranger")

    @property
    def another_token(self) -> dict[str, str]:
        """The header with another token of the default user."""
        return self._bearer(user=DEFAULT_USER)

    def _bearer(self, user: str) -> dict[str, str]:
        key = self.tokens.create(f"token {len(self.tokens.list())}", user=user).key
        return {"Authorization": f"Bearer {key}"}

    def report(self, job_id: str, stage: str, fraction: float) -> None:
        """A worker takes the job and says how far it is."""
        now = datetime.now(UTC)
        until = now + timedelta(minutes=1)
        news = Progress(stage=stage, fraction=fraction)
        fence = self.begin(job_id)
        assert self.jobs.renew(job_id, fence, until=until, now=now, news=news) is Renewal.HELD

    def begin(self, job_id: str) -> int:
        """A worker takes the job; its fencing number."""
        lease = Lease(owner="test", until=datetime.now(UTC) + timedelta(minutes=1))
        job = self.jobs.claim(job_id, lease, now=datetime.now(UTC))
        assert job is not None
        return job.fence

    def end(self, job_id: str, status: Status = Status.COMPLETED, **ending: Any) -> None:
        """A worker takes the job and ends it."""
        fence = self.begin(job_id)
        end = Ending(
            status=status,
            timestamp=datetime(2023, 9, 9, 2, 4, 51, 926000, tzinfo=UTC),
            message_id="1150077131873505281",
            **ending,
        )
        results = [self.attachment(job_id)] if status is Status.COMPLETED else []
        self.jobs.finish(job_id, fence, end, results)
        done = self.jobs.find(job_id)
        assert done is not None
        self.waiters.settle(done)

    def attachment(self, job_id: str) -> Attachment:
        """A result of the job, with its file."""
        key = f"results/{job_id}/1.png"
        self.blobs.put(key, RESULT)
        return Attachment(
            id="1150077131873505280",
            key=key,
            filename=f"{job_id}.png",
            media_type="image/png",
            size=len(RESULT),
            width=8,
            height=8,
        )

    def suspend(self) -> None:
        """End the subscription of the default user."""
        self.change_user(suspended=True)

    def subscribe(self, url: str) -> None:
        """Make ``url`` the default user's replyUrl."""
        self.change_user(reply_url=url)

    def change_user(self, **changed: Any) -> None:
        """Change the default user."""
        found = self.directory.find_token(digest_of(self.key))
        assert found is not None
        self.directory.replace_user(replace(found[1], **changed))
