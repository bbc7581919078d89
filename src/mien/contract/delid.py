"""``delid``: forget an identity."""

from typing import Final

from mien.contract.operation import Operation, Text, TextKind

DELID: Final = Operation(
    name="delid",
    method="DELETE",
    json=True,
    texts=(
        Text(
            name="idname",
            about="Name of the identity, or several with commas between them.",
            required=True,
            kind=TextKind.NAMES,
            example="anna",
        ),
    ),
    pictures=False,
    summary="Delete a saved identity",
    about="""Deletes the identity and everything that was kept of it. The fields may come as a form, as
JSON, or in the query.""",
)
