"""Pictures from services that make them of words: OpenAI-compatible, Automatic1111, ComfyUI.

The operator names the service in the settings, so its address is trusted; what it answers is not.
"""

import base64
import binascii
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from mien.commands.generated import Brief
from mien.errors import RateLimited, RemoteError, SetupError, Unreachable
from mien.net.fetch import USER_AGENT

#: Bytes of an answer that are read: a large PNG in Base64.
MAX_ANSWER: Final = 64_000_000
#: Statuses after which the same call can succeed, and the pause before it, which doubles.
TRANSIENT: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
FIRST_PAUSE_S: Final = 1.0
#: Longest piece of a service's words that a message repeats, characters.
QUOTED: Final = 200
#: Sizes that every service of the first kind knows.
SIZES: Final = ((1024, 1024), (1024, 1536), (1536, 1024))

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Calls to one service: timed, tried again, and read up to a limit."""

    url: str
    #: Sent as a bearer token when it is not empty; never told to anybody.
    key: str = field(default="", repr=False)
    #: Seconds for one picture, and how often a call is tried.
    timeout_s: float = 120.0
    tries: int = 3
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def post(self, path: str, body: Mapping[str, object], check: Callable[[], None]) -> Json:
        """What ``path`` answers to ``body``, an object of JSON."""
        return _object(self._tried("POST", path, body, check), self.url)

    def get(self, path: str, check: Callable[[], None]) -> Json:
        """What ``path`` answers, an object of JSON."""
        return _object(self._tried("GET", path, None, check), self.url)

    def fetch(self, path: str, check: Callable[[], None]) -> bytes:
        """The bytes at ``path``, which may be a whole address."""
        return self._tried("GET", path, None, check)

    def _tried(
        self, method: str, path: str, body: Mapping[str, object] | None, check: Callable[[], None]
    ) -> bytes:
        pause_s = FIRST_PAUSE_S
        for left in range(self.tries - 1, -1, -1):
            check()
            try:
                return self._once(method, path, body)
            except (Unreachable, RateLimited, RemoteError) as error:
                status = error.details.get("status")
                if not left or (status is not None and status not in TRANSIENT):
                    raise
            self.sleep(pause_s)
            pause_s *= 2
        raise AssertionError("a call is tried at least once")

    def _once(self, method: str, path: str, body: Mapping[str, object] | None) -> bytes:
        headers = {"User-Agent": USER_AGENT}
        # An address elsewhere gets no key.
        if self.key and not path.startswith("http"):
            headers["Authorization"] = f"Bearer {self.key}"
        address = path if path.startswith("http") else f"{self.url}{path}"
        content = None if body is None else json.dumps(body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            with httpx.stream(
                method, address, content=content, headers=headers, timeout=self.timeout_s
            ) as answer:
                data = self._read(answer)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = (
                "took too long" if isinstance(error, httpx.TimeoutException) else "is not there"
            )
            raise Unreachable(f"The generator of pictures at {self.url} {reason}.") from error
        if answer.status_code != httpx.codes.OK:
            said = _said(data)
            sentence = f"The generator of pictures answered {answer.status_code}{said}."
            raise RemoteError(sentence, status=answer.status_code)
        return data

    def _read(self, answer: httpx.Response) -> bytes:
        until, pieces, size = self.clock() + self.timeout_s, [], 0
        for piece in answer.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > MAX_ANSWER:
                raise rubbish("more than 64 MB", answer.status_code)
            if self.clock() > until:
                raise Unreachable(f"The generator of pictures at {self.url} took too long.")
        return b"".join(pieces)


def rubbish(what: str, status: int = 200) -> RemoteError:
    """The error that says what came in the place of a picture."""
    return RemoteError(
        f"The generator of pictures sent {what} in the place of a picture.", status=status
    )


def _object(data: bytes, url: str) -> Json:
    del url
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise rubbish("no JSON") from None
    if not isinstance(found, dict):
        raise rubbish("JSON of another form")
    return found


def _said(data: bytes) -> str:
    """What a service says about its error, as the end of a sentence."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    error = found.get("error", found.get("detail")) if isinstance(found, dict) else None
    words = error.get("message") if isinstance(error, dict) else error
    if not isinstance(words, str) or not words.strip():
        return ""
    shown = "".join(letter if letter.isprintable() else " " for letter in words.strip(" ."))
    return f": {shown[:QUOTED]}"


