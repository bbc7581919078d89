"""Credits on the wire: what jobs cost, what they say, and 402."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from api.test_identities import saved
from api.world import World, png
from media.clips import clip
from mien.contract import CHANGEBG, HEADSHOT
from mien.jobs.credits import Credits
from mien.jobs.model import Status

PROMPT = "me, a mad king with an evil smile. --no green --square"


def give(world: World, total: int, *, channel: int = 0) -> None:
    """Give a channel of the default user so many credits."""
    now = datetime.now(UTC)
    mine = world.channels[channel]
    world.directory.set_credits(replace(mine, credits=Credits(total=total, since=now, changed=now)))


def left(world: World) -> int | None:
    """What the user's first channel has left."""
    budget = world.channels[0].credits
    return budget.left if budget else None


def gif() -> bytes:
    """An animation of two frames."""
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def own(world: World, job_id: str) -> dict[str, Any]:
    """The job in our own form."""
    job: dict[str, Any] = world.get(f"/v1/mien/jobs/{job_id}").json()
    return job


def test_nothing_is_charged_until_a_channel_has_credits(world: World) -> None:
    """The price is known, and nothing was taken."""
    job = own(world, world.submitted())

    assert (1, 0) == (job["price"], job["charged"])


def test_a_picture_costs_one_and_a_gif_twenty(world: World) -> None:
    """Taken when the job is accepted, and given back when it fails."""
    give(world, 30)
    still = world.submitted()

    assert 29 == left(world)

    files = {"source_image": png(), "target_image_gif_or_video": gif()}
    moving = world.picsi(files=files).json()["jobid"]

    assert (9, 20) == (left(world), own(world, moving)["charged"])

    world.end(moving, Status.FAILED)
    world.end(still)

    assert 29 == left(world)
    assert [1, 0] == [own(world, job_id)["charged"] for job_id in (still, moving)]


def test_a_video_costs_one_for_each_second_it_has_begun(world: World, tmp_path: Path) -> None:
    """2.4 seconds are three credits: the header of the upload says how long it plays."""
    give(world, 30)
    film = clip(tmp_path / "film.mp4", 60).read_bytes()
    files = {"source_image": png(), "target_image_gif_or_video": film}
    world.picsi(files=files)

    assert 27 == left(world)


def test_prices_are_settings(world_of: Callable[..., World]) -> None:
    """One of them changed, the others as usual."""
    world = world_of(prices="picsi=7")
    give(world, 30)
    world.submitted()

    assert 23 == left(world)
    assert (7, 20) == (me(world)["prices"]["picsi"], me(world)["prices"]["gif"])


def me(world: World) -> dict[str, Any]:
    """Who the caller is."""
    fields: dict[str, Any] = world.get("/v1/mien/me").json()
    return fields


def test_a_spent_budget_is_402_and_never_429(world: World) -> None:
    """Clients retry 429 for ever. Nothing is stored, and what is free goes on."""
    give(world, 1)
    world.submitted()
    answer = world.picsi()

    assert (402, "No configured channel has available credits", 402) == (
        answer.status_code,
        answer.json()["error"],
        answer.json()["code"],
    )
    assert "credits 1, limit 0" == answer.json()["errorDetails"]
    assert 1 == len(world.announced)


def test_with_a_second_channel_there_are_credits(world: World) -> None:
    """A channel that is named is not replaced by another one."""
    spent = world.channels[0]
    world.directory.add_channel(replace(spent, id="77"))
    give(world, 0)
    answer = world.picsi()

    assert (200, "77") == (answer.status_code, answer.json()["channel"])
    assert 402 == world.picsi(data={"channel": spent.id}).status_code


def test_a_repeated_job_costs_the_same(world: World) -> None:
    """A GIF is a GIF the second time too."""
    give(world, 50)
    files = {"source_image": png(), "target_image_gif_or_video": gif()}
    job_id = world.picsi(files=files).json()["jobid"]
    again = world.caller.post(f"/v1/mien/jobs/{job_id}/repeat", headers=world.bearer).json()

    assert (20, 20, 10) == (again["price"], again["charged"], left(world))


def test_me_shows_the_credits_of_each_channel(world: World) -> None:
    """In the contract's form; without credits there is none."""
    world.directory.add_channel(replace(world.channels[0], id="77"))
    give(world, 10)
    world.picsi(data={"channel": world.channels[0].id})
    charged, free = me(world)["channels"]

    assert {"total": 10, "used": 1} == {
        name: charged["credits"][name] for name in ("total", "used")
    }
    assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}\.[0-9]{6}\+00:00", charged["credits"]["timestamp"])
    assert {"channel", "width"} == set(free)


def test_limits_are_told(world: World) -> None:
    """What a request may be, and how many may wait."""
    assert {"uploadBytes", "pixels", "faces"} < set(me(world)["limits"])
    assert 100 == me(world)["limits"]["waitingJobs"]


@pytest.mark.parametrize(("total", "said"), [(None, "796/800"), (10, "6/10")])
def test_a_headshot_says_from_the_beginning_what_its_page_shows(
    world: World, total: int | None, said: str
) -> None:
    """Message, its number and its time; with a budget the numbers are real."""
    if total is not None:
        give(world, total)
    saved(world, "me")
    job = world.call(HEADSHOT, prompt=PROMPT).json()
    user = world.channels[0].user_id

    assert "started" == job["status"]
    assert job["messageId"].isdecimal()
    assert job["timestamp"].endswith("+00:00")
    assert re.fullmatch(
        rf"<@{user}> Picsi\.Ai Headshot Job Submitted \[jobid: {job['jobid']}\] \[credits: 4\] "
        r"\[prompt: 'a mad king with an evil smile\. --no green --square'\] "
        rf"\[time: [0-9: -]+\] \[SaveID: 'me'\] \({said} credits remaining\)",
        job["content"],
    )


def test_what_was_said_at_the_beginning_stays(world: World) -> None:
    """Whether the job ends well or not, its content still starts with it."""
    for status in (Status.COMPLETED, Status.FAILED):
        job = world.call(CHANGEBG).json()
        world.end(job["jobid"], status)
        ended = world.get(f"/v1/faceswap/jobs?jobid={job['jobid']}").json()

        assert ended["content"].startswith(job["content"])
        assert " ChangeBG Job Submitted " in ended["content"]
