"""What only an upstream can say, said by a fake one in a real worker process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from api.caller import Caller
from api.world import png
from mien.api.app import create_app
from mien.bootstrap.service import Service, build_service
from mien.contract import OPERATIONS
from mien.settings import Settings
from mien.storage.database import Database
from mien.storage.tables import channels
from mien.testing import UPSTREAM, UpstreamFactory

DISCORD_BUSY = "Discord /interactions failed with HTTP status 429"
BUSY = {
    "error": DISCORD_BUSY,
    "errorDetails": '{"global":true,"message":"You are being rate limited.","retry_after":10}',
    "code": 429,
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose only channel belongs to the upstream."""
    folder = tmp_path_factory.mktemp("upstream")
    settings = Settings.load(data_dir=folder, workers=1)
    service = build_service(settings, UpstreamFactory(settings=settings))
    database = Database(settings.database)
    with database.writing() as connection:
        connection.execute(update(channels).values(provider=UPSTREAM))
    database.close()
    service.start()
    yield service
    service.stop()


@pytest.fixture
def caller(service: Service) -> Iterator[Caller]:
    """Calls its app."""
    with Caller(create_app(service)) as caller:
        yield caller


def bearer(service: Service) -> dict[str, str]:
    """The header with the first token."""
    assert service.first_start is not None
    return {"Authorization": f"Bearer {service.first_start.token}"}


@pytest.mark.parametrize("name", [name for name, one in OPERATIONS.items() if one.blocking])
def test_discord_is_asked_too_often(service: Service, caller: Caller, name: str) -> None:
    """429, the body of the contract and nothing else, and a time to wait."""
    operation = OPERATIONS[name]
    files = {field: (field, png()) for field in operation.file_names}
    texts = {text.name: (None, text.example) for text in operation.texts if text.required}
    answer = caller.request(
        operation.method, operation.path, files={**files, **texts} or None, headers=bearer(service)
    )

    assert (429, BUSY) == (answer.status_code, answer.json())
    assert 10 <= int(answer.headers["retry-after"]) <= 30


def test_a_command_that_does_not_block_tells_it_in_its_job(
    service: Service, caller: Caller
) -> None:
    """The job ends as failed, with the same number and sentence, for who waits for it."""
    headers = bearer(service) | {"Prefer": "wait=60"}
    answer = caller.post("/v1/faceswap/headshot", json={"prompt": "x"}, headers=headers)

    assert (429, BUSY) == (answer.status_code, answer.json())


def test_a_provider_that_nobody_knows_fails_the_job(tmp_path: Path) -> None:
    """A sentence for the operator, not a swap by the wrong hands."""
    settings = Settings.load(data_dir=tmp_path, workers=1)
    service = build_service(settings, UpstreamFactory(settings=settings))
    database = Database(settings.database)
    with database.writing() as connection:
        connection.execute(update(channels).values(provider="somebody"))
    database.close()
    service.start()
    with Caller(create_app(service)) as caller:
        answer = caller.post(
            "/v1/faceswap/picsi",
            files={"source_image": png(), "target_image_gif_or_video": png()},
            headers=bearer(service),
        )
    service.stop()

    assert (200, "failed") == (answer.status_code, answer.json()["status"])
    assert "This installation does not know a provider called somebody." == answer.json()["error"]
