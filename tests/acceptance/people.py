"""Users of a running server who call its commands, each with identities of their own."""

import io
import subprocess
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import numpy as np
import requests
from numpy.typing import NDArray
from PIL import Image

from acceptance.live import MIEN, PATIENCE_S, Json, Server, environment
from mien.bootstrap.desk import open_desk
from mien.contract import OPERATIONS
from mien.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user with a token."""

    server: Server
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        """The header that carries the token."""
        return {"Authorization": f"Bearer {self.token}"}

    def send(self, name: str, files: Json | None = None, **texts: str) -> requests.Response:
        """A call of the command ``name`` with a form."""
        operation = OPERATIONS[name]
        parts = {key: (None, text) for key, text in texts.items()}
        return self.request(
            operation.method, operation.path, files={**(files or {}), **parts} or None
        )

    def call(self, name: str, files: Json | None = None, **texts: str) -> Json:
        """The job of a call that was taken."""
        answer = self.send(name, files, **texts)
        job: Json = answer.json()

        assert 200 == answer.status_code, job
        return job

    def done(self, name: str, files: Json | None = None, **texts: str) -> Json:
        """The job of a call that went well."""
        job = self.call(name, files, **texts)

        assert "completed" == job["status"], job
        return job

    def request(self, method: str, path: str, **request: Any) -> requests.Response:
        """Any request with the token."""
        return requests.request(
            method,
            f"{self.server.url}{path}",
            headers=self.bearer,
            timeout=PATIENCE_S,
            **request,
        )

    def save(self, name: str, photo: bytes) -> Json:
        """Save an identity."""
        return self.done("saveid", {"image": photo}, idname=name)

    def names(self) -> list[str]:
        """The names of the identities that are saved."""
        return [one["name"] for one in self.gallery()["identities"]]

    def gallery(self) -> Json:
        """The identities, as our own API lists them."""
        gallery: Json = self.request("GET", "/v1/mien/identities").json()
        return gallery

    def picture(self, job: Json) -> NDArray[np.uint8]:
        """The pixels of the first result."""
        (entry, *_) = job["attachments"]
        fetched = requests.get(entry["url"], timeout=PATIENCE_S)
        return np.asarray(Image.open(io.BytesIO(fetched.content)).convert("RGB"))


def somebody(server: Server, name: str) -> Person:
    """A user of that name, with a fresh token."""
    desk = open_desk(Settings.load(data_dir=server.folder))
    return Person(server=server, token=desk.tokens.create(token_hex(4), user=name).key)


def set_credits(server: Server, channel: str, budget: int) -> None:
    """Have the operator give a channel a budget."""
    command = [*MIEN, "channels", "set", channel, "--credits", str(budget)]
    subprocess.run(
        [*command, "--data-dir", str(server.folder)], check=True, env=environment({}), timeout=60
    )


def changed(
    one: NDArray[np.uint8], other: NDArray[np.uint8], box: tuple[int, int, int, int]
) -> float:
    """Mean difference of two pictures inside ``box`` (x0, y0, x1, y1), levels."""
    x0, y0, x1, y1 = box
    inside = slice(y0, y1), slice(x0, x1)
    return float(np.abs(one[inside].astype(int) - other[inside]).mean())
