"""``mien serve``: what it says, and how it comes and goes. The API has its own tests."""

import json
import shlex
import socket
import stat
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest

from cli.running import serving


def test_the_first_start_keeps_the_token_out_of_the_log(tmp_path):
    """
    Where stdout is no terminal, the token goes into a file for its owner's eyes only.
    """
    data = tmp_path / "my data"
    with serving(data) as service:
        url = service.until_ready()
        with urlopen(f"{url}/docs") as answer:  # noqa: S310 - our own service
            status = answer.status
        left = service.stop()

    kept = data / "first-token.txt"
    token = kept.read_text().strip()

    assert (200, 0) == (status, left)
    assert token
    assert token not in service.said
    assert str(kept) in service.said
    assert f"{url}/v1/faceswap/picsi" in service.said
    assert 0o600 == stat.S_IMODE(kept.stat().st_mode)


def test_programs_get_one_line(tmp_path):
    """
    With --json a service says where it answers and where the first token is, and nothing else.
    """
    lines = []
    for terminal in (True, False):
        with serving(tmp_path, "--json", terminal=terminal) as service:
            lines.append(json.loads(next(service.output)))
            service.stop()
            said = service.output.read() if not terminal else ""
    with_token, without = lines

    assert Path(with_token["token_file"]).read_text().strip()
    assert with_token["url"].startswith("http://127.0.0.1:")
    assert None is without["token_file"]
    assert "" == said


def test_the_printed_call_reads_the_token(tmp_path):
    """
    The shell puts the token of the file where the curl line names it, blanks in the path or not.
    """
    data = tmp_path / "my data"
    with serving(data) as service:
        service.until_ready()
    header = next(line for line in service.said.splitlines() if "Bearer" in line)
    word = header.strip().removeprefix("-H ").removesuffix("\\")
    echoed = subprocess.run(
        ["sh", "-c", f"printf %s {word}"], capture_output=True, text=True, check=True
    )

    assert (
        f"Authorization: Bearer {(data / 'first-token.txt').read_text().strip()}" == echoed.stdout
    )


def test_a_terminal_shows_the_token_once(tmp_path):
    """
    The first start shows the token on a terminal and writes no file; the second shows none.
    """
    with serving(tmp_path, terminal=True) as service:
        url = service.until_ready()
        service.stop()
    token = next(line.split()[-1] for line in service.said.splitlines() if "Your token" in line)
    with serving(tmp_path, terminal=True) as again:
        again.until_ready()
        again.stop()

    assert f"Bearer {token}" in service.said
    assert f"{url}/#token={token}\n" in service.said
    assert not (tmp_path / "first-token.txt").exists()
    assert "oken" not in again.said
    assert 1 == len(again.said.splitlines())


def test_a_port_in_use_is_one_sentence(mien, sentence):
    """
    The sentence names address and port, and says what to do; exit code 1.
    """
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = mien("serve", "--port", str(port))

    assert 1 == run.returncode
    assert f"Port {port} on 127.0.0.1 is already in use; choose another with --port." == sentence(
        run
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_of_another_machine_is_one_sentence(mien, sentence, host):
    """
    Only addresses of this machine can be listened on.
    """
    run = mien("serve", "--host", host, "--port", "0")

    assert 1 == run.returncode
    assert host in sentence(run)


def test_the_printed_call_is_one_shell_command(tmp_path):
    """
    A shell reads the printed lines as one call of curl with the four fields of the contract.
    """
    with serving(tmp_path / "data") as service:
        service.until_ready()
    call = service.said[service.said.index("curl ") :].split("\n\n")[0]
    words = shlex.split(call)

    assert "curl" == words[0]
    assert [
        "options=-m",
        'source_image=@"me.jpg"',
        'target_image_gif_or_video=@"portrait.jpg"',
    ] == [words[place + 1] for place, word in enumerate(words) if word == "-F"]
