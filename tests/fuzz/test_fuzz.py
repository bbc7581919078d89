"""Calls that nobody would make, made up from what we say about our API."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from schemathesis import checks
from schemathesis.core.failures import Failure, FailureGroup

from acceptance.live import PATIENCE_S, Server, encoded
from mien.testing.postgres import PostgresServer

#: What must hold for every answer.
CHECKS: tuple[Callable[..., Any], ...] = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)
#: Fields that are pictures.
PICTURES = frozenset({"image", "source_image", "target_image_gif_or_video", "target_image"})
#: Values that the made-up ones would never hit.
Known = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Fuzz:
    """A running service, its description, and what is there to be found in it."""

    server: Server
    schema: Any
    known: Known
    pictures: list[bytes]
    #: How often each status was answered, by operation.
    seen: dict[str, Counter[int]]

    def operations(self) -> list[Any]:
        """All operations that are described."""
        return [result.ok() for result in self.schema.get_all_operations()]

    def try_out(self, operation: Any, cases: int) -> None:
        """Make so many calls of ``operation``.

        Raises:
            FailureGroup: by the smallest call that is not answered as it is described.
        """

        @settings(
            max_examples=cases,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), data=st.data())
        def call(case: Any, data: st.DataObject) -> None:
            self._make_it_meaningful(case, data)
            headers = self.server.bearer if data.draw(st.integers(0, 9)) else None
            response = case.call(headers=headers, timeout=PATIENCE_S)
            self.seen[operation.label][response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

        call()

    def _make_it_meaningful(self, case: Any, data: st.DataObject) -> None:
        """Put what exists in the place of some of what was made up."""
        for values in (case.path_parameters, case.query, case.body):
            if not isinstance(values, dict):
                continue
            for name in list(values):
                real: list[Any] = self.known.get(name, [])
                real = self.pictures if name in PICTURES else real
                if real and data.draw(st.booleans()):
                    values[name] = data.draw(st.sampled_from(real))


@pytest.fixture
def fuzz(
    tmp_path: Path, database_url: str, astronaut: NDArray[np.uint8], hopper: NDArray[np.uint8]
) -> Iterator[Fuzz]:
    """A service of which a little has been used."""
    pictures = [encoded(astronaut[:300, 60:420], "JPEG"), encoded(hopper[::2, ::2], "PNG")]
    # Little patience, because the service may not wait longer than a call of this test.
    with Server(
        tmp_path / "data", database_url=database_url, wait_s="0.5", queue_depth="10"
    ) as server:
        files = {"source_image": pictures[0], "target_image_gif_or_video": pictures[1]}
        job = server.post(files=files, data={"replyUrl": "http://127.0.0.1:9999/"}).json()
        save = {"image": pictures[0]}, {"idname": "anna"}
        url = f"{server.url}/v1/mien/identities"
        requests.post(url, headers=server.bearer, timeout=PATIENCE_S, files=save[0], data=save[1])
        known = {
            "jobid": [job["jobid"], "0" * 32],
            "channel": [job["channel"]],
            "name": ["anna"],
            "idname": ["anna", "bert"],
        }
        yield Fuzz(
            server=server,
            schema=schemathesis.openapi.from_url(f"{server.url}/openapi.json"),
            known=known,
            pictures=pictures,
            seen={},
        )


@pytest.fixture(scope="module")
def nul_server(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, migrated: str
) -> Iterator[Server]:
    """A service on PostgreSQL."""
    folder = tmp_path_factory.mktemp("nul")  # a name of its own, each time
    postgres.create(folder.name, template=migrated)
    where = postgres.url(folder.name)
    with Server(folder / "data", database_url=where, workers="1") as server:
        yield server


def test_no_call_breaks_the_service(fuzz: Fuzz, pytestconfig: pytest.Config) -> None:
    """
    Whatever is sent, no answer is a 5xx, and each has a status and a form that we describe.
    """
    operations = fuzz.operations()
    each = -(-pytestconfig.getoption("--fuzz-cases") // len(operations))
    faults = []
    for operation in operations:
        fuzz.seen[operation.label] = Counter()
        try:
            fuzz.try_out(operation, each)
        except (Failure, FailureGroup) as fault:
            faults.append(f"{operation.label}: {fault!r}\n{fault}")
    total = sum(sum(counts.values()) for counts in fuzz.seen.values())
    print(f"{total} calls", *fuzz.seen.items(), sep="\n")  # noqa: T201 - seen with -s

    assert not faults, "\n\n".join(faults)
    assert total >= pytestconfig.getoption("--fuzz-cases") * 0.9
    assert "Traceback" not in fuzz.server.log


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/mien/jobs?verb=%00", 200),
        ("GET", "/v1/mien/jobs/%00", 404),
        ("DELETE", "/v1/mien/jobs/a%00", 404),
        ("POST", "/v1/mien/jobs/%00/repeat", 404),
        ("POST", "/v1/mien/deliveries/%00", 404),
        ("GET", "/v1/faceswap/jobs/?jobid=%00", 404),
        ("GET", "/v1/faceswap/jobs/cancel/?jobid=a%00b", 404),
        ("GET", "/v1/faceswap/account/%00", 404),
        ("DELETE", "/v1/faceswap/delid?idname=%00", 400),
        ("GET", "/files/%00/%00", 404),
        ("GET", "/%00", 404),
    ],
)
def test_a_nul_in_an_address_names_nothing(
    nul_server: Server, method: str, path: str, status: int
) -> None:
    """
    Though PostgreSQL refuses to look for a text that holds one.
    """
    answer = requests.request(
        method, f"{nul_server.url}{path}", headers=nul_server.bearer, timeout=PATIENCE_S
    )

    assert status == answer.status_code, answer.text
