"""``picsi``: the face of a source on the faces of a target."""

from typing import Final

from mien.contract.operation import ChannelRule, File, Operation, Text, TextKind

PICSI: Final = Operation(
    name="picsi",
    texts=(
        Text(
            name="options",
            about="`-m`, `-f`, `-s`, `-o N`, `--younger N`; see docs/options.md.",
            kind=TextKind.OPTIONS,
            example="-m",
        ),
    ),
    files=(
        File(name="source_image", about="Picture that gives the face.", spoken="source"),
        File(
            name="target_image_gif_or_video",
            about="Picture, animation or video that gets it.",
            spoken="target",
            moving=True,
        ),
    ),
    joined=True,
    channel=ChannelRule.RANDOM_WITH_CREDITS,
    summary="Put the face of a source on the faces of a target",
    about="""Takes the largest face of the source and puts it on every face of the target. The
call waits for the end of the job; when that takes too long, it answers with the status `started`,
and the job is read under `/v1/faceswap/jobs/`. A job that could not be done, because no face was
found, say, is answered with 200, the status `failed` and an `error`.""",
)
