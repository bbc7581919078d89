"""Values that the description and docs/api.md show; tests hold them against the real answers."""

from typing import Final

from mien.contract import PICSI, Operation
from mien.jobs.access import ENGINE_DISCORD
from mien.jobs.wire import AttachmentWire, UploadWire

JOB_ID: Final = "0123456789abcdef0123456789abcdef"
ATTACHMENT_ID: Final = "1150077131873505280"
FILENAME: Final = f"{JOB_ID}.png"
SIGNATURE: Final = "0" * 64
LINK: Final = (
    f"http://127.0.0.1:8000/files/{ATTACHMENT_ID}/{FILENAME}?ex=6553f100&is=65529f80&hm={SIGNATURE}"
)
#: Sizes of pictures, bytes, in the order of an operation's files.
SIZES: Final = (2438986, 1604758)

Job = dict[str, object]

ATTACHMENT: Final = AttachmentWire(
    url=LINK,
    proxy_url=LINK,
    width=2048,
    height=2048,
    content_type="image/png",
    id=ATTACHMENT_ID,
    filename=FILENAME,
    size=7204115,
)

#: How a job ends well, without and with a picture; and how it does not.
DONE: Final[Job] = {
    "messageId": "1150077131873505281",
    "content": "<@1150077000000000000>",
    "timestamp": "2023-09-09T02:04:51.926000+00:00",
}
SHOWN: Final[Job] = {
    "messageId": DONE["messageId"],
    "content": DONE["content"],
    "attachments": [ATTACHMENT],
    "timestamp": DONE["timestamp"],
}
FAULT: Final[Job] = {
    **DONE,
    "error": "No face found in the source picture.",
    "errorDetails": "source",
}


def jobs_of(operation: Operation) -> dict[str, Job]:
    """What a call of ``operation`` can answer."""
    ends = {"completed": SHOWN if operation.pictures else DONE} if operation.blocking else {}
    known = ends | {"started": {}, "failed": FAULT}
    return {status: _job(operation, status, end) for status, end in known.items()}


def _job(operation: Operation, status: str, end: Job) -> Job:
    sizes = zip(operation.file_names, SIZES, strict=False)
    return {
        "jobid": JOB_ID,
        "verb": operation.verb,
        "status": status,
        **{text.name: text.example for text in operation.texts if text.example},
        **{name: UploadWire(size=size, type="image/png") for name, size in sizes},
        "created": "2023-09-09T02:04:49.667Z",
        "updated": "2023-09-09T02:04:53.490Z",
        "discord": ENGINE_DISCORD,
        "server": "1150077000000000001",
        "channel": "1150077000000000002",
        "replyUrl": "https://webhook.site/abc",
        "replyRef": "your reference",
        **end,
        "code": 200,
    }


#: Those of picsi, which docs/api.md shows, and operations on jobs.
JOBS: Final = jobs_of(PICSI)
