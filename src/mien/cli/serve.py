"""``mien serve``: the service on this machine."""

import errno
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mien.cli.common import data_dir_option, json_option
from mien.errors import SetupError

if TYPE_CHECKING:
    import socket

    from mien.settings import Settings

#: Why an address cannot be listened on, and what to do about it.
REASONS = {
    errno.EADDRINUSE: "is already in use; choose another with --port",
    errno.EACCES: "may not be used by you; choose one from 1024 with --port",
    errno.EADDRNOTAVAIL: "is not an address of this machine; choose another with --host",
}


@click.command(short_help="Run the service.")
@click.option(
    "--host", metavar="HOST", help="Address to listen on; MIEN_HOST, or 127.0.0.1, by default."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    metavar="PORT",
    help="Port to listen on, 0 for a free one; MIEN_PORT, or 8000, by default.",
)
@click.option(
    "--callback-allow-private",
    is_flag=True,
    default=None,
    help="Deliver callbacks to private and loopback addresses too.",
)
@json_option
@data_dir_option
def serve(
    *,
    host: str | None,
    port: int | None,
    callback_allow_private: bool | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Run the service until Ctrl-C or SIGTERM.

    The first start makes the data folder, a user, a channel and a token, and prints a link to the
    page and a call that works. Every setting is an environment variable that begins with MIEN_. With
    --json it prints one line when it answers: its address, and the file with the token of a first
    start.

    \b
    Examples:
      mien serve
      mien serve --host 0.0.0.0 --port 80 --data-dir /srv/mien
      mien serve --port 0 --json
    """
    from mien.settings import Settings

    settings = Settings.load(
        host=host, port=port, callback_allow_private=callback_allow_private, data_dir=data_dir
    )
    run(settings, _listener(settings), as_json=as_json)


def run(settings: "Settings", listener: "socket.socket", *, as_json: bool = False) -> None:
    """Serve on ``listener`` until a signal, and say when callers are answered."""
    from mien.api import server
    from mien.bootstrap.service import build_service
    from mien.cli.welcome import keep_token, welcome
    from mien.logs import set_up_logging
    from mien.worker.factory import WorkerFactory

    set_up_logging(settings.log_level)
    url = settings.public_url or server.url_of(listener)
    service = build_service(settings, WorkerFactory(settings=settings), url=url)
    ready = f"mien is ready at {url} (documentation: {url}/docs)"
    token = service.first_start.token if service.first_start else ""
    if as_json:
        # What programs read is a log: the token goes into a file, whatever stdout is.
        path = keep_token(token, settings.data_dir) if token else None
        ready = json.dumps({"url": url, "token_file": path and str(path)})
    elif token:
        click.echo(welcome(token, url=url, data_dir=settings.data_dir, stream=sys.stdout) + "\n")
    server.run(service, listener, ready=lambda: _say_ready(ready))


def _say_ready(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


def _listener(settings: "Settings") -> "socket.socket":
    """Bound before anything is built: a port in use is said at once.

    Raises:
        SetupError: when the address cannot be listened on.
    """
    from mien.api.server import listen

    try:
        return listen(settings.host, settings.port)
    except OSError as error:
        reason = REASONS.get(error.errno or 0, f"cannot be used: {error.strerror or error}")
        raise SetupError(f"Port {settings.port} on {settings.host} {reason}.") from error
