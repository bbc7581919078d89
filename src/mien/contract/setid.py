"""``setid``: choose who is meant when nobody is named."""

from typing import Final

from mien.contract.operation import Operation, Text, TextKind

SETID: Final = Operation(
    name="setid",
    texts=(
        Text(
            name="idname",
            about="A name, a mix `a+b`, a list `a,b,_`, options such as `--greedy`, or both.",
            required=True,
            kind=TextKind.WANTED,
            example="anna+bob",
        ),
    ),
    pictures=False,
    summary="Choose the default identity",
    about="""Makes `idname` what commands use that name nobody. A mix has three people at most; its first
gives the frame, and who is named twice weighs twice. Of a list each gets one face of the target, from
left to right; `_` leaves a face alone. Options behind it are preferences: they apply wherever the
default does.""",
)
