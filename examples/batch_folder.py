"""Put one face on every picture of a folder: ``python batch_folder.py SOURCE TARGETS RESULTS``.

Call it again after whatever happened: what has a result is skipped, and what was sent before is not
done twice, because each request has a key that its files name. MIEN_URL is where the service is,
MIEN_TOKEN a token from `mien tokens create`.
"""

import hashlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mien.client import Client
from mien.errors import MienError

#: Calls that are open at a time. A service queues what it cannot do at once.
AT_A_TIME = 4


def swap(source: bytes, target: Path, result: Path) -> str:
    """Swap one picture; what there is to tell about it."""
    if result.exists():
        return f"{result}: was there"
    face = target.read_bytes()
    key = hashlib.sha256(hashlib.sha256(source).digest() + hashlib.sha256(face).digest())
    # A client of its own: they are not to be shared by threads.
    with Client(os.environ["MIEN_URL"], os.environ["MIEN_TOKEN"]) as client:
        try:
            job = client.picsi(source, face, idempotency_key=key.hexdigest())
            data = client.result(job)
        except MienError as error:
            return f"{target}: {error}"
    # A name of its own until it is whole: an interrupted run leaves no half picture behind.
    part = result.with_suffix(".part")
    part.write_bytes(data)
    part.replace(result)
    return str(result)


def main(source: Path, targets: Path, results: Path) -> None:
    """Swap every file of ``targets``, and say of each what became of it."""
    results.mkdir(parents=True, exist_ok=True)
    face = source.read_bytes()
    names = sorted(path for path in targets.iterdir() if path.is_file())
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for said in pool.map(lambda path: swap(face, path, results / path.name), names):
            print(said)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
