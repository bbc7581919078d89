"""Commands that the original does not have; they lie below ``/v1/mien/``."""

from dataclasses import replace
from typing import Final

from mien.contract.operation import ChannelRule, File, Operation
from mien.contract.saveid import SAVEID

#: Photos of one identity: more than the sides of a head and its moods need.
MOST_PHOTOS: Final = 8

#: ``saveid`` with several photos.
IDENTITY: Final = replace(
    SAVEID,
    own_path="/v1/mien/identities",
    files=(
        File(
            name="image",
            about=f"Picture of the person; the field may come {MOST_PHOTOS} times.",
            spoken="photo",
            most=MOST_PHOTOS,
        ),
    ),
    channel=ChannelRule.RANDOM_WITH_CREDITS,
    summary="Save an identity of several photos",
    about="""As `saveid`, with several photos of the same person: each swap takes the one that fits its
target best, and what it hides from the others.""",
)

#: The faces of a picture.
FACES: Final = Operation(
    name="faces",
    own_path="/v1/mien/faces",
    files=(File(name="image", about="Picture to look at.", spoken="photo"),),
    channel=ChannelRule.RANDOM_WITH_CREDITS,
    pictures=False,
    summary="Look for faces in a picture",
    about="""The faces of the picture from left to right, each with its box in pixels and with what makes it
a good or a bad source. A picture without a face has none.""",
)
