"""What the first start says: the token that nobody will see again, and a call that works."""

import os
import shlex
from pathlib import Path
from typing import TextIO

#: The file that holds the token when no terminal can show it.
TOKEN_FILE = "first-token.txt"  # noqa: S105 - a name
OWNER_ONLY = 0o600

CURL = """\
curl -H "Accept: application/json" \\
     -H "Authorization: Bearer {token}" \\
     -X POST {url}/v1/faceswap/picsi \\
     -F "options=-m" \\
     -F 'source_image=@"me.jpg"' \\
     -F 'target_image_gif_or_video=@"portrait.jpg"'"""


def welcome(token: str, *, url: str, data_dir: Path, stream: TextIO) -> str:
    """What to write to ``stream`` at the first start.

    The token itself goes to a terminal only. What is no terminal is a log, and logs are kept,
    copied and read by others: there the token goes into a file that only its owner can read.

    Raises:
        OSError: when that file cannot be written.
    """
    if stream.isatty():
        return (
            f"Your token, shown this once: {token}\n\n"
            f"Try it in a browser (whoever has this link has the token):\n\n{url}/#token={token}\n\n"
            "A call, with two pictures of yours:\n\n" + (CURL.format(token=token, url=url))
        )
    path = keep_token(token, data_dir)
    word = f"$(cat {shlex.quote(str(path))})"
    return (
        f"Your token is in {path}\n\nTry it in a browser: {url}/ asks for the token.\n\n"
        "A call, with two pictures of yours:\n\n" + (CURL.format(token=word, url=url))
    )


def keep_token(token: str, data_dir: Path) -> Path:
    """The file in ``data_dir``, for its owner's eyes only, that holds ``token`` from now on."""
    path = data_dir / TOKEN_FILE
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(descriptor, "w") as file:
        # Also where the file was there before, with other permissions.
        os.fchmod(descriptor, OWNER_ONLY)
        file.write(f"{token}\n")
    return path
