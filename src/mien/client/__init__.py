"""A client of the service, for Python programs.

with Client("http://127.0.0.1:8000", token) as client:
    job = client.picsi(Path("me.jpg").read_bytes(), Path("portrait.jpg").read_bytes())
    Path("result.jpg").write_bytes(client.result(job))
"""

from mien.client.client import Client, Common
from mien.client.webhooks import received

__all__ = ["Client", "Common", "received"]
