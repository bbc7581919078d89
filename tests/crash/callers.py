"""Callers who never give up: a call that was cut off is made again, with the same key."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import requests
from PIL import Image

from acceptance.live import PATIENCE_S, until
from crash.fleet import Service
from crash.ledger import ENDS, Ledger

#: The service leaves, or has no room: come again.
AGAIN = frozenset({429, 503})
#: The service is killed every few seconds, and may be killed before each answer for a while.
PATIENCE_WHILE_ALL_DIES_S = 300
#: Seconds that a call waits for the end of its job; less than the caller waits for an answer.
WAIT_S = 20
#: How a connection to a killed server ends.
CUT_OFF = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def dot() -> bytes:
    """A small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 150, 120)).save(buffer, "PNG")
    return buffer.getvalue()


@dataclass(kw_only=True)
class Caller:
    """A user of services on one database, who does not mind which of them answers."""

    services: Sequence[Service]
    token: str
    ledger: Ledger
    chance: Random
    reply_url: str = ""
    #: Jobs by the key of their request.
    jobs: dict[str, str] = field(default_factory=dict)
    #: Jobs that this caller wanted cancelled.
    cancelled: set[str] = field(default_factory=set)

    def swap(self, key: str, channel: str) -> None:
        """Have a job done, and look until it has ended."""
        fields = {"channel": channel, "replyUrl": self.reply_url, "replyRef": key}
        job = self.insist(
            "POST",
            "/v1/faceswap/picsi",
            headers={"Idempotency-Key": key, "Prefer": f"wait={WAIT_S}"},
            data=fields,
            files={"source_image": dot(), "target_image_gif_or_video": dot()},
        ).json()
        self.jobs[key] = job["jobid"]
        self.ledger.saw(job)
        until(
            lambda: self.read(job["jobid"], wait_s=WAIT_S)["status"] in ENDS,
            patience_s=PATIENCE_WHILE_ALL_DIES_S,
        )

    def read(self, job_id: str, *, wait_s: int = 0) -> Mapping[str, Any]:
        """The job as it stands, after so many seconds or at its end."""
        path = f"/v1/faceswap/jobs/?jobid={job_id}"
        wish = {"Prefer": f"wait={wait_s}"}
        job: dict[str, Any] = self.insist("GET", path, headers=wish).json()
        self.ledger.saw(job)
        return job

    def cancel(self, job_id: str) -> None:
        """Cancel the job, running or not."""
        self.cancelled.add(job_id)
        job = self.insist("DELETE", f"/v1/mien/jobs/{job_id}").json()
        self.ledger.saw(job)

    def listed(self) -> list[str]:
        """The ids of all jobs of this user."""
        found: list[str] = []
        cursor = ""
        while True:
            page = self.insist("GET", f"/v1/mien/jobs?limit=200{cursor}").json()
            found += [job["jobid"] for job in page["jobs"]]
            if "cursor" not in page:
                return found
            cursor = f"&cursor={page['cursor']}"

    def file(self, job: Mapping[str, Any]) -> bytes:
        """The only result of ``job``."""
        (entry,) = job["attachments"]
        answer = requests.get(entry["url"], timeout=PATIENCE_S)
        assert 200 == answer.status_code, answer.text
        return answer.content

    def insist(self, method: str, path: str, **request: Any) -> requests.Response:
        """Call until a service answers that has not just been killed."""
        answers: list[requests.Response] = []
        until(
            lambda: answers or self._try(answers, method, path, **request),
            patience_s=PATIENCE_WHILE_ALL_DIES_S,
        )
        (answer,) = answers
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def _try(
        self, answers: list[requests.Response], method: str, path: str, **request: Any
    ) -> bool:
        url = f"{self.chance.choice(self.services).url}{path}"
        headers = {"Authorization": f"Bearer {self.token}"} | request.pop("headers", {})
        try:
            answer = requests.request(method, url, headers=headers, timeout=PATIENCE_S, **request)
        except CUT_OFF:
            return False
        if answer.status_code in AGAIN:
            return False
        answers.append(answer)
        return True
