"""From the link that the first start prints to a picture on the disk."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from browser.screens import choose, moved, place, region, swap

pytestmark = pytest.mark.browser


def test_the_link_opens_the_page_and_leaves_no_token_in_the_address(visit, server):
    """
    The token moves from the address into the browser, and stays there for the next visit.
    """
    page = visit(server)
    expect(page.get_by_role("heading", name="Source: whose face")).to_be_visible()

    assert f"{server.url}/#swap" == page.url

    page.goto(f"{server.url}/#account")
    page.reload()

    expect(page.get_by_role("heading", name="Account of default")).to_be_visible()


def test_the_link_works_in_a_window_that_shows_the_page_already(visit, server):
    """
    Pasted over the address of a page that asks for the token, the link brings it along, too.
    """
    page = visit(server, token="")
    expect(page.get_by_label("Your token")).to_be_visible()
    page.goto(f"{server.url}/#token={server.token}")

    expect(page.get_by_role("heading", name="Source: whose face")).to_be_visible()
    assert f"{server.url}/#swap" == page.url


def test_the_token_is_asked_for_once(visit, server):
    """
    Without the link the page asks; after that it does not ask again.
    """
    page = visit(server, token="")
    page.get_by_label("Your token").fill(f"  {server.token}\n")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Source: whose face")).to_be_visible()
    page.reload()

    expect(page.get_by_role("heading", name="Source: whose face")).to_be_visible()
    expect(page.get_by_label("Your token")).to_have_count(0)


def test_a_forgotten_token_is_gone(visit, server):
    """
    Who forgets the token in the browser is asked for one again, after a reload too.
    """
    page = visit(server, "account")
    page.get_by_role("button", name="Forget the token").click()
    expect(page.get_by_label("Your token")).to_be_visible()
    page.reload()

    expect(page.get_by_label("Your token")).to_be_visible()


def test_two_files_and_a_button_make_a_picture(visit, server, pictures):
    """
    The faces are shown before the swap; the result is the altered target, its slider uncovers it,
    and nothing on the page jumps.
    """
    page = visit(server)
    choose(page, pictures.source, pictures.target)
    expect(page.get_by_text("Usable source.")).to_be_visible()
    expect(page.get_by_text("gets the source")).to_be_visible()
    swap(page)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download").click()
    with Image.open(fetched.value.path()) as result, Image.open(pictures.target) as target:
        difference = np.abs(np.asarray(result, np.int16) - np.asarray(target, np.int16))

    assert difference[110:330, 150:350].mean() > 2
    assert difference[450:].mean() < 2
    assert [] == moved(page)


def test_the_slider_uncovers_the_result(visit, server, pictures):
    """
    At one end all of the original is shown, at the other end all of the result.
    """
    page = visit(server)
    choose(page, pictures.source, pictures.target)
    swap(page)
    stage, slider = page.locator(".compare .stage"), page.get_by_label("How much of the original")
    expect(page.get_by_role("img", name="Result of")).to_have_js_property("complete", value=True)
    shots = []
    for key in ("End", "Home"):
        slider.press(key)
        with Image.open(io.BytesIO(stage.screenshot(animations="disabled"))) as shot:
            shots.append(np.asarray(shot.convert("RGB"), np.int16))
    before, after = shots
    height, width = before.shape[:2]
    face = np.s_[height // 4 : height // 2, width // 3 : 2 * width // 3]

    assert np.abs(before[face] - after[face]).mean() > 4
    assert np.abs(before[-height // 4 :] - after[-height // 4 :])[:, 20:-20].mean() < 4


def test_the_picture_is_zoomed_and_moved(visit, server, pictures):
    """
    The buttons enlarge up to eight times; a zoomed picture is dragged, and a double click ends that.
    """
    page = visit(server)
    choose(page, pictures.source, pictures.target)
    swap(page)
    larger = page.get_by_role("button", name="Zoom in")
    while larger.is_enabled():
        larger.click()
    stage, figure = page.locator(".compare .stage"), page.locator(".compare")
    expect(page.get_by_text("800 %")).to_be_visible()
    box = stage.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 50, steps=4)
    page.mouse.up()

    assert figure.evaluate("each => each.style.getPropertyValue('--x')") not in {"0%", "-0%"}

    stage.dblclick(position={"x": 20, "y": 20})

    expect(page.get_by_text("100 %")).to_be_visible()


def test_a_result_is_the_next_target(visit, server, pictures):
    """
    What came out goes in again, without a way over the disk.
    """
    page = visit(server)
    choose(page, pictures.source, pictures.target)
    swap(page)
    page.get_by_role("button", name="Use as target").click()
    target = region(page, "Target")
    expect(target.get_by_role("img")).not_to_have_attribute("alt", "target.jpg")
    page.get_by_role("button", name="Swap faces").click()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    place(page, "Source").set_input_files(pictures.target)

    expect(page.get_by_role("button", name="Swap faces")).to_be_enabled()
