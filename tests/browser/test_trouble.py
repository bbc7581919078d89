"""What the page does when the network or the service is not at its best."""

import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from playwright.sync_api import expect

from acceptance.live import MIEN, PATIENCE_S, Server, environment, free_port, until
from browser.screens import choose, swap

pytestmark = pytest.mark.browser

#: Bytes a second of a bad telephone line; both files are about 150 kB.
SLOW = 60_000
GONE = "net::ERR"


def mien(*words):
    """Run the command line."""
    subprocess.run([*MIEN, *words], env=environment({}), check=True, timeout=PATIENCE_S)


@contextmanager
def receiver():
    """An address that takes callbacks, and the list of what has come."""
    bodies = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hook", bodies
        finally:
            server.shutdown()


def slow_down(page, bytes_s):
    """Let the page send and fetch no faster than that; -1 ends it."""
    line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_s}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)


def test_a_wrong_token_is_explained_and_asked_for_again(visit, server):
    """
    The page says what the service answered, and goes on with the right token.
    """
    page = visit(server, token=server.token[:-1], tolerated=("status of 401",))
    expect(page.get_by_role("alert")).to_contain_text("This token is not valid")
    page.get_by_label("Your token").fill(server.token)
    page.get_by_role("button", name="Start").click()

    expect(page.get_by_role("heading", name="Source: whose face")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_slow_network_is_seen(visit, server, pictures):
    """
    While the files are on their way the page tells how much of them is sent.
    """
    page = visit(server)
    choose(page, pictures.source, pictures.target)
    expect(page.get_by_text("gets the source")).to_be_visible()
    slow_down(page, SLOW)
    page.get_by_role("button", name="Swap faces").click()
    expect(page.get_by_text("Sending the files, ")).to_be_visible()
    slow_down(page, -1)

    expect(page.get_by_role("link", name="Download")).to_be_visible()


def test_a_line_that_was_cut_is_tried_again(visit, server, newcomer, pictures):
    """
    A call that found nobody is sent again, and makes one job.
    """
    page = visit(server, token=newcomer, tolerated=(GONE,))
    choose(page, pictures.source, pictures.target)
    expect(page.get_by_text("gets the source")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Swap faces").click()
    expect(page.get_by_text("The service does not answer. Trying again")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    jobs = requests.get(
        f"{server.url}/v1/mien/jobs?verb=faceswap-picsi",
        headers={"Authorization": f"Bearer {newcomer}"},
        timeout=PATIENCE_S,
    ).json()["jobs"]

    assert 1 == len(jobs)


def test_a_job_survives_the_service_and_so_does_the_page(visit, tmp_path, pictures):
    """
    The service is killed while it swaps a video; when it is back, the job goes on, and the page too.
    """
    with Server(tmp_path / "data", port=free_port(), workers="1") as server:
        page = visit(server, tolerated=(GONE,))
        choose(page, pictures.source, pictures.film)
        page.get_by_role("button", name="Swap faces").click()
        expect(page.get_by_text("Swapping frame by frame, ")).to_be_visible()
        server.kill()
        expect(page.get_by_text("The service does not answer. Trying again")).to_be_visible()
        server.start()

        expect(page.get_by_role("link", name="Download")).to_be_visible()


def test_a_job_is_cancelled(visit, server, newcomer, pictures):
    """
    Cancel ends the job at once, and says that nothing was charged.
    """
    page = visit(server, token=newcomer)
    choose(page, pictures.source, pictures.film)
    page.get_by_role("button", name="Swap faces").click()
    expect(page.get_by_text("Swapping frame by frame")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed or charged.")
    page.get_by_role("navigation").get_by_role("link", name="History").click()

    expect(page.get_by_role("listitem").filter(has_text="picsi")).to_contain_text("cancelled")


def test_a_busy_service_is_asked_again(visit, tmp_path, pictures):
    """
    429 is no failure: the page counts the seconds down that the service asked for, and the swap comes.
    """
    with Server(tmp_path / "data", workers="1", queue_depth="1") as server:
        page = visit(server, tolerated=("status of 429",))
        choose(page, pictures.source, pictures.target)
        expect(page.get_by_text("gets the source")).to_be_visible()
        for _ in range(2):  # one that runs, and one that waits
            files = {
                "source_image": pictures.source.read_bytes(),
                "target_image_gif_or_video": pictures.film.read_bytes(),
            }
            requests.post(
                f"{server.url}/v1/faceswap/picsi",
                headers=server.bearer | {"Prefer": "respond-async"},
                files=files,
                timeout=PATIENCE_S,
            ).raise_for_status()
        page.get_by_role("button", name="Swap faces").click()
        expect(page.get_by_text("The service is busy. Trying again in")).to_be_visible()
        for job in requests.get(
            f"{server.url}/v1/mien/jobs?verb=faceswap-picsi",
            headers=server.bearer,
            timeout=PATIENCE_S,
        ).json()["jobs"]:
            requests.delete(
                f"{server.url}/v1/mien/jobs/{job['jobid']}",
                headers=server.bearer,
                timeout=PATIENCE_S,
            ).raise_for_status()

        expect(page.get_by_role("link", name="Download")).to_be_visible()


def test_a_file_that_is_none_is_explained(visit, server, tmp_path, pictures):
    """
    A broken picture is refused in plain words, with the service's own sentence and what to try.
    """
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(pictures.target.read_bytes()[:300])
    page = visit(server, tolerated=("status of 400",))
    choose(page, pictures.source, broken)
    page.get_by_role("button", name="Swap faces").click()

    expect(page.get_by_role("alert")).to_contain_text("This file cannot be read")
    expect(page.get_by_role("alert")).to_contain_text("save it anew as JPEG or PNG")


def test_a_file_that_is_too_large_is_not_sent(visit, tmp_path, pictures):
    """
    What the service would refuse for its size is told before anything is on its way.
    """
    with Server(tmp_path / "data", workers="1", max_upload_mb="0.02") as server:
        page = visit(server, tolerated=("status of 400",))
        choose(page, pictures.source, pictures.target)
        page.get_by_role("button", name="Swap faces").click(force=True)
        expect(page.get_by_text("source.jpg is larger than 0.02 MB")).to_be_visible()
        jobs = requests.get(
            f"{server.url}/v1/mien/jobs", headers=server.bearer, timeout=PATIENCE_S
        ).json()["jobs"]

    assert [] == jobs


def test_a_job_is_cancelled_and_repeated_in_the_history(visit, tmp_path, pictures):
    """
    A running job is cancelled in the list; where uploads are kept, it is done again to its end.
    """
    with Server(tmp_path / "data", workers="1", keep_inputs="1") as server:
        page = visit(server)
        choose(page, pictures.source, pictures.film)
        page.get_by_role("button", name="Swap faces").click()
        expect(page.get_by_text("Swapping frame by frame")).to_be_visible()
        page.get_by_role("navigation").get_by_role("link", name="History").click()
        rows = page.get_by_role("listitem").filter(has_text="picsi")
        rows.get_by_role("button", name="Cancel").click()
        expect(rows).to_contain_text("cancelled")
        rows.get_by_role("button", name="Repeat").click()
        expect(rows).to_have_count(2)

        expect(rows.first).to_contain_text("completed")


def test_credits_that_are_used_up_are_explained(visit, tmp_path, pictures):
    """
    The credits count down with each swap; without any the page says who can give more.
    """
    with Server(tmp_path / "data", workers="1") as server:
        me = requests.get(f"{server.url}/v1/mien/me", headers=server.bearer, timeout=PATIENCE_S)
        channel = me.json()["channels"][0]["channel"]
        mien("channels", "set", channel, "--credits", "1", "--data-dir", str(server.folder))
        page = visit(server, tolerated=("status of 402",))
        expect(page.get_by_text("1 credits left")).to_have_count(0)
        choose(page, pictures.source, pictures.target)
        expect(page.get_by_text("1 credits left")).to_be_visible()
        swap(page)
        expect(page.get_by_text("0 credits left")).to_be_visible()
        page.get_by_role("button", name="Swap faces").click()

        expect(page.get_by_role("alert")).to_contain_text("The credits are used up")


def test_callbacks_are_told_of_and_sent_again(visit, tmp_path, pictures):
    """
    The callback of a swap is listed with what became of it, and is sent again on request.
    """
    with (
        receiver() as (address, bodies),
        Server(tmp_path / "data", workers="1", callback_allow_private="1") as server,
    ):
        page = visit(server)
        choose(page, pictures.source, pictures.target)
        page.get_by_text("Callback", exact=True).click()
        page.get_by_label("Address (replyUrl)").fill(address)
        swap(page)
        page.get_by_role("navigation").get_by_role("link", name="History").click()
        page.get_by_role("radio", name="Callbacks").check()
        row = page.get_by_role("listitem").filter(has_text=address)
        expect(row).to_contain_text("delivered")
        row.get_by_role("button", name="Send again").click()
        until(lambda: 2 == len(bodies))

        expect(row).to_contain_text("delivered")


@pytest.mark.parametrize("damaged", ["%", "%zz", "t%C3%B6ken", "two%0Alines"])
def test_a_damaged_link_asks_for_the_token(visit, server, damaged):
    """
    A link that was cut or mangled on its way opens the page all the same, which asks for a token.
    """
    page = visit(server, token=damaged, tolerated=("status of 401",))

    expect(page.get_by_label("Your token")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("This token is not valid")
