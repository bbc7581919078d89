"""setid against a running server: who is meant when nobody is named."""

import pytest

from acceptance.live import Pictures, Server
from acceptance.people import Person, changed, somebody

FACE = (180, 60, 270, 200)


@pytest.fixture(scope="module")
def anna(server: Server, pictures: Pictures) -> Person:
    """A user with two identities."""
    anna = somebody(server, "setid")
    anna.save("grace", pictures.source)
    anna.save("eileen", pictures.target)
    return anna


@pytest.mark.parametrize("words", ["grace", "grace+grace+eileen", "_,grace"])
def test_the_default_can_be_a_name_a_mix_or_a_list(anna: Person, words: str) -> None:
    """It is told by the job and by the list."""
    job = anna.done("setid", idname=words)

    assert ("faceswap-setid", words) == (job["verb"], job["idname"])
    assert f"[default ids: {words}]" in job["content"]
    assert words == anna.gallery()["default"]


def test_preferences_are_kept_beside_the_people(anna: Person) -> None:
    """Options alone keep the people, people alone keep the options."""
    anna.done("setid", idname="grace --greedy -m")
    anna.done("setid", idname="--nogreedy")
    options = anna.gallery()
    anna.done("setid", idname="eileen")
    people = anna.gallery()

    assert ("grace", "--nogreedy") == (options["default"], options["options"])
    assert ("eileen", "--nogreedy") == (people["default"], people["options"])


def test_the_default_and_its_options_are_used(anna: Person, pictures: Pictures) -> None:
    """An age that was set as a preference shows in a swap that names nobody."""
    anna.done("setid", idname="grace --greedy")
    plain = anna.done("swapid", {"image": pictures.target}, idname="--greedy")
    anna.done("setid", idname="--oldify 900")
    aged = anna.done("swapid", {"image": pictures.target}, idname="--greedy")

    assert changed(anna.picture(plain), anna.picture(aged), FACE) > 2


def test_somebody_who_is_not_saved_cannot_be_the_default(anna: Person) -> None:
    """The job fails with a sentence, and the default is as before; what makes no sense is a 400."""
    before = anna.gallery()
    job = anna.call("setid", idname="grace,nobody")
    senseless = anna.send("setid", idname="a+b+c+d")

    assert ("failed", "There is no identity called nobody.") == (job["status"], job["error"])
    assert "idname" == job["errorDetails"]
    assert (400, "A mix has 3 people at most.") == (
        senseless.status_code,
        senseless.json()["error"],
    )
    assert before == anna.gallery()