def unpacked(text: object) -> bytes:
    """The bytes of a Base64 text, with or without ``data:image/png;base64,`` before it."""
    if not isinstance(text, str):
        raise rubbish("JSON without one")
    try:
        return base64.b64decode(text.rpartition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        raise rubbish("no Base64") from None


@dataclass(frozen=True, kw_only=True)
class OpenAiPictures:
    """``POST /images/generations``, as OpenAI, LocalAI and others serve it."""

    caller: Caller
    #: "" leaves it to the service.
    model: str = ""

    def __call__(self, brief: Brief, *, check: Callable[[], None]) -> bytes:
        """A picture file.

        Raises:
            NetworkError: the service does not work, or answers something else.
        """
        wanted: Json = {"prompt": brief.whole, "n": 1}
        if self.model:
            wanted["model"] = self.model
        exact = {"size": f"{brief.width}x{brief.height}", "response_format": "b64_json"}
        try:
            answer = self.caller.post("/images/generations", wanted | exact, check)
        except RemoteError as error:
            if error.details.get("status") != httpx.codes.BAD_REQUEST:
                raise
            # Not every service makes every size, or likes to be told how to answer.
            width, height = nearest_size(brief)
            answer = self.caller.post(
                "/images/generations", wanted | {"size": f"{width}x{height}"}, check
            )
        rows = answer.get("data")
        row = rows[0] if isinstance(rows, list) and rows else None
        if not isinstance(row, dict):
            raise rubbish("JSON without one")
        if isinstance(row.get("url"), str) and row["url"].startswith(("http://", "https://")):
            return self.caller.fetch(row["url"], check)
        return unpacked(row.get("b64_json"))


def nearest_size(brief: Brief) -> tuple[int, int]:
    """The size of `SIZES` whose ratio is nearest to the one that is wanted."""
    ratio = brief.width / brief.height
    return min(SIZES, key=lambda size: max(ratio * size[1] / size[0], size[0] / size[1] / ratio))


@dataclass(frozen=True, kw_only=True)
class Automatic1111Pictures:
    """``POST /sdapi/v1/txt2img``, as Automatic1111's web UI, Forge and SD.Next serve it."""

    caller: Caller
    #: A checkpoint; "" leaves it to the service.
    model: str = ""

    def __call__(self, brief: Brief, *, check: Callable[[], None]) -> bytes:
        """A picture file.

        Raises:
            NetworkError: the service does not work, or answers something else.
        """
        wanted: Json = {
            "prompt": brief.text,
            "negative_prompt": brief.negative,
            "width": brief.width,
            "height": brief.height,
            "seed": brief.seed,
            "batch_size": 1,
        }
        if self.model:
            wanted["override_settings"] = {"sd_model_checkpoint": self.model}
        images = self.caller.post("/sdapi/v1/txt2img", wanted, check).get("images")
        if not isinstance(images, list) or not images:
            raise rubbish("JSON without one")
        return unpacked(images[0])


#: Seconds between two looks at ComfyUI's history: it has no call that waits.
LOOK_S: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class ComfyPictures:
    """ComfyUI: a workflow in its API format, with the words of the prompt put in."""

    caller: Caller
    #: The workflow; texts in it hold ``%prompt%``, ``%negative%``, ``%width%``, ``%height%``, ``%seed%``.
    workflow: Json

    def __call__(self, brief: Brief, *, check: Callable[[], None]) -> bytes:
        """A picture file.

        Raises:
            NetworkError: the service does not work, or answers something else.
        """
        body = {"prompt": filled(self.workflow, brief)}
        ticket = self.caller.post("/prompt", body, check).get("prompt_id")
        if not isinstance(ticket, str):
            raise rubbish("JSON without a prompt_id")
        place = self._place(ticket, check)
        query = httpx.QueryParams(
            {name: str(place.get(name, "")) for name in ("filename", "subfolder", "type")}
        )
        return self.caller.fetch(f"/view?{query}", check)

    def _place(self, ticket: str, check: Callable[[], None]) -> Json:
        """Where the first picture of a finished prompt lies."""
        until = self.caller.clock() + self.caller.timeout_s
        while self.caller.clock() < until:
            entry = self.caller.get(f"/history/{ticket}", check).get(ticket)
            if isinstance(entry, dict):
                return _first_picture(entry)
            self.caller.sleep(LOOK_S)
        raise Unreachable(f"The generator of pictures at {self.caller.url} took too long.")


def _first_picture(entry: Json) -> Json:
    outputs = entry.get("outputs")
    for output in outputs.values() if isinstance(outputs, dict) else ():
        images = output.get("images") if isinstance(output, dict) else None
        if isinstance(images, list) and images and isinstance(images[0], dict):
            found: Json = images[0]
            return found
    raise rubbish("a history without one")


def filled(value: Any, brief: Brief) -> Any:
    """A workflow with the words of ``brief``; a text that is one placeholder becomes its value."""
    values: dict[str, object] = {
        "%prompt%": brief.text,
        "%negative%": brief.negative,
        "%width%": brief.width,
        "%height%": brief.height,
        "%seed%": brief.seed,
    }
    if isinstance(value, dict):
        return {key: filled(inner, brief) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, brief) for inner in value]
    if not isinstance(value, str):
        return value
    if value in values:
        return values[value]
    for name, word in values.items():
        value = value.replace(name, str(word))
    return value


def read_workflow(text: str, *, name: str) -> Json:
    """A workflow file.

    Raises:
        SetupError: it is no workflow in ComfyUI's API format, or has no place for a prompt.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise SetupError(f"The workflow {name} is no JSON.") from None
    nodes = found.values() if isinstance(found, dict) else ()
    if not nodes or not all(isinstance(node, dict) and "class_type" in node for node in nodes):
        raise SetupError(f"The workflow {name} is not in ComfyUI's API format (Save, API format).")
    if "%prompt%" not in text:
        raise SetupError(f"The workflow {name} has no %prompt% in it.")
    workflow: Json = found
    return workflow


def usual_workflow(checkpoint: str) -> Json:
    """Text to picture with one checkpoint, in the simplest way."""
    return {
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": checkpoint}},
        "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "%prompt%", "clip": ["1", 1]}},
        "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "%negative%", "clip": ["1", 1]}},
        "4": {
            "class_type": "EmptyLatentImage",
            "inputs": {"width": "%width%", "height": "%height%", "batch_size": 1},
        },
        "5": {
            "class_type": "KSampler",
            "inputs": {
                "model": ["1", 0],
                "positive": ["2", 0],
                "negative": ["3", 0],
                "latent_image": ["4", 0],
                "seed": "%seed%",
                "steps": 25,
                "cfg": 6.5,
                "sampler_name": "dpmpp_2m",
                "scheduler": "karras",
                "denoise": 1.0,
            },
        },
        "6": {"class_type": "VAEDecode", "inputs": {"samples": ["5", 0], "vae": ["1", 2]}},
        "7": {"class_type": "SaveImage", "inputs": {"images": ["6", 0], "filename_prefix": "mien"}},
    }
