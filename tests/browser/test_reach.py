"""The page for everybody: axe, keyboard alone, small windows, dark and light, without movement."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from browser.screens import PHONE, choose, moved, swap

pytestmark = pytest.mark.browser

TABS = ("swap", "people", "portraits", "history", "account")
#: How bad a finding of axe may not be.
SERIOUS = {"serious", "critical"}


def findings(page):
    """What axe holds against the page: rules, and where they are broken."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        (each["id"], [node["target"] for node in each["nodes"]])
        for each in found["violations"]
        if each["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("looks", ["light", "dark"])
def test_axe_finds_nothing_serious(visit, server, pictures, looks):
    """
    No tab, no result, no dialog keeps anybody out, in either set of colours.
    """
    page = visit(server, color_scheme=looks, reduced_motion="reduce")
    choose(page, pictures.source, pictures.group)
    expect(page.get_by_label("Who goes on face 3")).to_be_visible()
    swap(page)
    page.get_by_text("The same as a call of the API").click()
    found = {"result": findings(page)}
    for tab in TABS:
        page.goto(f"{server.url}/#{tab}")
        expect(page.locator("h1")).to_be_attached()
        page.wait_for_load_state("networkidle")
        found[tab] = findings(page)
    page.goto(f"{server.url}/#history")
    page.get_by_role("button", name="Open job").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found["dialog"] = findings(page)

    assert [] == [(where, each) for where, broken in found.items() for each in broken]


def test_axe_finds_nothing_where_the_token_is_asked_for(visit, server):
    """
    The first thing that anybody sees is for everybody, too.
    """
    page = visit(server, token="")
    expect(page.get_by_label("Your token")).to_be_visible()

    assert [] == findings(page)


@pytest.mark.parametrize("tab", TABS)
def test_a_phone_shows_every_tab_without_scrolling_sideways(visit, server, tab):
    """
    Nothing is wider than the window, and what can be pressed is large enough for a thumb.
    """
    page = visit(server, tab, viewport=PHONE, has_touch=True)
    page.wait_for_load_state("networkidle")
    wide, small = page.evaluate(
        """() => [
          document.documentElement.scrollWidth - innerWidth,
          [...document.querySelectorAll("main button, nav a")]
            .filter((each) => each.getBoundingClientRect().height < 32)
            .map((each) => each.textContent || each.ariaLabel),
        ]"""
    )

    assert wide <= 0
    assert [] == small


def test_a_phone_shows_the_result(visit, server, pictures):
    """
    With one column the result comes into view by itself, and still nothing is too wide.
    """
    page = visit(server, viewport=PHONE, has_touch=True)
    choose(page, pictures.source, pictures.group)
    expect(page.get_by_label("Who goes on face 3")).to_be_visible()
    swap(page)

    expect(page.get_by_role("img", name="Result of")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def focus(page, name, *, most=60):
    """Press Tab until what is called ``name`` has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        active = page.evaluate_handle("document.activeElement")
        if name in page.evaluate(
            """(each) => [each.ariaLabel, each.textContent, each.labels?.[0]?.textContent,
                 each.closest("section")?.ariaLabel].join(" ")""",
            active,
        ):
            return
    pytest.fail(f"Tab never reached {name}")


def test_the_keyboard_is_enough(visit, server, pictures):
    """
    Tab, Enter, space and arrows lead from the files to the compared result.
    """
    page = visit(server)
    # Chromium hands dialogs over from now on; told only when Enter is pressed, it may be too late.
    page.on("filechooser", lambda chooser: chooser.page)
    expect(page.get_by_role("heading", name="Source: whose face")).to_be_visible()
    for title, path in {
        "Source: whose face": pictures.source,
        "Target: who": pictures.target,
    }.items():
        focus(page, title)
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Enter")
        chooser.value.set_files(path)
    expect(page.get_by_text("gets the source")).to_be_visible()
    focus(page, "Keep the mouth")
    page.keyboard.press("Space")
    expect(page.get_by_role("switch", name="Keep the mouth")).to_be_checked()
    focus(page, "Swap faces")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    focus(page, "How much of the original")
    page.keyboard.press("ArrowRight")

    expect(page.get_by_label("How much of the original")).to_have_value("51")


def test_the_skip_link_skips(visit, server):
    """
    The first Tab offers a way past the navigation.
    """
    page = visit(server)
    expect(page.get_by_role("heading", name="Source: whose face")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()
    assert f"{server.url}/#swap" == page.url


def test_dialogs_close_with_escape_and_give_the_focus_back(visit, server):
    """
    Escape leaves a dialog, and the button that opened it has the focus again.
    """
    page = visit(server)
    camera = page.get_by_role("button", name="Camera").first
    camera.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(camera).to_be_focused()


def test_colours_are_chosen_and_kept(visit, server):
    """
    The button goes through automatic, light and dark; the choice is there after a reload.
    """
    page = visit(server, color_scheme="light")
    back = "() => getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(back)
    page.get_by_role("button", name="Colours: auto").click()
    page.get_by_role("button", name="Colours: light").click()
    dark = page.evaluate(back)
    page.reload()
    expect(page.get_by_role("button", name="Colours: dark")).to_be_visible()

    assert light != dark
    assert dark == page.evaluate(back)


@pytest.mark.parametrize("tab", TABS)
def test_nothing_moves_while_a_tab_fills(visit, server, tab):
    """
    What is loaded later finds its place kept.
    """
    page = visit(server)
    page.goto(f"{server.url}/#{tab}")
    page.reload()
    page.wait_for_load_state("networkidle")

    assert [] == moved(page)
