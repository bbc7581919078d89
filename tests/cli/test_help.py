"""Help, versions, and what every command has in common."""

import subprocess
import sys

import click
import pytest

from mien import __version__
from mien.cli.main import cli


def all_commands(command: click.Command = cli, path: tuple[str, ...] = ()):
    """Every command with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from all_commands(child, (*path, name))


COMMANDS = dict(all_commands())
LEAVES = {path: one for path, one in COMMANDS.items() if not isinstance(one, click.Group)}


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_examples(mien, path):
    """
    --help works for every command, and shows how it is called.
    """
    run = mien(*path, "--help")

    assert (0, "") == (run.returncode, run.stderr)
    assert "Examples:" in run.stdout
    assert f"mien {' '.join(path)}".strip() in run.stdout


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_takes_a_data_folder(path):
    """
    --data-dir is an option of every command that reads a setting.
    """
    if path == ("completion",):
        return
    assert "--data-dir" in {name for param in LEAVES[path].params for name in param.opts}


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_answers_programs(path):
    """
    --json is an option of every command.
    """
    assert "--json" in {name for param in LEAVES[path].params for name in param.opts}


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["swpa"], "No such command 'swpa'. Did you mean 'swap'?"),
        (["tokens", "lst"], "No such command 'lst'. Did you mean 'list'?"),
        (
            ["swap", "--optons", "-m"],
            "No such option '--optons'. (Did you mean one of: '--options',",
        ),
        (["tokens", "revoke", "x", "--usr", "a"], "No such option '--usr'. Did you mean '--user'?"),
        (["xyzzy"], "No such command 'xyzzy'"),
    ],
)
def test_a_slip_is_told_what_was_meant(mien, sentence, words, hint):
    """
    Who is near a command or an option hears which one, in one sentence.
    """
    run = mien(*words)

    assert (2, "") == (run.returncode, run.stdout)
    assert sentence(run).startswith(hint)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_option_is_explained(path):
    """
    No option stands in the help without a sentence.
    """
    options = [param for param in COMMANDS[path].params if isinstance(param, click.Option)]

    assert [] == [option.name for option in options if not option.help]


def test_version_is_that_of_the_package(mien):
    """
    --version prints name and version.
    """
    run = mien("--version")

    assert f"mien {__version__}\n" == run.stdout


def test_nothing_to_do_shows_the_help_as_wrong_usage(mien):
    """
    Without a command the help goes to stderr and the exit code is 2.
    """
    run = mien()

    assert (2, "") == (run.returncode, run.stdout)
    assert "Commands:" in run.stderr


def test_the_help_loads_nothing_that_is_slow():
    """
    Arrays, networks, the web framework and the database wait until a command needs them.
    """
    slow = {"numpy", "cv2", "onnxruntime", "PIL", "fastapi", "sqlalchemy", "pydantic", "rich"}
    script = "import sys; from mien.cli.main import run; run(['--help']); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert set() == slow & set(run.stdout.splitlines()[-1].split())
