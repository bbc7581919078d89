"""The client: a method for every operation."""

from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self, cast
from urllib.parse import quote

from typing_extensions import TypedDict, Unpack

from mien.client.calls import Calls
from mien.contract import (
    CHANGEBG,
    DELALL,
    DELID,
    HEADSHOT,
    INSWAPPER,
    LISTID,
    PICSI,
    REPLY_REF,
    REPLY_URL,
    SAVEID,
    SETID,
    SWAP,
    SWAPID,
    Operation,
)
from mien.contract.answers import (
    AccountWire,
    DeliveryWire,
    FacesWire,
    Identities,
    Me,
    OneIdentity,
    ProfileWire,
    Scenes,
)
from mien.contract.own import FACES, IDENTITY
from mien.errors import BadRequest, RemoteError, Unreachable
from mien.jobs.wire import JobWire, OwnJobWire

#: Longer than the service lets a blocking call wait (`MIEN_WAIT_S`, 60 by default).
TIMEOUT_S: Final = 120.0
#: Where accounts are, and what users set for themselves.
ACCOUNT: Final = "/v1/faceswap/account"
PROFILE: Final = "/v2/account"
#: What the wire calls the arguments that all commands take.
WIRE: Final = {"reply_url": REPLY_URL.name, "reply_ref": REPLY_REF.name}
#: Seconds that an answer may be later than its caller wanted to wait.
SPARE_S: Final = 30.0
#: Statuses of a job that has not ended.
UNFINISHED: Final = frozenset({"created", "started", "progress"})


class Common(TypedDict, total=False):
    """What every command takes."""

    #: Which of your channels takes the job.
    channel: str | None
    #: Where the job is posted when it has ended.
    reply_url: str | None
    #: Your own reference, kept with the job.
    reply_ref: str | None
    #: Names the request: sent again within a day it is the same job.
    idempotency_key: str | None
    #: Seconds to wait for the end of the job; None leaves that to the service.
    wait_s: int | None
    #: Seconds after which the job is cancelled if it has not ended.
    cancel_after_s: float | None


