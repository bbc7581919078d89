"""headshot against a running server: a saved identity and a prompt become portraits."""

import io
import re
import socket
from pathlib import Path

import numpy as np
import pytest
import requests
from PIL import Image

from acceptance.live import PATIENCE_S, Json, Pictures, Server
from acceptance.people import Person, set_credits, somebody

PROMPT = (
    "me, a mad king with an evil smile, wearing medieval royal blue attire. --no green --square"
)


@pytest.fixture(scope="module")
def sitter(server: Server, pictures: Pictures) -> Person:
    """A user with two saved identities; the second is the default."""
    person = somebody(server, "sitter")
    person.save("me", pictures.source)
    person.save("you", pictures.target)
    return person


def ended(person: Person, job: Json) -> Json:
    """The job at its end."""
    answer = requests.get(
        f"{person.server.url}/v1/faceswap/jobs/?jobid={job['jobid']}",
        headers=person.bearer | {"Prefer": f"wait={PATIENCE_S}"},
        timeout=2 * PATIENCE_S,
    )
    found: Json = answer.json()
    return found


@pytest.mark.parametrize("kind", ["json", "files"])
def test_a_prompt_becomes_four_portraits(sitter: Person, kind: str) -> None:
    """`started` at once, with the words of the page; then four square pictures that differ."""
    fields = {"prompt": PROMPT, "replyRef": "mine"}
    sent: Json = {"json": fields, "files": {name: (None, text) for name, text in fields.items()}}
    job = sitter.request("POST", "/v1/faceswap/headshot", **{kind: sent[kind]}).json()
    done = ended(sitter, job)
    pictures = [Image.open(io.BytesIO(_fetched(each["url"]))) for each in done["attachments"]]

    assert ("started", "faceswap-headshot", 200) == (job["status"], job["verb"], job["code"])
    assert re.fullmatch(
        rf"<@[0-9]+> Picsi\.Ai Headshot Job Submitted \[jobid: {job['jobid']}\] \[credits: 4\] "
        r"\[prompt: 'a mad king with an evil smile, wearing medieval royal blue attire\. --no green "
        r"--square'\] \[time: [0-9: -]+\] \[SaveID: 'me'\] \(796/800 credits remaining\)",
        job["content"],
    )
    assert "completed" == done["status"], done
    assert done["content"].startswith(job["content"])
    assert (
        "Words without effect: mad, king, smile, wearing, royal, blue, attire." in done["content"]
    )
    assert ["image/jpeg"] * 4 == [each["content_type"] for each in done["attachments"]]
    assert [(each["width"], each["height"]) for each in done["attachments"]] == [
        picture.size for picture in pictures
    ]
    # The photo is too small for 1024 pixels, and is not blown up.
    assert all(512 <= picture.width == picture.height < 1024 for picture in pictures)
    assert 4 == len({picture.tobytes() for picture in pictures})


def test_the_default_is_shown_where_nobody_is_named(sitter: Person) -> None:
    """Of one prompt with a comma that names nobody; by its seed it is made alike again."""
    jobs = [
        ended(sitter, sitter.call("headshot", prompt=f"{who}a castle, at night --n 1 --seed 5"))
        for who in ("", "you, ", "me, ")
    ]
    shown = [np.asarray(sitter.picture(job)) for job in jobs]

    assert ["you", "you", "me"] == [_saved_id(job) for job in jobs]
    assert (shown[0] == shown[1]).all()
    assert not np.array_equal(shown[0], shown[2])


def test_a_mix_is_one_person(sitter: Person) -> None:
    """Its frame is the first one's; its face is neither's alone."""
    alone, mixed = (
        ended(sitter, sitter.call("headshot", prompt=f"{who}, paper --n 1 --seed 5"))
        for who in ("me", "me+you")
    )
    first, second = (np.asarray(sitter.picture(job)).astype(int) for job in (alone, mixed))

    assert "me+you" == _saved_id(mixed)
    assert first.shape == second.shape
    # The backdrop's corner is alike, the face is not.
    assert np.abs(first[:40, :40] - second[:40, :40]).mean() < 1
    assert np.abs(first - second).max() > 40


