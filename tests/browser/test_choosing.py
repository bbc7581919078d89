"""How files come into the page, and what it says of them."""

import base64

import pytest
from playwright.sync_api import expect

from browser.screens import PATIENCE_MS, choose, place, region, swap

pytestmark = pytest.mark.browser

#: Makes a DataTransfer as the system would, of the files [name, type, base64].
TRANSFER = """(files) => {
  const transfer = new DataTransfer();
  for (const [name, type, text] of files) {
    const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  return transfer;
}"""


def transfer(page, *paths):
    """What the system hands over when ``paths`` are dropped or pasted."""
    files = [
        [path.name, "image/jpeg", base64.b64encode(path.read_bytes()).decode()] for path in paths
    ]
    return page.evaluate_handle(TRANSFER, files)


def shown(page, title):
    """The picture in a place for a file."""
    return region(page, title).get_by_role("img")


def test_files_are_dropped_where_they_belong(visit, server, pictures):
    """
    A file that is dropped on a place is taken there.
    """
    page = visit(server)
    for title, path in {"Target": pictures.target, "Source": pictures.source}.items():
        well = region(page, title)
        moved = transfer(page, path)
        for kind in ("dragenter", "dragover", "drop"):
            well.dispatch_event(kind, {"dataTransfer": moved})
    expect(shown(page, "Source")).to_have_attribute("alt", "source.jpg")
    expect(shown(page, "Target")).to_have_attribute("alt", "target.jpg")
    swap(page)


def test_two_files_are_dropped_anywhere(visit, server, pictures):
    """
    Of two files that are dropped beside the places the first is the source.
    """
    page = visit(server)
    moved = transfer(page, pictures.source, pictures.target)
    for kind in ("dragenter", "dragover", "drop"):
        page.locator("main").dispatch_event(kind, {"dataTransfer": moved})

    expect(shown(page, "Source")).to_have_attribute("alt", "source.jpg")
    expect(shown(page, "Target")).to_have_attribute("alt", "target.jpg")


def test_pictures_are_pasted(visit, server, pictures):
    """
    Pasted pictures go to the first empty place, and to where the pointer is when all are full.
    """
    page = visit(server)
    page.mouse.move(0, 0)
    paste = "(data) => dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }))"
    for path in (pictures.source, pictures.target):
        transfer(page, path).evaluate(paste)
        expect(page.get_by_role("img", name=path.name)).to_be_visible()
    expect(shown(page, "Target")).to_have_attribute("alt", "target.jpg")
    region(page, "Source").hover()
    transfer(page, pictures.group).evaluate(paste)

    expect(shown(page, "Source")).to_have_attribute("alt", "group.jpg")


def test_a_poor_source_is_told_before_the_swap(visit, server, pictures):
    """
    Of a photo without a face the page says so at once.
    """
    page = visit(server)
    place(page, "Source").set_input_files(pictures.faceless)

    expect(page.get_by_text("No face was found in this photo.")).to_be_visible()


def test_the_button_says_what_is_missing(visit, server, pictures):
    """
    Nothing is sent until both files are there; the words beside the button say which is not.
    """
    page = visit(server)
    page.get_by_role("button", name="Swap faces").click(force=True)
    expect(page.get_by_text("Choose a source first")).to_be_visible()
    place(page, "Source").set_input_files(pictures.source)
    expect(page.get_by_text("Choose a target first")).to_be_visible()
    place(page, "Target").set_input_files(pictures.target)
    expect(page.get_by_text("first", exact=False).filter(has_text="Choose")).to_have_count(0)
    region(page, "Source").get_by_role("button", name="Remove").click()

    expect(page.get_by_text("Choose a source first")).to_be_visible()


def test_a_gif_plays_stops_and_is_stepped_through(visit, server, pictures):
    """
    A GIF stays one: its player has all the frames, and stops at the one that is chosen.
    """
    page = visit(server)
    choose(page, pictures.source, pictures.gif)
    swap(page)
    frame = page.get_by_label("Frame")
    frame.focus()
    frame.press("End")
    expect(page.get_by_text("4 / 4")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible()

    assert page.locator(".moving canvas").evaluate("each => each.width") == 256
    expect(page.get_by_role("button", name="Use as source")).to_have_count(0)


def test_a_video_plays_beside_its_original(visit, server, pictures):
    """
    The job tells its stage; the result plays here, and the original follows it.
    """
    page = visit(server)
    choose(page, pictures.source, pictures.video)
    swap(page)
    result = page.get_by_label("Result of")
    page.get_by_text("Original beside it").click()
    result.evaluate("each => { each.muted = true; each.loop = false; each.currentTime = 0.5; }")
    original = page.get_by_label("Original", exact=True)
    expect(original).to_have_js_property("readyState", 4, timeout=PATIENCE_MS)

    assert [256, 256] == [each.evaluate("each => each.videoWidth") for each in (result, original)]


def test_the_camera_takes_a_picture(visit, server, chromium):
    """
    The camera's picture becomes the source; Chromium's own test picture stands in for a face.
    """
    page = visit(server, permissions=["camera"])
    region(page, "Source").get_by_role("button", name="Camera").click()
    page.get_by_role("button", name="Take the picture").click()

    expect(shown(page, "Source")).to_have_attribute("alt", "camera.jpg")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_camera_that_may_not_be_used_is_explained(visit, server):
    """
    Without permission the page says so, and offers the system's own camera.
    """
    page = visit(server)
    region(page, "Source").get_by_role("button", name="Camera").click()

    expect(page.get_by_text("The camera may not be used: allow it in the browser.")).to_be_visible()
    expect(page.get_by_text("Use the camera app")).to_be_visible()
