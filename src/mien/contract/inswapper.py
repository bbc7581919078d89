"""``inswapper``: the default identity on a picture that a job has shown."""

from typing import Final

from mien.contract.operation import Operation, Text, TextKind

INSWAPPER: Final = Operation(
    name="inswapper",
    texts=(
        Text(
            name="targetMessageId",
            about="`messageId` of a job of this channel whose picture gets the face.",
            required=True,
            kind=TextKind.SNOWFLAKE,
            example="1150077131873505281",
        ),
    ),
    summary="Put the default identity on the result of a job",
    about="""Takes the first picture of the job with that `messageId`, which has to be yours and of the same
channel, and puts the default identity on its faces.""",
)
