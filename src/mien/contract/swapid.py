"""``swapid``: a saved identity on the faces of a picture."""

from typing import Final

from mien.contract.operation import File, Operation, Text, TextKind

SWAPID: Final = Operation(
    name="swapid",
    texts=(
        Text(
            name="idname",
            about="A name, a mix `a+b`, or a list `a,b,_`; options of a swap may follow.",
            required=True,
            kind=TextKind.WANTED,
            example="anna",
        ),
    ),
    files=(
        File(
            name="image",
            about="Picture, animation or video that gets the face.",
            spoken="target",
            moving=True,
        ),
    ),
    summary="Put a saved identity on the faces of a picture",
    about="""As `picsi`, with people that were saved: one for every face of the picture, or with a list one
for each face from left to right.""",
)
