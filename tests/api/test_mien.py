"""Our own operations: lists, events, callbacks, me."""

import json
from datetime import UTC, datetime

import pytest

from api.world import World
from mien.jobs.deliveries import DeliveryState, Verdict
from mien.jobs.model import Ending, Job, Lease, Status


def submitted(world: World, **data: str) -> str:
    """A picsi job, accepted; its id."""
    answer = world.picsi(data=data)
    assert 200 == answer.status_code
    return str(answer.json()["jobid"])


def events_of(text: str) -> list[tuple[str, dict[str, object]]]:
    """Names and data of server-sent events."""
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    return [
        (lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: ")))
        for lines in blocks
        if lines[0].startswith("event: ")
    ]


def test_pages_hold_every_job_once_while_new_ones_come(world: World) -> None:
    """Following cursors shows each job that was there, newest first, though others arrive."""
    made = [submitted(world) for _ in range(5)]
    seen: list[str] = []
    page = world.get("/v1/mien/jobs?limit=2").json()
    while True:
        seen += [job["jobid"] for job in page["jobs"]]
        submitted(world)
        if "cursor" not in page:
            break
        page = world.get(f"/v1/mien/jobs?limit=2&cursor={page['cursor']}").json()

    assert sorted(made) == sorted(seen)
    assert 5 == len(seen)


def test_filters_narrow_the_list(world: World) -> None:
    """Status, verb, channel and time each leave what fits."""
    done, _waits = submitted(world), submitted(world)
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
    job_id = submitted(world, replyUrl="https://hooks.example/")
    world.end(job_id)
    stranger = {"Authorization": f"Bearer {world.tokens.create('x', user='stranger').key}"}

    def get(path: str, method: str = "GET") -> tuple[int, object]:
        answer = world.caller.request(method, path, headers=stranger)
        return answer.status_code, answer.json().get("jobs", answer.json().get("deliveries"))

    assert (200, []) == get("/v1/mien/jobs")
    assert (200, []) == get("/v1/mien/deliveries")
    assert 404 == get(f"/v1/mien/jobs/{job_id}/events")[0]
    assert 404 == get(f"/v1/mien/deliveries/{job_id}", "POST")[0]


@pytest.mark.parametrize(
    "path", ["/v1/mien/jobs", "/v1/mien/jobs/x/events", "/v1/mien/deliveries", "/v1/mien/me"]
)
def test_a_token_is_asked_for(world: World, path: str) -> None:
    """Nothing here is for strangers."""
    assert 401 == world.caller.get(path).status_code


def test_events_end_with_the_job(world: World) -> None:
    """A job that has ended is one event, and the stream is over."""
    job_id = submitted(world)
    world.end(job_id, Status.FAILED, error="No face found in the source picture.")
    answer = world.get(f"/v1/mien/jobs/{job_id}/events")

    assert "text/event-stream" == answer.headers["content-type"].partition(";")[0]
    ((name, job),) = events_of(answer.text)
    assert ("end", "failed", job_id) == (name, job["status"], job["jobid"])


def test_callbacks_are_listed_and_sent_again(world: World) -> None:
    """An ended callback becomes due by a POST; a pending one and an unknown one are 404."""
    job_id = submitted(world, replyUrl="https://hooks.example/")
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


def test_events_follow_a_job_to_its_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Created, started, ended: one event each, in this order, and the stream is over."""
    job_id = submitted(world)
    find, looks = world.jobs.find, iter(range(100))

    def moved_on(asked: str) -> Job | None:
        """Looks 0 and 1 open the stream; a worker begins before the next, and ends before that."""
        look = next(looks)
        if look == 2:
            world.begin(job_id)
        if look == 3:
            monkeypatch.setattr(world.jobs, "find", find)
            ending = Ending(status=Status.COMPLETED, timestamp=datetime.now(UTC), message_id="1")
            world.jobs.finish(job_id, 1, ending)
            done = find(job_id)
            assert done is not None
            world.waiters.settle(done)
        return find(asked)

    monkeypatch.setattr(world.jobs, "find", moved_on)
    events = events_of(world.get(f"/v1/mien/jobs/{job_id}/events").text)

    assert [("status", "created"), ("status", "started"), ("end", "completed")] == [
        (name, job["status"]) for name, job in events
    ]
