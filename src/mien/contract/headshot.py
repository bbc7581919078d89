"""``headshot``: portraits of a saved identity."""

from typing import Final

from mien.contract.operation import Operation, Text, TextKind

HEADSHOT: Final = Operation(
    name="headshot",
    texts=(
        Text(
            name="prompt",
            about="A saved identity, a comma, and what the portraits show.",
            required=True,
            kind=TextKind.PROMPT,
            example="me, a mad king with an evil smile. --no green --square",
        ),
        Text(name="options", about="Reserved: kept with the job."),
    ),
    blocking=False,
    generates=True,
    json=True,
    announced="Picsi.Ai Headshot Job Submitted",
    summary="Make portraits of a saved identity",
    about="""Answers with the status `started`; the portraits come with the job, under
`/v1/faceswap/jobs/` or by callback. Without a generator of pictures the call answers `failed` and
says so.""",
)
