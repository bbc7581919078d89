"""``listid``: what is saved."""

from typing import Final

from mien.contract.operation import Operation

LISTID: Final = Operation(
    name="listid",
    pictures=False,
    summary="List the saved identities",
    about="""`content` names the saved identities, the default, and the preferences.""",
)
