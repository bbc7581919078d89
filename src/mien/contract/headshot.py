"""``headshot``: portraits of a saved identity."""

from typing import Final

from mien.contract.operation import Operation, Text, TextKind

HEADSHOT: Final = Operation(
    name="headshot",
    texts=(
        Text(
            name="prompt",
            about="A saved identity, a comma, and what the portraits show; without the first two, the default one.",
            required=True,
            kind=TextKind.PROMPT,
            example="me, a mad king with an evil smile. --no green --square",
        ),
        Text(name="options", about="Reserved: kept with the job."),
    ),
    blocking=False,
    json=True,
    announced="Picsi.Ai Headshot Job Submitted",
    summary="Make portraits of a saved identity",
    about="""Answers with the status `started`; the portraits come with the job, under
`/v1/faceswap/jobs/` or by callback: four, unless `--n` says how many. `--no WORD`, `--square`, `--ar W:H` and
`--seed N` are understood, too; see docs/portraits.md. What stands before the first comma is a saved identity, or
part of the prompt, which then shows the default identity. `content` lists the words that had no effect.""",
)
