"""A client of the service, for Python programs.

with Client("http://127.0.0.1:8000", token) as client:
    job = client.picsi(Path("me.jpg").read_bytes(), Path("portrait.jpg").read_bytes())
    Path("result.jpg").write_bytes(client.result(job))
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self, cast
from urllib.parse import quote

import httpx
from typing_extensions import TypedDict, Unpack

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
from mien.contract.answers import DeliveryWire, FacesWire, Identities, Me, OneIdentity
from mien.contract.own import FACES, IDENTITY
from mien.errors import BadRequest, RemoteError, Unreachable
from mien.jobs.wire import JobWire, OwnJobWire
from mien.net.webhooks import verify

#: Longer than the service lets a blocking call wait (`MIEN_WAIT_S`, 60 by default).
TIMEOUT_S: Final = 120.0
#: What the wire calls the arguments that all commands take.
WIRE: Final = {"reply_url": REPLY_URL.name, "reply_ref": REPLY_REF.name}
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
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=timeout_s
        )

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
        self._http.close()

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
        return cast(FacesWire, self._json("POST", FACES.path, files=_parts(FACES, [photo], {})))

    def identities(self) -> Identities:
        """Your saved identities, the default, and its options."""
        return cast(Identities, self._json("GET", IDENTITY.path))

    def identity(self, name: str) -> OneIdentity:
        """One of them."""
        return cast(OneIdentity, self._json("GET", _of(name)))

    def rename(self, name: str, to: str) -> OneIdentity:
        """Give an identity another name, at once."""
        return cast(OneIdentity, self._json("PATCH", _of(name), json={"name": to}))

    def forget(self, name: str) -> None:
        """Delete the identity, at once."""
        self._json("DELETE", _of(name))

    def job(self, job_id: str) -> JobWire:
        """The job as it stands."""
        return self._job("GET", "/v1/faceswap/jobs/", params={"jobid": job_id})

    def unfinished(self) -> list[str]:
        """Ids of your jobs that wait or run, oldest first."""
        with _reached():
            ids: list[str] = _checked(self._http.get("/v1/faceswap/jobs")).json()
            return ids

    def cancel(self, job_id: str) -> JobWire:
        """End the job; it is cancelled, or as it had ended before."""
        return self._job("DELETE", f"/v1/mien/jobs/{job_id}")

    def repeat(self, job_id: str) -> JobWire:
        """Submit the job again; the new job."""
        return self._job("POST", f"/v1/mien/jobs/{job_id}/repeat")

    def progress(self, job_id: str) -> Iterator[OwnJobWire]:
        """The job whenever its status or its ``progress`` changes; the last one has ended."""
        with _reached(), self._http.stream("GET", f"/v1/mien/jobs/{job_id}/events") as answer:
            if answer.is_error:
                answer.read()
                _refuse(answer)
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    yield cast(OwnJobWire, json.loads(line.removeprefix("data: ")))

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
        ended = self.wait(job)
        if not ended.get("attachments"):
            sentence = ended.get("error", f"The job ended as {ended['status']}.")
            raise RemoteError(sentence, status=ended["code"])
        with _reached():
            return _checked(self._http.get(ended["attachments"][0]["url"])).content

    def jobs(self, **filters: str) -> Iterator[JobWire]:
        """Your jobs, newest first; by ``status``, ``verb``, ``channel`` or ``since``."""
        yield from self._pages("/v1/mien/jobs", "jobs", filters)

    def deliveries(self, **filters: str) -> Iterator[DeliveryWire]:
        """Your callbacks, newest first; by ``state``."""
        yield from self._pages("/v1/mien/deliveries", "deliveries", filters)

    def redeliver(self, job_id: str) -> None:
        """Send the ended callback of a job again."""
        self._json("POST", f"/v1/mien/deliveries/{job_id}")

    def me(self) -> Me:
        """Your user and its limits; ``webhookSecret`` is what `received` wants."""
        return cast(Me, self._json("GET", "/v1/mien/me"))

    def _command(
        self,
        operation: Operation,
        files: Sequence[bytes] = (),
        **texts: str | None,
    ) -> JobWire:
        """Submit a command.

        Args:
            files: in the order of its fields; where one field takes several, those of that field.
        """
        sent = {WIRE.get(name, name): text for name, text in texts.items() if text}
        parts = _parts(operation, files, sent)
        return self._job(operation.method, operation.path, files=parts)

    def _pages(self, path: str, name: str, filters: Mapping[str, str]) -> Iterator[Any]:
        params = dict(filters)
        while True:
            page = self._json("GET", path, params=params)
            yield from page[name]
            if "cursor" not in page:
                return
            params["cursor"] = page["cursor"]

    def _job(self, method: str, path: str, **request: Any) -> JobWire:
        return cast(JobWire, self._json(method, path, **request))

    def _json(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        with _reached():
            body: dict[str, Any] = _checked(self._http.request(method, path, **request)).json()
            return body


Part = tuple[str, tuple[str | None, bytes | str]]


def _parts(
    operation: Operation, files: Sequence[bytes], texts: Mapping[str, str]
) -> list[Part] | None:
    """A form with ``files`` and ``texts``; None for one without any field."""
    names = [name for file in operation.files for name in [file.name] * file.most]
    pictures: list[Part] = [(name, (name, data)) for name, data in zip(names, files, strict=False)]
    words: list[Part] = [(name, (None, text)) for name, text in texts.items()]
    return [*pictures, *words] or None


def _of(name: str) -> str:
    """Where an identity is; a name that could be no identity's is no part of an address.

    Raises:
        BadRequest: it is none.
    """
    if not name.isalnum():
        raise BadRequest("Identities have names of letters and digits.", field="name")
    return f"{IDENTITY.path}/{quote(name, safe='')}"


def received(body: bytes, headers: Mapping[str, str], *, secret: str) -> JobWire:
    """The job in a callback, once it is certain that your service has sent it just now.

    Args:
        body: as it arrived, not decoded.
        secret: ``webhookSecret`` of `Client.me`.

    Raises:
        BadRequest: the signature, or its time, is wrong.
    """
    verify(body, headers, secret=secret, now=datetime.now(UTC))
    return cast(JobWire, json.loads(body))


@contextmanager
def _reached() -> Iterator[None]:
    """Turns errors of the connection into ours."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(f"The service does not answer: {error}.") from error


def _checked(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        _refuse(answer)
    return answer


def _refuse(answer: httpx.Response) -> None:
    try:
        sentence = str(answer.json()["error"])
    except (ValueError, LookupError, TypeError):
        sentence = f"The service answered {answer.status_code}."
    raise RemoteError(sentence, status=answer.status_code)
