"""Every block of code in the documents runs, or says why not."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from acceptance.live import PATIENCE_S, Server
from docs.blocks import ROOT, RUN, SHOWN, Block, blocks, documents
from docs.conftest import is_set
from mien.bootstrap.desk import open_desk
from mien.settings import Settings

ALL = {str(path.relative_to(ROOT)): list(blocks(path)) for path in documents()}
RUNNING = {name: found for name, found in ALL.items() if any(block.is_run for block in found)}

#: What documents say, and what a block is run with in its place.
URL, CHANNEL = "http://127.0.0.1:8000", "1150077000000000002"
needed = [shutil.which(program) for program in ("bash", "curl", "node")]


@pytest.mark.parametrize("name", ALL)
def test_every_block_says_what_it_is(name):
    """
    A block has a language that is run or shown; only what would be run has a reason why it is not.
    """
    known = RUN | SHOWN

    assert [] == [
        f"{block}: {block.language}" for block in ALL[name] if block.language not in known
    ]
    assert [] == [str(block) for block in ALL[name] if block.reason and block.language not in RUN]


@pytest.mark.parametrize("name", [name for name, found in ALL.items() if found])
def test_every_block_of_json_is_json(name):
    """
    What is shown of answers can be read by programs.
    """
    for block in ALL[name]:
        if block.language == "json":
            json.loads(block.body)


class Bench:
    """A folder, a user and a place where the blocks of one document are run, one after another."""

    def __init__(self, server: Server, folder: Path, name: str) -> None:
        settings = Settings.load(data_dir=server.folder)
        desk = open_desk(settings)
        user = name.replace("/", "-").removesuffix(".md")
        self.token = desk.tokens.create("document", user=user).key
        self.channel = next(one.channel.id for one in desk.channels.list() if one.user == user)
        self.server = server
        self.folder = folder
        self.names: dict[str, object] = {"__name__": "document"}

    @property
    def variables(self) -> Mapping[str, str]:
        """What a reader has set."""
        return {
            "PATH": f"{Path(sys.executable).parent}:{is_set('PATH')}",
            "NO_PROXY": "127.0.0.1",
            "LANG": "C.UTF-8",
            "URL": self.server.url,
            "TOKEN": self.token,
            "MIEN_TOKEN": self.token,
            "MIEN_DATA_DIR": str(self.server.folder),
        }

    def run(self, block: Block) -> None:
        """Run one block; a failure names it."""
        body = block.body.replace(URL, self.server.url).replace(CHANNEL, self.channel)
        if block.language == "python":
            exec(compile(body, str(block), "exec"), self.names)  # noqa: S102 - our own documents
            return
        command = {"sh": ["bash", "-eu", "-c"], "js": ["node", "--input-type=module", "-e"]}
        done = subprocess.run(
            [*command[block.language], body],
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=3 * PATIENCE_S,
            check=False,
        )
        said = done.stdout + done.stderr

        assert 0 == done.returncode, f"{block}:\n{body}\n{said}"
        assert '"error"' not in said, f"{block}:\n{body}\n{said}"


@pytest.fixture
def bench(
    open_server: Server,
    shown_files: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], Bench]:
    """Makes the bench of a document, in a folder with the files that documents name."""
    for name, data in shown_files.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "targets").mkdir()
    (tmp_path / "targets" / "portrait.jpg").write_bytes(shown_files["portrait.jpg"])
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    monkeypatch.chdir(tmp_path)

    def make(name: str) -> Bench:
        made = Bench(open_server, tmp_path, name)
        for variable, value in made.variables.items():
            monkeypatch.setenv(variable, value)
        return made

    return make


@pytest.mark.skipif(None in needed, reason="needs bash, curl and Node")
@pytest.mark.parametrize("name", RUNNING)
def test_the_blocks_of_a_document_run(bench, name):
    """
    One after another in one folder, as a reader does, against a real server.
    """
    own = bench(name)
    for block in RUNNING[name]:
        if block.is_run:
            own.run(block)
