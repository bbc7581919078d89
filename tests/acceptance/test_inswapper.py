"""inswapper against a running server: the default identity on what a job has shown."""

import pytest

from acceptance.live import Json, Pictures, Server
from acceptance.people import Person, changed, somebody

FACE = (180, 60, 270, 200)


@pytest.fixture(scope="module")
def anna(server: Server, pictures: Pictures) -> Person:
    """A user with an identity."""
    anna = somebody(server, "inswapper")
    anna.save("grace", pictures.source)
    return anna


@pytest.fixture(scope="module")
def shown(anna: Person, pictures: Pictures) -> Json:
    """A job of theirs with a picture of Eileen Collins."""
    return anna.done("swapid", {"image": pictures.target}, idname="_")


def test_the_picture_of_a_job_gets_the_default(anna: Person, shown: Json) -> None:
    """By the job's messageId; the result of that can be taken again."""
    job = anna.done("inswapper", targetMessageId=shown["messageId"])
    again = anna.done("inswapper", targetMessageId=job["messageId"])

    assert ("faceswap-inswapper", shown["messageId"]) == (job["verb"], job["targetMessageId"])
    assert 1 == len(again["attachments"]) == len(job["attachments"])
    assert changed(anna.picture(job), anna.picture(shown), FACE) > 4


def test_a_message_that_shows_nothing_fails_the_job(anna: Person, server: Server) -> None:
    """Unknown, another user's, or of a job without a picture: the same sentence."""
    listed = anna.done("listid")
    other = somebody(server, "inswapper-other")
    foreign = other.done("listid")
    for message in ("1", listed["messageId"], foreign["messageId"]):
        job = anna.call("inswapper", targetMessageId=message)

        assert "failed" == job["status"]
        assert f"No message {message} with a picture was found in this channel." == job["error"]
        assert "targetMessageId" == job["errorDetails"]


def test_another_users_picture_is_not_there(
    shown: Json, server: Server, pictures: Pictures
) -> None:
    """Though their default could be put on it; with a picture of one's own a default is needed."""
    other = somebody(server, "inswapper-thief")
    mine = other.done("swapid", {"image": pictures.target}, idname="_")
    bare = other.call("inswapper", targetMessageId=mine["messageId"])
    other.save("grace", pictures.source)
    stolen = other.call("inswapper", targetMessageId=shown["messageId"])

    assert bare["error"].startswith("No default identity is set")
    assert stolen["error"].startswith("No message ")


@pytest.mark.parametrize("message", ["x", "-1", "1" * 21, "\uff11"])
def test_what_is_no_number_is_refused(anna: Person, message: str) -> None:
    """Before a job exists."""
    answer = anna.send("inswapper", targetMessageId=message)

    assert (400, "Param targetMessageId is not a message id") == (
        answer.status_code,
        answer.json()["error"],
    )
    assert "targetMessageId" == answer.json()["errorDetails"]
