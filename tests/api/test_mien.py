"""Our own operations: lists, events, callbacks, me."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.world import World
from mien.commands.looks import understood
from mien.jobs.deliveries import DeliveryState, Verdict
from mien.jobs.model import Ending, Job, Lease, Progress, Status


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Names and data of server-sent events."""
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    return [
        (lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: ")))
        for lines in blocks
        if lines[0].startswith("event: ")
    ]


def test_pages_hold_every_job_once_while_new_ones_come(world: World) -> None:
    """Following cursors shows each job that was there, newest first, though others arrive."""
    made = [world.submitted() for _ in range(5)]
    seen: list[str] = []
    page = world.get("/v1/mien/jobs?limit=2").json()
    while True:
        seen += [job["jobid"] for job in page["jobs"]]
        world.submitted()
        if "cursor" not in page:
            break
        page = world.get(f"/v1/mien/jobs?limit=2&cursor={page['cursor']}").json()

    assert sorted(made) == sorted(seen)
    assert 5 == len(seen)


def test_filters_narrow_the_list(world: World) -> None:
    """Status, verb, channel and time each leave what fits."""
    done, _waits = world.submitted(), world.submitted()
    world.end(done)

    def ids(query: str) -> int:
        return len(world.get(f"/v1/mien/jobs?{query}").json()["jobs"])

    assert [1, 1, 0] == [ids(f"status={word}") for word in ("completed", "created", "failed")]
    assert [2, 0] == [ids(f"verb={word}") for word in ("faceswap-picsi", "faceswap-swap")]
    assert [2, 0] == [ids(f"since={year}-01-01T00:00:00Z") for year in (2000, 2999)]
    assert 0 == ids("channel=1")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=ü", "status=x", "since=x"]
)
def test_bad_parameters_are_named(world: World, query: str) -> None:
    """400 with the parameter's name."""
    answer = world.get(f"/v1/mien/jobs?{query}")

    assert (400, query.split("=", maxsplit=1)[0]) == (
        answer.status_code,
        answer.json()["errorDetails"],
    )


def test_another_users_jobs_are_not_there(world: World) -> None:
    """Lists, events and callbacks of another user do not exist."""
    job_id = world.submitted(replyUrl="https://hooks.example/")
    world.end(job_id)
    stranger = world.stranger

    def get(path: str, method: str = "GET") -> tuple[int, object]:
        answer = world.caller.request(method, path, headers=stranger)
        return answer.status_code, answer.json().get("jobs", answer.json().get("deliveries"))

    assert (200, []) == get("/v1/mien/jobs")
    assert (200, []) == get("/v1/mien/deliveries")
    for method, rest in (("GET", "/events"), ("GET", ""), ("DELETE", ""), ("POST", "/repeat")):
        assert 404 == get(f"/v1/mien/jobs/{job_id}{rest}", method)[0]
    assert 404 == get(f"/v1/mien/deliveries/{job_id}", "POST")[0]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/mien/jobs"),
        ("GET", "/v1/mien/jobs/x"),
        ("DELETE", "/v1/mien/jobs/x"),
        ("POST", "/v1/mien/jobs/x/repeat"),
        ("GET", "/v1/mien/jobs/x/events"),
        ("GET", "/v1/mien/deliveries"),
        ("GET", "/v1/mien/scenes"),
        ("GET", "/v1/mien/me"),
    ],
)
def test_a_token_with_a_subscription_is_asked_for(world: World, method: str, path: str) -> None:
    """Nothing here is for strangers, or for those whose time is over."""
    assert 401 == world.caller.request(method, path).status_code

    world.suspend()

    assert 402 == world.caller.request(method, path, headers=world.bearer).status_code


def test_events_end_with_the_job(world: World) -> None:
    """A job that has ended is one event, and the stream is over."""
    job_id = world.submitted()
    world.end(job_id, Status.FAILED, error="No face found in the source picture.")
    answer = world.get(f"/v1/mien/jobs/{job_id}/events")

    assert "text/event-stream" == answer.headers["content-type"].partition(";")[0]
    ((name, job),) = events_of(answer.text)
    assert ("end", "failed", job_id) == (name, job["status"], job["jobid"])


def test_callbacks_are_listed_and_sent_again(world: World) -> None:
    """An ended callback becomes due by a POST; a pending one and an unknown one are 404."""
    job_id = world.submitted(replyUrl="https://hooks.example/")
    world.end(job_id)
    again = f"/v1/mien/deliveries/{job_id}"
    (listed,) = world.get("/v1/mien/deliveries?state=pending").json()["deliveries"]
    assert (job_id, 0) == (listed["jobid"], listed["attempts"])
    assert 404 == world.caller.post(again, headers=world.bearer).status_code

    give_up(world)
    assert [] == world.get("/v1/mien/deliveries?state=pending").json()["deliveries"]
    assert 200 == world.caller.post(again, headers=world.bearer).status_code
    assert 1 == len(world.get("/v1/mien/deliveries?state=pending").json()["deliveries"])


