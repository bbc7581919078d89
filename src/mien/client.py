"""A client of the service, for Python programs.

with Client("http://127.0.0.1:8000", token) as client:
    job = client.picsi(Path("me.jpg").read_bytes(), Path("portrait.jpg").read_bytes())
    Path("result.jpg").write_bytes(client.result(job))
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self, cast

import httpx

from mien.errors import RemoteError, Unreachable
from mien.jobs.wire import JobWire, OwnJobWire
from mien.net.webhooks import verify

#: Longer than the service lets a blocking call wait (`MIEN_WAIT_S`, 60 by default).
TIMEOUT_S: Final = 120.0
#: Statuses of a job that has not ended.
UNFINISHED: Final = frozenset({"created", "started", "progress"})


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
        channel: str | None = None,
        reply_url: str | None = None,
        reply_ref: str | None = None,
    ) -> JobWire:
        """Put the face of ``source`` on the faces of ``target``; both are files of pictures.

        Returns:
            The job: ended, or ``started`` when the service did not wait for its end.
        """
        texts = {
            "options": options,
            "channel": channel,
            "replyUrl": reply_url,
            "replyRef": reply_ref,
        }
        return self._job(
            "POST",
            "/v1/faceswap/picsi",
            files={"source_image": source, "target_image_gif_or_video": target},
            data={name: text for name, text in texts.items() if text},
        )

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

    def deliveries(self, **filters: str) -> Iterator[dict[str, Any]]:
        """Your callbacks, newest first; by ``state``."""
        yield from self._pages("/v1/mien/deliveries", "deliveries", filters)

    def redeliver(self, job_id: str) -> None:
        """Send the ended callback of a job again."""
        self._json("POST", f"/v1/mien/deliveries/{job_id}")

    def me(self) -> dict[str, Any]:
        """Your user; ``webhookSecret`` is what `received` wants."""
        return self._json("GET", "/v1/mien/me")

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