@pytest.mark.parametrize(
    ("prompt", "error"),
    [
        ("me+nobody, a king", "There is no identity called nobody."),
        ("me+me+you+you, a king", "A mix has 3 people at most."),
    ],
)
def test_people_who_make_no_sense_fail_the_job(sitter: Person, prompt: str, error: str) -> None:
    """With the sentence; nothing is shown."""
    job = ended(sitter, sitter.call("headshot", prompt=prompt))

    assert ("failed", error, 200) == (job["status"], job["error"], job["code"])
    assert "attachments" not in job


def test_who_has_saved_nobody_is_told(server: Server) -> None:
    """There is no default: the job fails, and says what to do."""
    stranger = somebody(server, "stranger")
    job = ended(stranger, stranger.call("headshot", prompt="a king"))

    assert "failed" == job["status"]
    assert "save one with saveid" in job["error"]
    assert "SaveID" not in job["content"]


@pytest.mark.parametrize(
    ("prompt", "error"),
    [
        ("", "Required param prompt is missing or empty"),
        ("  \x07 ", "Required param prompt is missing or empty"),
        ("a" * 10_000, "Required param prompt is too long"),
        ("me, x --n 9", "The switch --n takes a whole number from 1 to 4, got 9."),
        ("me, x --ar wide", "The switch --ar takes width and height, as in --ar 4:5, got wide."),
    ],
)
def test_a_prompt_that_cannot_be_read_is_refused(sitter: Person, prompt: str, error: str) -> None:
    """With 400 and its field, before a job exists."""
    answer = sitter.request("POST", "/v1/faceswap/headshot", json={"prompt": prompt})

    assert (400, error) == (answer.status_code, answer.json()["error"])
    assert answer.json()["errorDetails"].startswith("prompt")


def test_strange_words_are_words(sitter: Person) -> None:
    """Markup and control characters do no harm; that nothing is known is said."""
    prompt = "me, <script>alert('x')</script>\x1b[31m {{7*7}} ' OR 1=1 -- \u202e --n 1"
    job = ended(sitter, sitter.call("headshot", prompt=prompt))

    assert "completed" == job["status"], job
    assert prompt == job["prompt"]
    assert "The studio knows no word of the prompt" in job["content"]


def test_credits_come_back_when_the_generator_fails(tmp_path: Path, pictures: Pictures) -> None:
    """A service that does not answer ends the job with its sentence, and the four credits are there again."""
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        port = nobody_listens.getsockname()[1]
        with Server(
            tmp_path / "data",
            generator="generated",
            generator_kind="automatic1111",
            generator_url=f"http://127.0.0.1:{port}",
            generator_tries="1",
        ) as server:
            person = somebody(server, "unlucky")
            person.save("me", pictures.source)
            (channel,) = person.request("GET", "/v1/faceswap/account").json()
            set_credits(server, channel, 10)
            job = person.call("headshot", prompt="me, a mad king")
            failed = ended(person, job)
            own = person.request("GET", f"/v1/mien/jobs/{job['jobid']}").json()
            rest = person.request("GET", "/v1/mien/me").json()

    assert "(6/10 credits remaining)" in job["content"]
    assert "failed" == failed["status"], failed
    assert "generator of pictures" in failed["error"]
    assert "attachments" not in failed
    assert (4, 0) == (own["price"], own["charged"])
    assert [(10, 0)] == [
        (one["credits"]["total"], one["credits"]["used"]) for one in rest["channels"]
    ]


def _fetched(url: str) -> bytes:
    return requests.get(url, timeout=PATIENCE_S).content


def _saved_id(job: Json) -> str:
    found = re.search(r"\[SaveID: '(.*?)'\]", job["content"])
    assert found is not None
    return found[1]