def give_up(world: World) -> None:
    """Make the due callback a dead letter."""
    now = datetime.now(UTC)
    lease = Lease(owner="x", until=now)
    for one in world.deliveries.claim_due(lease, now=now, limit=9):
        assert world.deliveries.settle(one, Verdict(state=DeliveryState.DEAD), now=now)


def test_me_names_user_and_secret(world: World) -> None:
    """The secret stays the same, and is the one that signs."""
    me = world.get("/v1/mien/me").json()

    assert "default" == me["name"]
    assert me == world.get("/v1/mien/me").json()
    assert me["webhookSecret"] == world.deliveries.webhook_secret(me["user"], fresh="")


def test_scenes_are_those_that_prompts_can_name(world: World) -> None:
    """Every scene that is listed is one that the studio chooses when a prompt has its name."""
    listed = world.get("/v1/mien/scenes").json()
    chosen = {each["name"]: understood(each["name"]).looks(1)[0].scene for each in listed["scenes"]}

    assert len(chosen) >= 24
    assert {name: name for name in chosen} == chosen
    assert "golden hour" in listed["times"]
    assert "black and white" in listed["films"]


@pytest.mark.parametrize("url", ["u", "ftp://example.org/", "http://a:b@example.org/"])
def test_a_bad_reply_url_is_refused_at_submit(world: World, url: str) -> None:
    """400 in the contract's style, and no job."""
    answer = world.picsi(data={"replyUrl": url})

    assert (400, "Optional param replyUrl is not a valid http or https URL") == (
        answer.status_code,
        answer.json()["error"],
    )
    assert [] == world.announced


def test_where_a_name_leads_is_nobodys_business_at_submit(world: World) -> None:
    """A private address is accepted with the job; the delivery refuses it."""
    assert 200 == world.picsi(data={"replyUrl": "http://127.0.0.1:9999/"}).status_code


def test_progress_is_shown_while_a_job_runs(world: World) -> None:
    """In lists and alone; the ended job has none."""
    job_id = world.submitted()
    world.report(job_id, "frames", 0.25)
    path = f"/v1/mien/jobs/{job_id}"

    for job in (world.get(path).json(), world.get("/v1/mien/jobs").json()["jobs"][0]):
        assert ("progress", {"stage": "frames", "fraction": 0.25}) == (
            job["status"],
            job["progress"],
        )

    world.get(f"/v1/faceswap/jobs/cancel?jobid={job_id}")

    assert "progress" not in world.get(path).json()


def test_delete_cancels(world: World) -> None:
    """The answer is the cancelled job; a second time changes nothing."""
    job_id = world.submitted()
    path = f"/v1/mien/jobs/{job_id}"
    job = world.caller.request("DELETE", path, headers=world.bearer).json()

    assert ("cancelled", job_id, 200) == (job["status"], job["jobid"], job["code"])
    assert job == world.caller.request("DELETE", f"{path}/", headers=world.bearer).json()


def test_a_job_is_repeated_while_its_uploads_are_there(world: World) -> None:
    """A new job that asks for the same; afterwards 409 says what to do."""
    first = world.submitted(options="-m", replyRef="mine")
    path = f"/v1/mien/jobs/{first}/repeat"
    second = world.caller.post(path, headers=world.bearer).json()

    assert first != second["jobid"]
    assert ("-m", "mine", "faceswap-picsi") == (
        second["options"],
        second["replyRef"],
        second["verb"],
    )
    assert [first, second["jobid"]] == world.get("/v1/faceswap/jobs").json()

    world.get(f"/v1/faceswap/jobs/cancel?jobid={first}")
    refused = world.caller.post(path, headers=world.bearer)

    assert (409, 409) == (refused.status_code, refused.json()["code"])
    assert "send them again" in refused.json()["error"]


def test_events_follow_a_job_to_its_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Created, started, on its way, ended: one event each, in order, and the stream is over."""
    job_id = world.submitted()
    find, looks = world.jobs.find, iter(range(100))

    def moved_on(asked: str) -> Job | None:
        """Looks 0 and 1 open the stream; before each of the next something happens."""
        look = next(looks)
        if look == 2:
            world.begin(job_id)
        if look in {3, 4}:
            now = datetime.now(UTC)
            news = Progress(stage="frames", fraction=look / 10)
            world.jobs.renew(job_id, 1, until=now + timedelta(minutes=1), now=now, news=news)
        if look == 5:
            monkeypatch.setattr(world.jobs, "find", find)
            ending = Ending(status=Status.COMPLETED, timestamp=datetime.now(UTC), message_id="1")
            world.jobs.finish(job_id, 1, ending)
            done = find(job_id)
            assert done is not None
            world.waiters.settle(done)
        return find(asked)

    monkeypatch.setattr(world.jobs, "find", moved_on)
    events = events_of(world.get(f"/v1/mien/jobs/{job_id}/events").text)

    assert [
        ("status", "created", None),
        ("status", "started", None),
        ("status", "progress", 0.3),
        ("progress", "progress", 0.4),
        ("end", "completed", None),
    ] == [(name, job["status"], job.get("progress", {}).get("fraction")) for name, job in events]
