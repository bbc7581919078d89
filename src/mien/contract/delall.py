"""``delall``: forget everybody."""

from typing import Final

from mien.contract.operation import Operation

DELALL: Final = Operation(
    name="delall",
    method="DELETE",
    json=True,
    pictures=False,
    summary="Delete all saved identities",
    about="""Deletes every identity of yours and everything that was kept of them, the default and the
preferences. The fields may come as a form, as JSON, or in the query.""",
)
