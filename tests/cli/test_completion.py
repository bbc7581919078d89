"""``mien completion``: scripts for shells, and what they are answered."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHELLS = ("bash", "zsh", "fish")
PROGRAM = Path(sys.executable).with_name("mien")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_asks_the_program(mien, shell):
    """
    Each shell gets a script that calls `mien` with the variable of its own kind.
    """
    run = mien("completion", shell)
    told = json.loads(mien("completion", shell, "--json").stdout)

    assert (0, "") == (run.returncode, run.stderr)
    assert f"_MIEN_COMPLETE={shell}_complete" in run.stdout
    assert {"shell": shell, "script": run.stdout.removesuffix("\n")} == told


def test_an_unknown_shell_is_refused(mien, sentence):
    """
    The sentence names the shells that are served.
    """
    run = mien("completion", "tcsh")

    assert 2 == run.returncode
    assert "'bash', 'zsh', 'fish'" in sentence(run)


@pytest.mark.skipif(not PROGRAM.exists(), reason="needs mien's console script")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("mien sw", ["swap"]),
        ("mien tokens re", ["revoke"]),
        ("mien swap --rem", ["--remote"]),
        ("mien completion f", ["fish"]),
        ("mien channels set x --renew m", ["monthly"]),
    ],
)
def test_bash_completes_what_was_typed(line, offered):
    """
    A real bash reads the script and is offered commands, options and choices.
    """
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("needs bash")
    script = f"""
        eval "$(mien completion bash)"
        COMP_WORDS=({line}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); COMPREPLY=()
        _mien_completion mien
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    run = subprocess.run(
        [bash, "--norc", "-c", script],
        env={"PATH": f"{PROGRAM.parent}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (0, "") == (run.returncode, run.stderr)
    assert offered == run.stdout.split()
