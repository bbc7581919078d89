"""Generators of pictures over HTTP, against small servers that speak as they do."""

import base64
import io
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from PIL import Image

from mien.commands.generated import Brief
from mien.errors import RemoteError, SetupError, Unreachable
from mien.net import pictures
from mien.net.pictures import Automatic1111Pictures, Caller, ComfyPictures, OpenAiPictures

#: What one call is answered with: a status and a body.
Answer = tuple[int, bytes]
BRIEF = Brief(text="a king", negative="green", width=1024, height=1280, seed=7)
SECRET = "sk-very-secret"  # noqa: S105 - of a server in this test


def png() -> bytes:
    """A small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 10), "red").save(buffer, "PNG")
    return buffer.getvalue()


def as_json(value: object, status: int = 200) -> Answer:
    """An answer of JSON."""
    return status, json.dumps(value).encode()


class Service:
    """Answers calls by a function of method, path and JSON body; remembers them."""

    def __init__(self, answer: Callable[[str, str, Any], Answer]) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.keys: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply(None)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                self._reply(json.loads(self.rfile.read(length)))

            def _reply(self, body: Any) -> None:
                outer.calls.append((self.command, self.path, body))
                outer.keys.append(self.headers.get("Authorization"))
                status, data = answer(self.command, self.path, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def caller(self, **changes: Any) -> Caller:
        """Calls to it, without pauses."""
        return Caller(url=self.url, key=SECRET, sleep=lambda _: None, **changes)


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[str, str, Any], Answer]], Service]]:
    """Starts services; they stop with the test."""
    running: list[Service] = []

    def start(answer: Callable[[str, str, Any], Answer]) -> Service:
        running.append(Service(answer))
        return running[-1]

    yield start
    for service in running:
        service.server.shutdown()
        service.server.server_close()


def go_on() -> None:
    """Never stop."""


def packed() -> str:
    """A picture as services send it."""
    return base64.b64encode(png()).decode()


def test_an_openai_service_is_asked_for_the_size_and_answers_in_base64(serve):
    """
    Model, words and what must not be seen in one text; the key goes in its header.
    """
    service = serve(lambda *_: as_json({"data": [{"b64_json": packed()}]}))
    paint = OpenAiPictures(caller=service.caller(), model="m")

    assert png() == paint(BRIEF, check=go_on)
    ((method, path, body),) = service.calls
    assert ("POST", "/images/generations") == (method, path)
    assert ("m", "1024x1280", "a king. Without: green") == (
        body["model"],
        body["size"],
        body["prompt"],
    )
    assert [f"Bearer {SECRET}"] == service.keys


def test_a_picture_behind_an_address_is_fetched_without_the_key(serve):
    """
    The address is another server's; it is not told our secret.
    """
    shop = serve(lambda *_: (200, png()))
    service = serve(lambda *_: as_json({"data": [{"url": f"{shop.url}/p.png"}]}))

    assert png() == OpenAiPictures(caller=service.caller())(BRIEF, check=go_on)
    assert [None] == shop.keys


def test_a_service_that_knows_few_sizes_is_asked_again(serve):
    """
    After a 400 with the nearest usual size, and nothing that it may not know.
    """

    def answer(method: str, path: str, body: Any) -> Answer:
        if body["size"] == "1024x1536" and "response_format" not in body:
            return as_json({"data": [{"b64_json": packed()}]})
        return as_json({"error": {"message": "bad size"}}, 400)

    service = serve(answer)

    assert png() == OpenAiPictures(caller=service.caller())(BRIEF, check=go_on)
    assert 2 == len(service.calls)


def test_automatic1111_gets_what_must_not_be_seen_apart(serve):
    """
    With size and seed; its checkpoint is an override.
    """
    service = serve(lambda *_: as_json({"images": [f"data:image/png;base64,{packed()}"]}))
    paint = Automatic1111Pictures(caller=service.caller(), model="xl")

    assert png() == paint(BRIEF, check=go_on)
    ((_, path, body),) = service.calls
    assert "/sdapi/v1/txt2img" == path
    assert ("a king", "green", 1024, 1280, 7) == tuple(
        body[name] for name in ("prompt", "negative_prompt", "width", "height", "seed")
    )
    assert {"sd_model_checkpoint": "xl"} == body["override_settings"]


def test_comfyui_is_given_the_workflow_and_waited_for(serve):
    """
    Numbers stay numbers, texts are filled in; the history is looked at until the picture is there.
    """
    looks = iter(
        [
            {},
            {},
            {
                "9": {
                    "outputs": {
                        "7": {
                            "images": [{"filename": "a b.png", "subfolder": "x", "type": "output"}]
                        }
                    }
                }
            },
        ]
    )

    def answer(method: str, path: str, body: Any) -> Answer:
        if path == "/prompt":
            return as_json({"prompt_id": "9"})
        return as_json(next(looks)) if path == "/history/9" else (200, png())

    service = serve(answer)
    workflow = pictures.usual_workflow("base.safetensors")

    assert png() == ComfyPictures(caller=service.caller(), workflow=workflow)(BRIEF, check=go_on)
    sent = service.calls[0][2]["prompt"]
    assert ("a king", "green") == (sent["2"]["inputs"]["text"], sent["3"]["inputs"]["text"])
    assert {"width": 1024, "height": 1280, "batch_size": 1} == sent["4"]["inputs"]
    assert 7 == sent["5"]["inputs"]["seed"]
    assert "/view?filename=a+b.png&subfolder=x&type=output" == service.calls[-1][1]


def test_a_busy_service_is_asked_again(serve):
    """
    After 500 and 429, as often as the settings say; each time it is asked whether to go on.
    """
    answers = iter([as_json({}, 500), as_json({}, 429), as_json({"images": [packed()]})])
    service, checks = serve(lambda *_: next(answers)), []
    paint = Automatic1111Pictures(caller=service.caller(tries=3))

    assert png() == paint(BRIEF, check=lambda: checks.append(1))
    assert 3 == len(service.calls) == len(checks)


def test_a_service_that_stays_down_is_given_up(serve):
    """
    With its status and its words; a refusal is not repeated.
    """
    down = serve(lambda *_: as_json({"error": "out of memory"}, 503))
    refusing = serve(lambda *_: as_json({"error": {"message": "No such model."}}, 404))

    with pytest.raises(RemoteError, match=r"answered 503: out of memory\."):
        Automatic1111Pictures(caller=down.caller(tries=2))(BRIEF, check=go_on)
    with pytest.raises(RemoteError, match=r"answered 404: No such model\.") as refused:
        OpenAiPictures(caller=refusing.caller(tries=5))(BRIEF, check=go_on)
    assert (2, 1) == (len(down.calls), len(refusing.calls))
    assert SECRET not in str(refused.value) + repr(refused.value.details)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"<html>hello</html>", "no JSON"),
        (b"[1]", "JSON of another form"),
        (b"{}", "JSON without one"),
        (b'{"images": []}', "JSON without one"),
        (b'{"images": [7]}', "JSON without one"),
        (b'{"images": ["%%%"]}', "no Base64"),
        (b"[" * 100_000, "no JSON"),
        (b"\xff\xfe", "no JSON"),
    ],
)
def test_rubbish_is_told_from_pictures(serve, body, what):
    """
    Whatever it is, the sentence says what came.
    """
    service = serve(lambda *_: (200, body))

    with pytest.raises(RemoteError, match=f"sent {what} in the place of a picture"):
        Automatic1111Pictures(caller=service.caller(tries=1))(BRIEF, check=go_on)


def test_nobody_there_is_unreachable():
    """
    A closed port, and an address that is none.
    """
    for url in ("http://127.0.0.1:9", "http://[::1"):
        caller = Caller(url=url, tries=1, sleep=lambda _: None)
        with pytest.raises(Unreachable, match="is not there"):
            Automatic1111Pictures(caller=caller)(BRIEF, check=go_on)


def test_a_service_that_never_ends_takes_too_long(serve):
    """
    ComfyUI whose history stays empty, by a clock that the test turns.
    """
    service = serve(lambda _, path, __: as_json({"prompt_id": "9"} if path == "/prompt" else {}))
    hands = iter(range(0, 1000, 50))
    paint = ComfyPictures(
        caller=service.caller(clock=lambda: float(next(hands)), timeout_s=400),
        workflow=pictures.usual_workflow("x"),
    )

    with pytest.raises(Unreachable, match="took too long"):
        paint(BRIEF, check=go_on)


def test_a_cancelled_job_stops_calling(serve):
    """
    What `check` raises goes through, before the call.
    """
    service = serve(lambda *_: as_json({}, 500))

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Automatic1111Pictures(caller=service.caller())(BRIEF, check=stop)
    assert [] == service.calls


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("no", "The workflow w is no JSON."),
        ("[]", "The workflow w is not in ComfyUI's API format"),
        ('{"nodes": []}', "The workflow w is not in ComfyUI's API format"),
        ('{"1": {"class_type": "x", "inputs": {}}}', "The workflow w has no %prompt% in it."),
    ],
)
def test_a_workflow_that_makes_no_sense_is_refused(text, sentence):
    """
    Before anything is called.
    """
    with pytest.raises(SetupError, match=sentence.replace("(", r"\(")):
        pictures.read_workflow(text, name="w")
