"""``saveid``: keep somebody's face under a name."""

from typing import Final

from mien.contract.operation import File, Operation, Text, TextKind

SAVEID: Final = Operation(
    name="saveid",
    texts=(
        Text(
            name="idname",
            about="Name of the identity: letters and digits, 10 at most.",
            required=True,
            kind=TextKind.NAME,
            example="anna",
        ),
    ),
    files=(File(name="image", about="Picture of the person.", spoken="photo"),),
    pictures=False,
    summary="Save a face under a name",
    about="""Saves the largest face of the picture under `idname`, in the place of what had that name; it
is the default from then on. 20 can be saved. What is kept is biometric data: see docs/identities.md.""",
)
