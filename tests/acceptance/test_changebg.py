"""changebg against a running server: taken in as the contract says, and honest about what is missing."""

import requests

from acceptance.live import PATIENCE_S, Pictures, Server


def test_a_photo_becomes_a_job_that_says_what_is_missing(
    server: Server, pictures: Pictures
) -> None:
    """200, a job with its fields echoed, failed, with a plain sentence; the photo is not kept."""
    answer = requests.post(
        f"{server.url}/v1/faceswap/changebg",
        headers=server.bearer,
        files={"image": ("blob", pictures.source, "application/octet-stream")},
        data={"a_background_photo_of": "a library"},
        timeout=PATIENCE_S,
    )
    job = answer.json()

    assert (200, "faceswap-changebg", "failed") == (answer.status_code, job["verb"], job["status"])
    assert "a library" == job["a_background_photo_of"]
    assert {"size": len(pictures.source), "type": "image/png"} == job["image"]
    assert "No generator of pictures is configured" in job["error"]
    assert not (server.folder / "blobs" / "inputs" / job["jobid"]).exists()
