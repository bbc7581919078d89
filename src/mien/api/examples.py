"""Values that the description and docs/api.md show; tests hold them against the real answers."""

from typing import Final

from mien.jobs.access import ENGINE_DISCORD
from mien.jobs.wire import AttachmentWire, JobWire, UploadWire

JOB_ID: Final = "0123456789abcdef0123456789abcdef"
ATTACHMENT_ID: Final = "1150077131873505280"
FILENAME: Final = f"{JOB_ID}.png"
SIGNATURE: Final = "0" * 64
LINK: Final = (
    f"http://127.0.0.1:8000/files/{ATTACHMENT_ID}/{FILENAME}?ex=6553f100&is=65529f80&hm={SIGNATURE}"
)

COMPLETED: Final = JobWire(
    jobid=JOB_ID,
    verb="faceswap-picsi",
    status="completed",
    options="-m",
    source_image=UploadWire(size=2438986, type="image/png"),
    target_image_gif_or_video=UploadWire(size=1604758, type="image/png"),
    created="2023-09-09T02:04:49.667Z",
    updated="2023-09-09T02:04:53.490Z",
    discord=ENGINE_DISCORD,
    server="1150077000000000001",
    channel="1150077000000000002",
    replyUrl="https://webhook.site/abc",
    replyRef="your reference",
    messageId="1150077131873505281",
    content="<@1150077000000000000>",
    attachments=[
        AttachmentWire(
            url=LINK,
            proxy_url=LINK,
            width=2048,
            height=2048,
            content_type="image/png",
            id=ATTACHMENT_ID,
            filename=FILENAME,
            size=7204115,
        )
    ],
    timestamp="2023-09-09T02:04:51.926000+00:00",
    code=200,
)

STARTED: Final = JobWire(
    jobid=JOB_ID,
    verb="faceswap-picsi",
    status="started",
    options="-m",
    source_image=UploadWire(size=2438986, type="image/png"),
    target_image_gif_or_video=UploadWire(size=1604758, type="image/png"),
    created="2023-09-09T02:04:49.667Z",
    updated="2023-09-09T02:04:49.702Z",
    discord=ENGINE_DISCORD,
    server="1150077000000000001",
    channel="1150077000000000002",
    code=200,
)

FAILED: Final = JobWire(
    jobid=JOB_ID,
    verb="faceswap-picsi",
    status="failed",
    source_image=UploadWire(size=2438986, type="image/png"),
    target_image_gif_or_video=UploadWire(size=1604758, type="image/png"),
    created="2023-09-09T02:04:49.667Z",
    updated="2023-09-09T02:04:50.120Z",
    discord=ENGINE_DISCORD,
    server="1150077000000000001",
    channel="1150077000000000002",
    messageId="1150077131873505281",
    content="<@1150077000000000000>",
    timestamp="2023-09-09T02:04:50.119000+00:00",
    error="No face found in the source picture.",
    errorDetails="source",
    code=200,
)

JOBS: Final = {"completed": COMPLETED, "started": STARTED, "failed": FAILED}