class Client:
    """Calls one service with one token; a context manager. Not to be shared by threads.

    Every call raises `RemoteError` when the service refuses it, with the service's sentence, and
    `Unreachable` when it does not answer.
    """

    def __init__(self, url: str, token: str, *, timeout_s: float = TIMEOUT_S) -> None:
        """Nothing is called yet.

        Args:
            url: the service, e.g. "http://127.0.0.1:8000".
            token: from `mien tokens create`.
            timeout_s: seconds of silence after which a call is given up.
        """
        self._timeout_s = timeout_s
        self._calls = Calls(url, token, timeout_s=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._calls.close()

    def picsi(
        self,
        source: bytes,
        target: bytes,
        *,
        options: str | None = None,
        **common: Unpack[Common],
    ) -> JobWire:
        """Put the face of ``source`` on the faces of ``target``; both are files of pictures.

        Returns:
            The job: ended, or ``started`` when the service did not wait for its end; so do all
            commands.
        """
        return self._command(PICSI, [source, target], options=options, **common)

    def headshot(
        self, prompt: str, *, options: str | None = None, **common: Unpack[Common]
    ) -> JobWire:
        """Make portraits of a saved identity: its name, a comma, what they show."""
        return self._command(HEADSHOT, prompt=prompt, options=options, **common)

    def changebg(
        self,
        photo: bytes,
        description: str,
        *,
        options: str | None = None,
        **common: Unpack[Common],
    ) -> JobWire:
        """Put what ``description`` says behind the person of ``photo``."""
        texts = {"a_background_photo_of": description, "options": options}
        return self._command(CHANGEBG, [photo], **texts, **common)

    def saveid(self, name: str, *photos: bytes, **common: Unpack[Common]) -> JobWire:
        """Save the person of one photo or more under ``name``; it is the default from then on."""
        operation = SAVEID if len(photos) == 1 else IDENTITY
        return self._command(operation, photos, idname=name, **common)

    def setid(self, people: str, **common: Unpack[Common]) -> JobWire:
        """Choose whom commands mean that name nobody: ``anna``, ``anna+bob``, ``anna,_``."""
        return self._command(SETID, idname=people, **common)

    def swapid(self, people: str, target: bytes, **common: Unpack[Common]) -> JobWire:
        """Put saved people on the faces of ``target``."""
        return self._command(SWAPID, [target], idname=people, **common)

    def listid(self, **common: Unpack[Common]) -> JobWire:
        """Tell what is saved, in words; `identities` tells it to programs."""
        return self._command(LISTID, **common)

    def delid(self, name: str, **common: Unpack[Common]) -> JobWire:
        """Delete an identity."""
        return self._command(DELID, idname=name, **common)

    def delall(self, **common: Unpack[Common]) -> JobWire:
        """Delete all identities."""
        return self._command(DELALL, **common)

    def inswapper(self, message_id: str, **common: Unpack[Common]) -> JobWire:
        """Put the default identity on the picture of the job with that ``messageId``."""
        return self._command(INSWAPPER, targetMessageId=message_id, **common)

    def swap(
        self,
        photo: bytes,
        target: bytes,
        *,
        name: str | None = None,
        people: str | None = None,
        **common: Unpack[Common],
    ) -> JobWire:
        """Save the person of ``photo`` as ``name``, and put ``people``, or that one, on ``target``."""
        texts = {"saveid_idname": name, "swapid_idname": people}
        return self._command(SWAP, [photo, target], **texts, **common)

    def faces(self, photo: bytes) -> FacesWire:
        """The faces of a picture from left to right, and how good a source each is."""
        return cast(
            FacesWire, self._calls.json("POST", FACES.path, files=_parts(FACES, [photo], {}))
        )

    def identities(self) -> Identities:
        """Your saved identities, the default, and its options."""
        return cast(Identities, self._calls.json("GET", IDENTITY.path))

    def identity(self, name: str) -> OneIdentity:
        """One of them."""
        return cast(OneIdentity, self._calls.json("GET", _of(name)))

    def rename(self, name: str, to: str) -> OneIdentity:
        """Give an identity another name, at once."""
        return cast(OneIdentity, self._calls.json("PATCH", _of(name), json={"name": to}))

    def forget(self, name: str) -> None:
        """Delete the identity, at once."""
        self._calls.json("DELETE", _of(name))

    def job(self, job_id: str) -> JobWire:
        """The job as it stands."""
        return self._job("GET", "/v1/faceswap/jobs/", params={"jobid": job_id})

    def unfinished(self) -> list[str]:
        """Ids of your jobs that wait or run, oldest first."""
        return cast(list[str], self._calls.json("GET", "/v1/faceswap/jobs"))

    def cancel(self, job_id: str) -> JobWire:
        """End the job; it is cancelled, or as it had ended before."""
        return self._job("DELETE", f"/v1/mien/jobs/{job_id}")

    def repeat(self, job_id: str) -> JobWire:
        """Submit the job again; the new job."""
        return self._job("POST", f"/v1/mien/jobs/{job_id}/repeat")

    def progress(self, job_id: str) -> Iterator[OwnJobWire]:
        """The job whenever its status or its ``progress`` changes; the last one has ended."""
        for job in self._calls.events(f"/v1/mien/jobs/{job_id}/events"):
            yield cast(OwnJobWire, job)

    def wait(self, job: JobWire) -> JobWire:
        """The job at its end; returns at once when it has ended.

        Raises:
            Unreachable: the service stopped before the end.
        """
        if job["status"] not in UNFINISHED:
            return job
        for seen in self.progress(job["jobid"]):
            if seen["status"] not in UNFINISHED:
                return seen
        raise Unreachable(f"The service stopped before the job {job['jobid']} had ended.")

    def result(self, job: JobWire) -> bytes:
        """The file of the job's first result, once it has ended.

        Raises:
            RemoteError: it ended without one; the sentence is the job's.
        """
        return next(self.results(job))

    def results(self, job: JobWire) -> Iterator[bytes]:
        """The files of all results, in the order of the job's ``attachments``, once it has ended.

        Raises:
            RemoteError: it ended without one; the sentence is the job's.
        """
        ended = self.wait(job)
        if not ended.get("attachments"):
            sentence = ended.get("error", f"The job ended as {ended['status']}.")
            raise RemoteError(sentence, status=ended["code"])
        for attachment in ended["attachments"]:
            yield self._calls.download(attachment["url"])

    def jobs(self, **filters: str) -> Iterator[JobWire]:
        """Your jobs, newest first; by ``status``, ``verb``, ``channel`` or ``since``."""
        yield from self._calls.pages("/v1/mien/jobs", "jobs", filters)

    def deliveries(self, **filters: str) -> Iterator[DeliveryWire]:
        """Your callbacks, newest first; by ``state``."""
        yield from self._calls.pages("/v1/mien/deliveries", "deliveries", filters)

    def redeliver(self, job_id: str) -> None:
        """Send the ended callback of a job again."""
        self._calls.json("POST", f"/v1/mien/deliveries/{job_id}")

    def scenes(self) -> Scenes:
        """What prompts of portraits can name, and what it looks like."""
        return cast(Scenes, self._calls.json("GET", "/v1/mien/scenes"))

    def me(self) -> Me:
        """Your user and its limits; ``webhookSecret`` is what `received` wants."""
        return cast(Me, self._calls.json("GET", "/v1/mien/me"))

    def accounts(self) -> dict[str, AccountWire]:
        """Your configured channels, by their id."""
        return cast(dict[str, AccountWire], self._calls.json("GET", ACCOUNT))

    def account(self, channel: str) -> AccountWire:
        """One of them."""
        return cast(AccountWire, self._calls.json("GET", f"{ACCOUNT}/{_digits(channel)}"))

    def configure(self, channel: str, *, server: str, discord: str) -> None:
        """Make the channel, or change it; ``discord`` is its secret."""
        body = {"channel": channel, "server": server, "discord": discord}
        self._calls.send("POST", f"{ACCOUNT}/{_digits(channel)}", json=body)

    def remove(self, channel: str) -> None:
        """Forget the channel and its secret."""
        self._calls.send("DELETE", f"{ACCOUNT}/{_digits(channel)}")

    def profile(self) -> ProfileWire:
        """Your name, the default of ``reply_url``, and the end of your subscription."""
        return cast(ProfileWire, self._calls.json("GET", PROFILE))

    def change_profile(
        self, *, name: str | None = None, reply_url: str | None = None
    ) -> ProfileWire:
        """Change what is given; an empty text takes a value away."""
        given = {"name": name, "replyUrl": reply_url}
        body = {key: text for key, text in given.items() if text is not None}
        return cast(ProfileWire, self._calls.json("POST", PROFILE, json=body))

    def _command(
        self,
        operation: Operation,
        files: Sequence[bytes] = (),
        *,
        idempotency_key: str | None = None,
        wait_s: int | None = None,
        cancel_after_s: float | None = None,
        **texts: str | None,
    ) -> JobWire:
        """Submit a command.

        Args:
            files: in the order of its fields; where one field takes several, those of that field.
        """
        wishes = {
            "Idempotency-Key": idempotency_key,
            "Prefer": None if wait_s is None else f"wait={wait_s}",
            "Cancel-After": None if cancel_after_s is None else f"{cancel_after_s:.3f}",
        }
        headers = {name: wish for name, wish in wishes.items() if wish is not None}
        timeout_s = max(self._timeout_s, (wait_s or 0) + SPARE_S)
        sent = {WIRE.get(name, name): text for name, text in texts.items() if text}
        parts = _parts(operation, files, sent)
        return self._job(
            operation.method, operation.path, files=parts, headers=headers, timeout=timeout_s
        )

    def _job(self, method: str, path: str, **request: Any) -> JobWire:
        return cast(JobWire, self._calls.json(method, path, **request))


Part = tuple[str, tuple[str | None, bytes | str]]


def _parts(
    operation: Operation, files: Sequence[bytes], texts: Mapping[str, str]
) -> list[Part] | None:
    """A form with ``files`` and ``texts``; None for one without any field."""
    names = [name for file in operation.files for name in [file.name] * file.most]
    pictures: list[Part] = [(name, (name, data)) for name, data in zip(names, files, strict=False)]
    words: list[Part] = [(name, (None, text)) for name, text in texts.items()]
    return [*pictures, *words] or None


def _digits(channel: str) -> str:
    """``channel``, fit for an address.

    Raises:
        BadRequest: it is no channel's id.
    """
    if not (channel.isascii() and channel.isdigit()):
        raise BadRequest("The id of a channel is a number.", field="channel")
    return channel


def _of(name: str) -> str:
    """Where an identity is; a name that could be no identity's is no part of an address.

    Raises:
        BadRequest: it is none.
    """
    if not name.isalnum():
        raise BadRequest("Identities have names of letters and digits.", field="name")
    return f"{IDENTITY.path}/{quote(name, safe='')}"
