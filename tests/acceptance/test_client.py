"""The client against a real server."""

import inspect
import io
import json
import signal
import subprocess
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PIL import Image

from acceptance.live import (
    MIEN,
    PATIENCE_S,
    Pictures,
    Server,
    environment,
    files_below,
    free_port,
    until,
)
from acceptance.people import somebody
from mien.cli.main import run
from mien.client import Client, received
from mien.contract import OPERATIONS
from mien.errors import BadRequest, RemoteError, Unreachable
from mien.jobs.wire import AttachmentWire
from mien.net.webhooks import new_secret, signed
from net.receiver import a_place


@pytest.fixture
def client(server: Server):
    with Client(server.url, server.token) as one:
        yield one


@pytest.fixture
def here(tmp_path: Path, pictures: Pictures, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the terminal is, with pictures."""
    (tmp_path / "me.png").write_bytes(pictures.source)
    (tmp_path / "portrait.jpg").write_bytes(pictures.target)
    (tmp_path / "grey.png").write_bytes(pictures.faceless)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_swap_from_files_to_a_file(client: Client, pictures: Pictures) -> None:
    """Upload, end and download; the job is in the list and its progress ends as it did."""
    job = client.picsi(pictures.source, pictures.target, options="-m", reply_ref="mine")
    result = client.result(job)

    assert ("completed", "mine", "-m") == (job["status"], job["replyRef"], job["options"])
    assert result.startswith(b"\xff\xd8")
    assert job["jobid"] in [one["jobid"] for one in client.jobs(status="completed", limit="1")]
    assert ["completed"] == [one["status"] for one in client.progress(job["jobid"])]
    assert job["jobid"] == client.wait(client.job(job["jobid"]))["jobid"]


def test_what_the_service_refuses_is_said_in_its_words(client: Client, pictures: Pictures) -> None:
    """A missing job, a bad field and a job without a result carry the service's sentences."""
    with pytest.raises(RemoteError, match="Unable to locate job x") as unknown:
        client.job("x")
    with pytest.raises(RemoteError, match="Unable to locate job x"):
        list(client.progress("x"))
    with pytest.raises(RemoteError, match="replyUrl"):
        client.picsi(pictures.source, pictures.target, reply_url="u")
    with pytest.raises(RemoteError, match="No face found"):
        client.result(client.picsi(pictures.faceless, pictures.target))

    assert 404 == unknown.value.details["status"]


def test_jobs_are_listed_cancelled_and_repeated(server: Server, pictures: Pictures) -> None:
    """What has ended is on no list, stays as it ended, and cannot be repeated without its files."""
    # Somebody without jobs of other tests, which may not have ended.
    with Client(server.url, somebody(server, "lists").token) as client:
        job = client.picsi(pictures.faceless, pictures.target)

        assert [] == client.unfinished()
        assert "failed" == client.cancel(job["jobid"])["status"]
        # A job's end may be told a moment before its uploads go.
        until(lambda: not files_below(server.folder / "blobs" / "inputs" / job["jobid"]))
        with pytest.raises(RemoteError, match="send them again") as gone:
            client.repeat(job["jobid"])

    assert 409 == gone.value.details["status"]


def test_a_request_can_be_sent_again_and_not_waited_for(client: Client, pictures: Pictures) -> None:
    """Under its key it is one job; a wait of no time is `started`, and the end comes later."""
    key = "test_client"
    first = client.picsi(pictures.source, pictures.target, idempotency_key=key, wait_s=0)
    again = client.picsi(pictures.source, pictures.target, idempotency_key=key, wait_s=60)

    assert "started" == first["status"]
    assert (first["jobid"], "completed") == (again["jobid"], again["status"])
    with pytest.raises(RemoteError, match="was used for another request"):
        client.picsi(pictures.faceless, pictures.target, idempotency_key=key)
    with pytest.raises(RemoteError, match="Cancel-After"):
        client.listid(cancel_after_s=0)


def test_callbacks_are_listed_and_sent_again(client: Client, pictures: Pictures) -> None:
    """A loopback address is a dead letter of the default settings; a POST makes it due again."""
    url = f"http://127.0.0.1:{free_port()}/"
    job = client.picsi(pictures.faceless, pictures.target, reply_url=url)
    letters = [one for one in client.deliveries() if one["jobid"] == job["jobid"]]

    assert [url] == [one["url"] for one in letters]
    with pytest.raises(RemoteError, match="no ended callback"):
        client.redeliver("0" * 32)


def test_a_callback_is_believed_only_with_its_signature(client: Client) -> None:
    """`received` gives the job of a signed body, and refuses any other."""
    secret = client.me()["webhookSecret"]
    body = b'{"jobid": "1", "status": "completed"}'
    headers = signed(body, secret=secret, message_id="1", now=datetime.now(UTC))

    assert "completed" == received(body, headers, secret=secret)["status"]
    with pytest.raises(BadRequest):
        received(body + b" ", headers, secret=secret)


def test_a_wrong_token_is_refused(server: Server) -> None:
    """401 with the contract's word."""
    with Client(server.url, "nobody") as stranger, pytest.raises(RemoteError, match="Unauthorized"):
        stranger.me()


def test_a_service_that_is_not_there_is_said(server: Server) -> None:
    """No traceback of the HTTP library: one sentence."""
    with a_place() as place:
        url = f"http://127.0.0.1:{place.getsockname()[1]}"

        with Client(url, "x") as client, pytest.raises(Unreachable, match="does not answer"):
            client.me()


def test_the_receiver_of_the_document_reads_a_callback() -> None:
    """The function of docs/client.md gives the address of the result; a forged call raises."""
    text = (Path(__file__).parents[2] / "docs" / "client.md").read_text()
    block = text.rpartition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(block, names)  # noqa: S102 - our own document
    secret, body = new_secret(), b'{"jobid": "1", "attachments": [{"url": "http://x/1.jpg"}]}'
    headers = signed(body, secret=secret, message_id="1", now=datetime.now(UTC))

    assert "http://x/1.jpg" == names["handle"](body, headers, secret)
    with pytest.raises(BadRequest):
        names["handle"](body + b" ", headers, secret)


def test_the_terminal_swaps_at_a_service(
    server: Server,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`mien swap --remote` writes the result; another format, faces and token are refused."""
    monkeypatch.setenv("MIEN_TOKEN", server.token)
    swap = ["swap", "me.png", "portrait.jpg", "--remote", server.url, "-o"]

    assert 0 == run([*swap, "result.jpg"])
    assert (here / "result.jpg").read_bytes().startswith(b"\xff\xd8")
    assert 2 == run([*swap, "result.png"])
    assert 2 == run([*swap, "result.jpg", "--faces", "1"])
    monkeypatch.setenv("MIEN_TOKEN", "nobody")
    assert 1 == run([*swap, "other.jpg"])
    assert "Unauthorized" in capsys.readouterr().err
    assert not (here / "other.jpg").exists()


def test_the_terminal_has_a_service_do_the_work(
    server: Server, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`mien batch` and `mien check` take --remote, and the token from an option or a setting."""
    rows = ["source,target,result", "me.png,portrait.jpg,a.jpg", "me.png,grey.png,b.png"]
    (here / "pairs.csv").write_text("\n".join([*rows, "me.png,portrait.jpg,c.png"]))
    there = ["--remote", server.url, "--token", server.token]

    assert 1 == run(["batch", "pairs.csv", "-o", "out", "--jobs", "2", "--json", *there])
    answer = json.loads(capsys.readouterr().out)
    assert [None, "remote_error", "bad_request"] == [pair["code"] for pair in answer["pairs"]]
    assert "No face found in the target picture." == answer["pairs"][1]["error"]
    assert ["a.jpg"] == [path.name for path in (here / "out").iterdir()]

    assert 0 == run(["check", "me.png", "--json", *there])
    seen = json.loads(capsys.readouterr().out)
    assert 0 == run(["check", "me.png", "--json"])
    assert seen | {"ms": 0} == json.loads(capsys.readouterr().out) | {"ms": 0}
    assert 3 == run(["check", "grey.png", *there])
    capsys.readouterr()
    assert 1 == run(["check", "me.png", "--remote", server.url])
    assert "--token or MIEN_TOKEN" in capsys.readouterr().err


def test_the_terminal_changes_a_background_at_a_service(
    server: Server, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`mien changebg --remote` writes the result; the same seed gives what it gives without a service."""
    words = ["changebg", "me.png", "blue studio paper", "--seed", "7", "-o"]
    there = ["--remote", server.url, "--token", server.token]

    assert 0 == run([*words, "there.png", "--json", *there])
    assert "completed" == json.loads(capsys.readouterr().out)["status"]
    assert 0 == run([*words, "here.png"])
    assert pixels_of(here / "here.png") == pixels_of(here / "there.png")
    assert 2 == run([*words, "there.jpg", *there])
    assert "A service keeps the photo's format" in capsys.readouterr().err


def test_portraits_at_a_service(
    server: Server, here: Path, pictures: Pictures, capsys: pytest.CaptureFixture[str]
) -> None:
    """`mien headshot --remote` writes every portrait of a saved identity, or none where it fails."""
    person = somebody(server, "portraits-remote")
    person.save("anna", pictures.source)
    there = ["--remote", server.url, "--token", person.token]
    asked = ["headshot", "anna, blue paper --n 4", "--n", "2", "--seed", "7", "-o"]

    assert 0 == run([*asked, "out", *there])
    said = capsys.readouterr()
    assert (said.out + said.err).strip() == f"out/1.jpg, out/2.jpg: done by {server.url}."
    assert ["1.jpg", "2.jpg"] == sorted(path.name for path in (here / "out").iterdir())
    assert 0 == run([*asked, "again", "--json", *there])
    told = json.loads(capsys.readouterr().out)
    assert ("completed", 2) == (told["status"], len(told["attachments"]))
    assert pixels_of(here / "out" / "2.jpg") == pixels_of(here / "again" / "2.jpg")
    assert pixels_of(here / "out" / "1.jpg") != pixels_of(here / "out" / "2.jpg")

    assert 0 != run(["headshot", "anna+nobody, a king", "-o", "none", *there])
    assert "There is no identity called nobody." in capsys.readouterr().err
    assert [] == list((here / "none").iterdir())
    assert 2 == run(["headshot", "a king", "--identity", "me.png", "-o", "none", *there])
    assert "--identity is not for --remote" in capsys.readouterr().err


def pixels_of(path: Path) -> bytes:
    """What a picture shows."""
    with Image.open(path) as picture:
        return picture.convert("RGB").tobytes()


@pytest.mark.parametrize("command", ["swap", "batch"])
def test_an_interrupted_terminal_cancels_what_it_asked_for(
    server: Server, pictures: Pictures, tmp_path: Path, command: str
) -> None:
    """Ctrl-C at the terminal ends the job at the service, and leaves no file."""
    person = somebody(server, f"interrupted{command}")
    (tmp_path / "me.png").write_bytes(pictures.source)
    (tmp_path / "clip.gif").write_bytes(long_clip(pictures.target))
    (tmp_path / "pairs.csv").write_text("source,target,result\nme.png,clip.gif,r.gif\n")
    files = ["me.png", "clip.gif"] if command == "swap" else ["pairs.csv"]
    answered = "POST /v1/faceswap/picsi 200"
    before = server.log.count(answered)
    process = subprocess.Popen(
        [*MIEN, command, *files, "-o", "out.gif", "--remote", server.url],
        cwd=tmp_path,
        env=environment({"MIEN_TOKEN": person.token}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with Client(server.url, person.token) as client, process:
        until(client.unfinished)
        (job_id,) = client.unfinished()
        # The terminal has heard of the job; frames are being done, and it follows them.
        until(lambda: server.log.count(answered) > before)
        next(seen for seen in client.progress(job_id) if seen.get("progress"))
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=PATIENCE_S)[1]
        status = client.job(job_id)["status"]

    assert ("cancelled", 1, ["Interrupted."]) == (status, process.returncode, said.split())
    assert ["clip.gif"] == [path.name for path in tmp_path.rglob("*.gif") if path.is_file()]


def long_clip(picture: bytes) -> bytes:
    """A GIF that keeps a worker busy for far longer than a test needs to cancel it."""
    with Image.open(io.BytesIO(picture)) as still:
        small = still.resize((256, 256)).quantize(32)
    frames = [small.rotate(number / 50) for number in range(400)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=40)
    return buffer.getvalue()


def test_every_command_of_the_contract_is_a_method() -> None:
    """Under the same name; what all commands take is a keyword of each."""
    for name in OPERATIONS:
        parameters = inspect.signature(getattr(Client, name)).parameters

        assert inspect.Parameter.VAR_KEYWORD is parameters["common"].kind, name


def test_identities_from_saving_to_forgetting(server: Server, pictures: Pictures) -> None:
    """Each command and each own operation once, with what it answers."""
    person = somebody(server, "client")
    with Client(server.url, person.token) as client:
        saved = client.saveid("grace", pictures.source, reply_ref="mine")
        client.saveid("eileen", pictures.target, pictures.source)
        client.setid("grace+eileen --greedy")
        swapped = client.swapid("grace", pictures.target)
        again = client.inswapper(swapped["messageId"])
        both = client.swap(pictures.source, pictures.target, name="third", people="third")
        gallery = client.identities()

        assert ("completed", "mine") == (saved["status"], saved["replyRef"])
        assert [1, 2, 1] == [one["photos"] for one in gallery["identities"]]
        assert ("third", "--greedy") == (gallery["default"], gallery["options"])
        assert "[ids: grace, eileen, third]" in client.listid()["content"]
        for job in (swapped, again, both):
            assert client.result(job).startswith(b"\xff\xd8")
        assert "eve" == client.rename("third", "eve")["name"] == client.identity("eve")["name"]
        assert "completed" == client.delid("eve")["status"]
        client.forget("grace")
        assert ["eileen"] == [one["name"] for one in client.identities()["identities"]]
        assert "completed" == client.delall()["status"]
        assert [] == client.identities()["identities"]
        with pytest.raises(RemoteError, match="no identity called"):
            client.identity("nobody")
        with pytest.raises(BadRequest, match="letters and digits"):
            client.forget("")


def test_portraits_and_backgrounds_come_later(client: Client, pictures: Pictures) -> None:
    """Both are answered at once, and their pictures come with the job."""
    client.saveid("sitter", pictures.source)
    for job in (
        client.headshot("sitter, in a library --n 1"),
        client.changebg(pictures.source, "a library"),
    ):
        assert "started" == job["status"]
        ended = client.wait(job)
        assert "completed" == ended["status"], ended
        assert client.result(ended)


def test_faces_and_limits_are_told(client: Client, pictures: Pictures) -> None:
    """Boxes of a picture; what the service takes."""
    (face,) = client.faces(pictures.source)["faces"]

    assert 4 == len(face["box"])
    assert 20 == client.me()["limits"]["identities"]


def test_accounts_and_settings(server: Server) -> None:
    """A channel is made, read, listed and removed; its secret comes back masked, if at all."""
    person = somebody(server, "client-accounts")
    with Client(server.url, person.token) as client:
        (first,) = client.accounts()
        client.configure("123456789012345678", server="223456789012345678", discord="a" * 70)
        made = client.account("123456789012345678")

        assert {first, "123456789012345678"} == set(client.accounts())
        assert ("223456789012345678", "aaa…secured…aaa") == (made["server"], made["discord"])
        client.remove("123456789012345678")
        with pytest.raises(RemoteError, match="Configuration not found"):
            client.account("123456789012345678")
        with pytest.raises(BadRequest):
            client.remove("../../v2/account")
        changed = client.change_profile(name="Anna", reply_url="https://hooks.example/")
        assert ("Anna", "https://hooks.example/") == (changed["name"], changed["replyUrl"])
        assert "replyUrl" not in client.change_profile(reply_url="")
        assert "Anna" == client.profile()["name"]


class Elsewhere(BaseHTTPRequestHandler):
    """Hands out a file, and remembers who asked for it."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Send five bytes."""
        self.asked.extend(self.headers)
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"bytes")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


def test_the_token_is_for_the_service_alone(client: Client) -> None:
    """A result is fetched from wherever its link leads, and that place learns nothing."""
    job = client.listid()
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        link: AttachmentWire = {"url": f"http://127.0.0.1:{elsewhere.server_port}/x.png"}  # type: ignore[typeddict-item]
        fetched = client.result({**job, "attachments": [link]})
        elsewhere.shutdown()

    assert b"bytes" == fetched
    assert "host" in map(str.lower, Elsewhere.asked)
    assert "authorization" not in map(str.lower, Elsewhere.asked)
