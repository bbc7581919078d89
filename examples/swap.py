"""One swap with the Python client: ``python swap.py SOURCE TARGET RESULT``.

MIEN_URL is where the service is, MIEN_TOKEN a token from `mien tokens create`.
"""

import os
import sys
from pathlib import Path

from mien.client import Client
from mien.errors import MienError


def main(source: Path, target: Path, result: Path) -> None:
    """Swap, show how far it is, and save the result."""
    with Client(os.environ["MIEN_URL"], os.environ["MIEN_TOKEN"]) as client:
        # Not waited for: the progress tells when it is done.
        job = client.picsi(source.read_bytes(), target.read_bytes(), options="-m", wait_s=0)
        for seen in client.progress(job["jobid"]):
            progress = seen.get("progress")
            done = f"{progress['stage']} {progress['fraction']:.0%}" if progress else ""
            print(seen["status"], done)
        result.write_bytes(client.result(client.job(job["jobid"])))
    print(result)


if __name__ == "__main__":
    try:
        main(*map(Path, sys.argv[1:4]))
    except MienError as error:
        sys.exit(str(error))
