"""``changebg``: another background behind a person."""

from typing import Final

from mien.contract.operation import ChannelRule, File, Operation, Text, TextKind

CHANGEBG: Final = Operation(
    name="changebg",
    texts=(
        Text(
            name="a_background_photo_of",
            about="What the new background shows.",
            required=True,
            kind=TextKind.DESCRIPTION,
            example="a library at night",
        ),
        Text(name="options", about="Reserved: kept with the job."),
    ),
    files=(File(name="image", about="Picture of the person.", spoken="photo"),),
    blocking=False,
    announced="Picsi.Ai ChangeBG Job Submitted",
    channel=ChannelRule.RANDOM_WITH_CREDITS,
    summary="Put another background behind a person",
    about="""Answers with the status `started`; the picture comes with the job, under
`/v1/faceswap/jobs/` or by callback. `--no WORD`, `--seed N` and `--n K` are understood in the description, too; see
docs/portraits.md.""",
)
