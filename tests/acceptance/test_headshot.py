"""headshot against a running server: taken in as the contract says, and honest about what is missing."""

import pytest
import requests

from acceptance.live import PATIENCE_S, Json, Server

PROMPT = (
    "me, a mad king with an evil smile, wearing medieval royal blue attire. --no green --square"
)


@pytest.mark.parametrize("form", ["headshot", "headshot/"])
@pytest.mark.parametrize("kind", ["json", "files"])
def test_a_prompt_becomes_a_job_that_says_what_is_missing(
    server: Server, form: str, kind: str
) -> None:
    """As JSON or as a form: 200, a job that can be read again, failed, with a plain sentence."""
    fields = {"prompt": PROMPT, "replyRef": "mine"}
    sent: Json = {"json": fields, "files": {name: (None, text) for name, text in fields.items()}}
    answer = requests.post(
        f"{server.url}/v1/faceswap/{form}",
        headers=server.bearer,
        timeout=PATIENCE_S,
        allow_redirects=False,
        **{kind: sent[kind]},
    )
    job = answer.json()

    assert (200, 200) == (answer.status_code, job["code"])
    assert ("faceswap-headshot", "failed") == (job["verb"], job["status"])
    assert (PROMPT, "mine") == (job["prompt"], job["replyRef"])
    assert job["error"] == (
        "No generator of pictures is configured on this service, so it cannot do headshot."
    )
    assert job == server.job(job["jobid"]).json()
