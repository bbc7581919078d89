"""Our own operations on identities, and commands that are jobs, over stores in memory."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from api.world import World, png
from mien.jobs.access import digest_of
from mien.jobs.identities import Choose, Identity, Save
from mien.jobs.model import Ending, Status

Worlds = Callable[..., World]
ALL = "/v1/mien/identities"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def user_id(world: World) -> str:
    """The default user."""
    found = world.directory.find_token(digest_of(world.key))
    assert found is not None
    return found[1].id


def saved(world: World, name: str, number: int = 1) -> Identity:
    """An identity of the default user, with its blobs."""
    one = Identity(
        id=f"700{number}",
        user_id=user_id(world),
        name=name,
        photos=2,
        key=f"identities/700{number}/face.npz",
        photo_keys=(f"identities/700{number}/photo-1.jpg",),
        created=NOW + timedelta(seconds=number),
    )
    for key in one.keys:
        world.blobs.put(key, b"face")
    world.identities.change(one.user_id, Save(identity=one, most=20))
    return one


def test_the_list_tells_everything_that_is_known(world: World) -> None:
    """
    The oldest first, with default, options and limit; where nothing is set, nothing is said.
    """
    assert {"identities": [], "limit": 20, "code": 200} == world.get(ALL).json()
    saved(world, "anna")
    saved(world, "bob", 2)
    world.identities.change(user_id(world), Choose(people="anna+bob", options="-m"))

    listed = world.get(ALL).json()

    assert ["anna", "bob"] == [one["name"] for one in listed["identities"]]
    assert ("anna+bob", "-m", 200) == (listed["default"], listed["options"], listed["code"])
    assert {"name", "photos", "photoKept", "created"} == set(listed["identities"][0])
    assert {**listed["identities"][0], "code": 200} == world.get(f"{ALL}/anna").json()
    assert "2026-01-02T03:04:06.000Z" == listed["identities"][0]["created"]


def test_a_renamed_identity_has_its_new_name(world: World) -> None:
    """
    Where it was the default, too; a name that is taken or no name is refused.
    """
    saved(world, "bob", 2)
    saved(world, "anna")

    def rename(body: object) -> tuple[int, str]:
        answer = world.caller.request("PATCH", f"{ALL}/anna", headers=world.bearer, json=body)
        return answer.status_code, answer.json().get("error", answer.json().get("name"))

    assert (400, "Required param name is missing or empty") == rename({})
    assert (400, "There is an identity called bob already.") == rename({"name": "bob"})
    assert 400 == rename({"name": "a b"})[0]
    assert 400 == rename({"name": "x" * 11})[0]
    assert (400, "The body is no valid object of JSON.") == rename([1])
    assert (200, "eve") == rename({"name": "eve"})
    assert (404, "There is no identity called anna.") == rename({"name": "x"})
    assert "eve" == world.get(ALL).json()["default"]


def test_a_deleted_identity_is_gone_with_its_blobs(world: World) -> None:
    """
    Twice is 404, and a name that was left out deletes nobody.
    """
    for number, name in enumerate(("anna", "bob"), 1):
        saved(world, name, number)

    def delete(path: str) -> tuple[int, object]:
        answer = world.caller.request("DELETE", path, headers=world.bearer)
        return answer.status_code, answer.json().get("deleted")

    assert (200, "anna") == delete(f"{ALL}/anna/")
    assert (404, None) == delete(f"{ALL}/anna")
    assert [(405, None), (405, None)] == [delete(ALL), delete(f"{ALL}/")]
    later = datetime.now(UTC) + timedelta(days=1)
    assert {"7002"} == {key.split("/")[1] for key in world.blobs.list("identities", before=later)}


def test_identities_of_another_user_do_not_exist(world: World) -> None:
    """
    Neither listed, read, renamed nor deleted.
    """
    saved(world, "anna")
    mine = world.bearer
    world.key = world.tokens.create("theirs", user="somebody").key
    for method in ("GET", "PATCH", "DELETE"):
        answer = world.caller.request(
            method, f"{ALL}/anna", headers=world.bearer, json={"name": "eve"}
        )

        assert 404 == answer.status_code
    assert [] == world.get(ALL).json()["identities"]
    assert 1 == len(world.caller.get(ALL, headers=mine).json()["identities"])


@pytest.mark.parametrize("name", ["%00", "..%2F..", "%F0%9F%99%82", "x" * 5000, "a%20b"])
def test_names_that_cannot_be_are_404(world: World, name: str) -> None:
    """
    Whatever is asked for, it does not exist.
    """
    for method in ("GET", "DELETE"):
        answer = world.caller.request(method, f"{ALL}/{name}", headers=world.bearer)

        assert 404 == answer.status_code


def test_several_photos_make_one_job(world: World) -> None:
    """
    The field may come several times; each photo is stored, all for one `saveid` job.
    """
    photos = [("image", ("blob", png())) for _ in range(3)]
    sent = {"files": photos, "data": {"idname": "anna"}, "headers": world.bearer}
    job = world.caller.post(ALL, **sent).json()
    stored = world.jobs.find(job["jobid"])

    assert ("faceswap-saveid", "started", "anna") == (job["verb"], job["status"], job["idname"])
    assert stored is not None
    assert ["image", "image2", "image3"] == sorted(stored.uploads)


def test_too_many_photos_are_refused(world: World) -> None:
    """
    Nine, where eight are allowed; the command of the contract takes the first of several.
    """
    photos = [("image", ("blob", png())) for _ in range(9)]
    sent = {"files": photos, "data": {"idname": "anna"}, "headers": world.bearer}
    many = world.caller.post(ALL, **sent)
    one = world.caller.post("/v1/faceswap/saveid", **sent)

    assert (400, "There are more than 8 files in image.") == (
        many.status_code,
        many.json()["error"],
    )
    assert "image: files 9, limit 8" == many.json()["errorDetails"]
    stored = world.jobs.find(one.json()["jobid"])
    assert stored is not None
    assert ["image"] == list(stored.uploads)


def test_every_photo_is_looked_at_before_a_job_exists(world: World) -> None:
    """
    The last of three is no picture.
    """
    photos = [("image", ("blob", data)) for data in (png(), png(), b"no picture")]
    answer = world.caller.post(ALL, files=photos, data={"idname": "anna"}, headers=world.bearer)

    assert (400, "image") == (answer.status_code, answer.json()["errorDetails"])
    assert [] == world.announced


def faces(world: World) -> tuple[int, dict[str, object]]:
    """The answer to a look for faces."""
    answer = world.caller.post("/v1/mien/faces", files={"image": png()}, headers=world.bearer)
    return answer.status_code, answer.json()


def test_the_report_of_a_look_is_the_answer(world_of: Worlds) -> None:
    """
    What the worker found is told as it is.
    """
    world = world_of(wait_s=60)
    found = {"width": 8, "height": 8, "faces": [], "warnings": []}
    world.on_job = lambda job_id: ended(world, job_id, Status.COMPLETED, report=found)

    assert (200, {**found, "code": 200}) == faces(world)


def test_a_look_that_failed_is_the_callers_error(world_of: Worlds) -> None:
    """
    It is no job for its caller, so its failure is a 400 with the job's sentence.
    """
    world = world_of(wait_s=60)
    world.on_job = lambda job_id: ended(world, job_id, Status.FAILED, error="The photo is damaged.")
    status, body = faces(world)

    assert (400, "The photo is damaged.", "image") == (status, body["error"], body["errorDetails"])


def test_a_look_that_takes_too_long_is_to_be_tried_again(world: World) -> None:
    """
    429 with a time to wait, because there is no picture of a job to come back for.
    """
    status, body = faces(world)

    assert (429, 429) == (status, body["code"])


def ended(world: World, job_id: str, status: Status, **ending: object) -> None:
    """End a job without a picture."""
    fence = world.begin(job_id)
    end = Ending(status=status, timestamp=NOW, message_id="1", **ending)  # type: ignore[arg-type]
    world.jobs.finish(job_id, fence, end)
    done = world.jobs.find(job_id)
    assert done is not None
    world.waiters.settle(done)
