"""``mien swap --remote``: the same errand, carried out by a running service."""

from pathlib import Path
from typing import Any

import click

from mien.cli.errand import Errand
from mien.cli.files import read_input, write_result
from mien.client import Client
from mien.commands.picsi import SOURCE, TARGET
from mien.media.limits import Limits
from mien.media.probe import probe


def carry_out_remotely(
    errand: Errand, options: str, client: Client, limits: Limits
) -> dict[str, Any]:
    """Have the service swap, and write the result; the job as the service shows it.

    Raises:
        MienError: with the sentence for whoever asked; nothing was written then.
        click.UsageError: the result's extension is not the target's format, which a service keeps.
    """
    source = read_input(errand.source, field=SOURCE, max_bytes=limits.max_bytes)
    target = read_input(errand.target, field=TARGET, max_bytes=limits.max_bytes)
    _require_same_format(errand, target)
    job = client.wait(client.picsi(source, target, options=options))
    write_result(errand.path, client.result(job))
    return dict(job)


def _require_same_format(errand: Errand, target: bytes) -> None:
    kept = probe(target, field=TARGET).format
    if errand.format not in {None, kept}:
        raise click.UsageError(
            f"A service keeps the target's format: call the result {Path(errand.result).stem}{kept.extension}"
        )
