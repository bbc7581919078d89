"""``swap``: save a face and swap it, in one call."""

from typing import Final

from mien.contract.operation import ChannelRule, File, Operation, Text, TextKind

SWAP: Final = Operation(
    name="swap",
    texts=(
        Text(
            name="saveid_idname",
            about="Name of the identity that is saved, `id` when it is left out.",
            kind=TextKind.NAME,
        ),
        Text(
            name="swapid_idname",
            about="Who is put on the picture; the one that is saved when it is left out.",
            kind=TextKind.WANTED,
        ),
    ),
    files=(
        File(name="saveid_image", about="Picture of the person that is saved.", spoken="photo"),
        File(
            name="swapid_image",
            about="Picture, animation or video that gets the face.",
            spoken="target",
            moving=True,
        ),
    ),
    channel=ChannelRule.RANDOM_WITH_CREDITS,
    summary="Save a face and put it on a picture",
    about="""`saveid` and `swapid` in one call. The original calls it deprecated: use `picsi`. When the swap
cannot be done, nothing is saved either.""",
)
