"""The documents say what the code does."""

import re
import runpy
import tomllib
from pathlib import Path

import click
import pytest

from mien import errors
from mien.errors import MienError

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


TOOL = runpy.run_path(str(ROOT / "tools" / "write_docs.py"))
HELPS: dict[str, str] = TOOL["helps"]()
ERRORS: list[type[MienError]] = [kind for _, kind in TOOL["error_classes"]()]


@pytest.mark.parametrize("name", TOOL["WRITTEN"])
def test_what_comes_from_the_code_is_up_to_date(name):
    """
    `make docs` would change nothing.
    """
    text = (DOCS / name).read_text(encoding="utf-8")

    assert TOOL["rendered"](text) == text


@pytest.mark.parametrize("command", HELPS)
def test_every_command_is_documented(command):
    """
    docs/cli.md has the help of every command, and of no other.
    """
    text = (DOCS / "cli.md").read_text(encoding="utf-8")

    assert f"<!-- help: {command} -->" in text
    assert set(HELPS) == set(re.findall(r"<!-- help: (.+?) -->", text))


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_is_documented(kind):
    """
    docs/errors.md and the tree in the docstring of mien.errors name every class.
    """
    assert f"`{kind.__name__}` | `{kind.code}`" in (DOCS / "errors.md").read_text(encoding="utf-8")
    assert kind is MienError or f"─ {kind.__name__} " in errors.__doc__


def test_codes_of_errors_are_unique():
    """
    A program can tell every class of error by its code.
    """
    assert len({kind.code for kind in ERRORS}) == len(ERRORS)


def test_ci_runs_what_the_readme_says():
    """
    The commands to set up and test are the README's, letter by letter, and the tests come last.
    """
    blocks = re.findall(
        r"```sh\n(make setup\nmake test\n)```", (ROOT / "README.md").read_text(), re.DOTALL
    )
    script = (ROOT / ".ci" / "run").read_text().splitlines()
    commands = blocks[0].splitlines()

    assert commands == [line for line in script if line in commands]


@pytest.mark.parametrize("document", sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")]))
def test_links_lead_somewhere(document):
    """
    Every relative link of a document is a file of the repository.
    """
    text = document.read_text(encoding="utf-8")
    targets = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]

    assert [] == [link for link in targets if not (document.parent / link).exists()]


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")))
def test_locks_name_hashes_and_no_registry(lock):
    """
    Every pinned package has a hash; where it is fetched from is the machine's own matter.
    """
    lines = [line.strip() for line in lock.read_text().splitlines()]
    pins = [
        place
        for place, line in enumerate(lines)
        if re.match(r"[a-z0-9._-]+==", line, re.IGNORECASE)
    ]

    assert pins
    assert [] == [lines[place] for place in pins if not lines[place + 1].startswith("--hash=")]
    assert [] == [line for line in lines if "://" in line or re.match(r"--(?!hash)", line)]


def test_every_make_target_explains_itself():
    """
    `make help` lists every target that is not a file.
    """
    text = (ROOT / "Makefile").read_text()
    phony = " ".join(re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)).split()

    assert phony
    assert [] == [name for name in phony if not re.search(rf"^{name}:.*## \w", text, re.MULTILINE)]


def test_the_document_shows_helps_of_real_commands():
    """
    The helps in the document are those of the program: its name stands first.
    """
    assert all(click.unstyle(text).startswith("Usage: mien") for text in HELPS.values())


def test_every_declared_dependency_is_locked():
    """
    What pyproject.toml asks for is pinned in the lock file of its group.
    """
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = declared["dependency-groups"]
    wanted = {
        "run": declared["project"]["dependencies"],
        "dev": [*declared["project"]["dependencies"], *groups["test"], *groups["check"]],
        "bench": groups["bench"],
        "setup": groups["setup"],
    }

    for name, requirements in wanted.items():
        lock = (ROOT / "requirements" / f"{name}.txt").read_text()
        pinned = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
        asked = {re.split(r"[^A-Za-z0-9._-]", requirement)[0] for requirement in requirements}
        assert set() == asked - pinned, f"make lock writes requirements/{name}.txt anew"
