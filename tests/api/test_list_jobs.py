"""``GET /v1/faceswap/jobs``: what is being worked on."""

from api.world import World


def test_ids_of_unfinished_jobs_are_an_array(world: World) -> None:
    """Waiting and running ones, oldest first; what has ended is not there."""
    waiting, running, ended = (world.submitted() for _ in range(3))
    world.begin(running)
    world.end(ended)
    answer = world.get("/v1/faceswap/jobs")

    assert 200 == answer.status_code
    assert "application/json" == answer.headers["content-type"]
    assert [waiting, running] == answer.json()


def test_nothing_to_do_is_an_empty_array(world: World) -> None:
    """Not an object, not an error."""
    assert [] == world.get("/v1/faceswap/jobs").json()


def test_a_user_sees_their_own_with_every_token(world: World) -> None:
    """Another user sees none of them."""
    job_id = world.submitted()

    def ids(headers: dict[str, str]) -> object:
        return world.caller.get("/v1/faceswap/jobs", headers=headers).json()

    assert [job_id] == ids(world.another_token)
    assert [] == ids(world.stranger)


def test_a_token_with_a_subscription_is_asked_for(world: World) -> None:
    """401 without one, 402 when it is over."""
    assert 401 == world.caller.get("/v1/faceswap/jobs").status_code

    world.suspend()

    assert 402 == world.get("/v1/faceswap/jobs").status_code
