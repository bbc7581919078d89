"""A receiver of callbacks: ``python callback_receiver.py --port 9000 --folder results``.

Whoever can reach it can call it, so it believes a call only when its signature is right
(https://www.standardwebhooks.com), and it answers before it does the work: mien waits 20 seconds, and
calls again when it hears nothing. MIEN_WEBHOOK_SECRET is the `webhookSecret` of `GET /v1/mien/me`.
"""

import argparse
import os
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from standardwebhooks import Webhook, WebhookVerificationError


def receiver(secret: str, folder: Path) -> FastAPI:
    """The application that saves results to ``folder``."""
    app = FastAPI()
    webhook = Webhook(secret)

    @app.post("/mien", status_code=204)
    async def received(request: Request, later: BackgroundTasks) -> None:
        # The bytes as they came: JSON that was read and written again has another signature.
        body = await request.body()
        try:
            job = webhook.verify(body, dict(request.headers))
        except (WebhookVerificationError, ValueError) as error:
            raise HTTPException(401, "The signature is wrong.") from error
        later.add_task(save, job, folder)

    return app


def save(job: dict[str, Any], folder: Path) -> None:
    """Save the job's result under the job's id: a call that comes twice changes nothing."""
    if job["status"] != "completed":
        print(f"{job['jobid']} {job['status']}: {job.get('error', '')}", flush=True)
        return
    attachment = job["attachments"][0]
    # The id of a job is hexadecimal; the extension is one of ours. Neither leads out of the folder.
    path = folder / f"{job['jobid']}{Path(attachment['filename']).suffix}"
    if not path.exists():
        answer = httpx.get(attachment["url"], timeout=60).raise_for_status()
        part = path.with_suffix(".part")  # so that nobody sees half of a picture
        part.write_bytes(answer.content)
        part.replace(path)
    print(path, flush=True)


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Receive mien's callbacks.")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--folder", type=Path, default=Path("results"))
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    app = receiver(os.environ["MIEN_WEBHOOK_SECRET"], asked.folder)
    uvicorn.run(app, port=asked.port, log_level="warning")


if __name__ == "__main__":
    main()
