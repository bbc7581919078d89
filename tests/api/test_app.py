"""The app around the operations: paths, methods, health, results, and what is said about them."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.world import RESULT, World
from mien.api import examples
from mien.api.describe import describe
from mien.api.errors import STATUS, status_of
from mien.api.routes.files import byte_range, disposition
from mien.bootstrap.room import Health
from mien.errors import Damaged, LeaseLost, MienError, ModelBroken, StorageFull, TooLarge

DOCS = Path(__file__).resolve().parents[2] / "docs" / "api.md"
Json = dict[str, Any]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/files/1", 404),
        ("GET", "/files/1/..%2F..%2Fsecret", 404),
        ("GET", "/files/%00/%F0%9F%99%82.png?ex=1&is=1&hm=1", 404),
        ("GET", "/docs/assets/..%2Fpackage.json", 404),
        ("GET", "/v1/faceswap/picsi", 405),
        ("GET", "/v1/faceswap/picsi/", 405),
        ("POST", "/v1/faceswap/jobs/", 405),
        ("DELETE", "/health", 405),
    ],
)
def test_what_does_not_exist_is_refused_as_json(
    world: World, method: str, path: str, status: int
) -> None:
    """Router and operations refuse in the same form, and name allowed methods."""
    answer = world.caller.request(method, path)

    assert status == answer.status_code == answer.json()["code"]
    assert "application/json" == answer.headers["content-type"]
    assert (status == 405) == ("allow" in answer.headers)


def test_a_fault_inside_is_500_without_its_text(world: World) -> None:
    """The last handler answers; what went wrong is in the log only."""

    def broken(digest: str) -> None:
        raise RuntimeError("a secret")

    world.directory.find_token = broken  # type: ignore[method-assign]
    answer = world.picsi()

    assert (500, 500) == (answer.status_code, answer.json()["code"])
    assert "secret" not in answer.text
    assert "*" == answer.headers["access-control-allow-origin"]


def test_errors_have_the_status_of_their_class() -> None:
    """A subclass follows its base unless the table names it before."""
    cases: dict[MienError, int] = {
        Damaged("x"): 400,
        TooLarge("x", name="n", value=2, limit=1): 400,
        StorageFull("x"): 507,
        ModelBroken("x"): 503,
        LeaseLost("x"): 500,
        MienError("x"): 500,
    }

    assert list(cases.values()) == [status_of(error) for error in cases]


def test_every_class_of_error_has_a_status_before_its_bases() -> None:
    """A row that stands behind its own base would never be reached."""
    kinds = [kind for kind, _ in STATUS]

    assert not [
        (kind, base)
        for index, kind in enumerate(kinds)
        for base in kinds[:index]
        if issubclass(kind, base)
    ]


def test_health_needs_no_token(world: World) -> None:
    """It says what works, in both forms of its address and for HEAD."""
    for path in ("/health", "/health/"):
        answer = world.caller.get(path)

        assert 200 == answer.status_code
        assert {"alive": 2, "wanted": 2} == answer.json()["workers"]
    assert 200 == world.caller.request("HEAD", "/health").status_code


def test_health_is_503_when_the_service_cannot_work(world: World) -> None:
    """With the same fields, and the reason."""
    world.health = Health(
        ok=False, problem="No worker lives.", workers=0, workers_wanted=2, running=0, waiting=5
    )
    answer = world.caller.get("/health")

    assert (503, 503) == (answer.status_code, answer.json()["code"])
    assert ("failing", "No worker lives.") == (answer.json()["status"], answer.json()["error"])


def test_a_result_is_sent_whole_in_parts_and_not_at_all(world_of: Callable[..., World]) -> None:
    """GET and HEAD, a range, and a range outside of the file."""
    world = world_of(wait_s=60)
    world.on_job = world.end
    url = world.picsi().json()["attachments"][0]["url"]
    whole, head = world.caller.get(url), world.caller.request("HEAD", url)
    part = world.caller.get(url, headers={"Range": "bytes=-4"})
    outside = world.caller.get(url, headers={"Range": "bytes=5000-"})

    assert RESULT == whole.content
    assert whole.headers["content-length"] == head.headers["content-length"] == str(len(RESULT))
    assert b"" == head.content
    assert (206, RESULT[-4:]) == (part.status_code, part.content)
    assert (416, f"bytes */{len(RESULT)}") == (
        outside.status_code,
        outside.headers["content-range"],
    )


def test_a_result_that_is_gone_is_404(world_of: Callable[..., World]) -> None:
    """A link that is genuine, to a file that was cleaned away."""
    world = world_of(wait_s=60)
    world.on_job = world.end
    job = world.picsi().json()
    world.blobs.delete([f"results/{job['jobid']}/1.png"])

    assert 404 == world.caller.get(job["attachments"][0]["url"]).status_code


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (None, None),
        ("bytes=0-3", range(4)),
        ("bytes=4-", range(4, 10)),
        ("bytes=8-99", range(8, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-99", range(10)),
        ("bytes=10-", range(10, 10)),
        ("bytes=-0", range(10, 10)),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
    ],
)
def test_which_bytes_a_range_means(wanted: str | None, expected: range | None) -> None:
    """Of ten bytes; what is not understood means all of them."""
    assert expected == byte_range(wanted, 10)


def test_a_file_name_cannot_leave_its_header() -> None:
    """Quotes and line ends are replaced; the true name is there in its encoded form."""
    assert 'inline; filename="a.png"' == disposition("a.png")
    assert "inline; filename=\"a__b_.png\"; filename*=UTF-8''a%22%0Ab%C3%A9.png" == disposition(
        'a"\nbé.png'
    )


def test_the_documentation_loads_nothing_from_elsewhere(world: World) -> None:
    """Every address in the page is our own, answers, and has its true type."""
    for path in ("/docs", "/docs/"):
        page = world.caller.get(path)
        addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)

        assert 200 == page.status_code
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert len(addresses) >= 4
        for address in addresses:
            answer = world.caller.get(str(page.url.join(address)))

            assert 200 == answer.status_code
            assert len(answer.content) > 100
    assert "<script>" not in page.text
    assert "SwaggerUIBundle" in world.caller.get("/docs/assets/start.js").text


def test_the_description_is_of_a_version_that_the_page_reads(world: World) -> None:
    """Swagger UI 4 renders OpenAPI 3.0, not 3.1."""
    described = world.caller.get("/openapi.json").json()

    assert described["openapi"].startswith("3.0.")


def references(value: object) -> Iterator[str]:
    """Every ``$ref`` below ``value``."""
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def operations(described: Json) -> Iterator[tuple[str, Json]]:
    """Each operation with its method and path."""
    for path, item in described["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def test_the_description_is_whole(world: World) -> None:
    """All references resolve, and every operation states its answers with examples."""
    described = world.caller.get("/openapi.json").json()
    for reference in references(described):
        place: Any = described
        for name in reference.removeprefix("#/").split("/"):
            place = place[name]
    for name, operation in operations(described):
        assert operation["summary"], name
        assert {"200", "204"} & set(operation["responses"]), name
        assert "422" not in operation["responses"], name
        for status, answer in operation["responses"].items():
            for media_type, content in answer.get("content", {}).items():
                assert media_type == "image/*" or content["examples"], (name, status)


def test_picsi_is_described_as_a_form_with_a_token(world: World) -> None:
    """Two required files, four texts, and all statuses of the specification."""
    described = world.caller.get("/openapi.json").json()
    picsi = described["paths"]["/v1/faceswap/picsi"]["post"]
    schema = picsi["requestBody"]["content"]["multipart/form-data"]["schema"]

    assert ["source_image", "target_image_gif_or_video"] == schema["required"]
    assert {"options", "channel", "replyUrl", "replyRef"} < set(schema["properties"])
    assert "binary" == schema["properties"]["source_image"]["format"]
    assert {"200", "400", "401", "402", "409", "429"} == set(picsi["responses"])
    assert [{"token": []}] == picsi["security"]


def documented() -> Iterator[Json]:
    """The JSON blocks of docs/api.md."""
    for block in re.findall(r"```json\n(.*?)```", DOCS.read_text(), re.DOTALL):
        yield json.loads(block)


def test_the_documents_examples_are_those_of_the_description(world: World) -> None:
    """The job, the failure, health and the error of docs/api.md are what the API shows."""
    job, failure, health, error = documented()
    described = world.caller.get("/openapi.json").json()
    shown = described["paths"]["/v1/faceswap/picsi"]["post"]["responses"]["400"]
    errors = [each["value"] for each in shown["content"]["application/json"]["examples"].values()]

    assert list(examples.JOBS["completed"].items()) == list(job.items())
    assert failure.items() <= examples.JOBS["failed"].items()
    assert world.caller.get("/health").json() == health
    assert error in errors


def test_every_operation_and_error_is_documented(world: World) -> None:
    """Each path and each status of the description stands in docs/api.md or docs/commands.md."""
    both = DOCS.read_text() + DOCS.with_name("commands.md").read_text()
    text = re.sub(r"\s+", " ", both)
    described = world.caller.get("/openapi.json").json()
    for name, operation in operations(described):
        _, path = name.split(" ", 1)

        assert path.replace("/health", "`GET /health`").rstrip("/") in text, name
        for status in operation["responses"]:
            assert status in text, (name, status)


def test_the_description_is_made_once(world: World) -> None:
    """Asked twice, it is the same object."""
    app = world.app

    assert describe(app) is describe(app)


def test_the_examples_have_the_fields_of_real_answers(world_of: Callable[..., World]) -> None:
    """A finished job answers exactly the fields of the example, in its order."""
    world = world_of(wait_s=60)
    world.on_job = lambda job_id: world.end(job_id, content="<@1>")
    real = world.picsi(
        data={"options": "-m", "replyUrl": "https://hooks.example/", "replyRef": "r"}
    ).json()

    assert list(examples.JOBS["completed"]) == list(real)
    assert list(examples.ATTACHMENT) == list(real["attachments"][0])
