"""Each tab but the first: people, portraits, history, account."""

import shutil
import subprocess
import sys

import pytest
import requests
from playwright.sync_api import expect

from acceptance.live import PATIENCE_S, environment
from browser.screens import choose, place, region, swap

pytestmark = pytest.mark.browser


def save(page, name, *photos):
    """Save ``photos`` as a person, on the tab of people."""
    place(page, "Photos of one person").set_input_files(photos)
    page.get_by_label("Name: ").fill(name)
    page.get_by_role("button", name="Save this person").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def tab(page, name):
    """Go to a tab."""
    page.get_by_role("navigation").get_by_role("link", name=name).click()


def test_a_person_of_several_photos_is_saved_and_swapped_in(visit, server, newcomer, pictures):
    """
    Two photos become one person, who is offered on the swap tab and put on a target.
    """
    page = visit(server, "people", token=newcomer)
    expect(page.get_by_text("Nobody is saved yet.")).to_be_visible()
    save(page, "Eileen", pictures.source, pictures.source)
    expect(page.get_by_text("2 photos")).to_be_visible()
    page.get_by_role("button", name="Swap with Eileen").click()
    expect(page.get_by_role("button", name="Eileen", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    place(page, "Target").set_input_files(pictures.target)
    swap(page)

    tab(page, "History")
    expect(page.get_by_role("listitem").filter(has_text="swapid")).to_contain_text("Eileen")


def test_people_are_mixed_renamed_made_the_default_and_deleted(visit, server, newcomer, pictures):
    """
    What can be done with a saved person is done, and the API agrees.
    """
    page = visit(server, "people", token=newcomer)
    save(page, "Eileen", pictures.source)
    save(page, "Grace", pictures.target)
    page.get_by_role("button", name="Make Eileen the default").click()
    expect(page.get_by_role("heading", name="Eileen default")).to_be_visible()
    for name in ("Eileen", "Grace"):
        page.get_by_role("button", name=f"Mix {name}").click()
    expect(page.get_by_text("Eileen + Grace")).to_be_visible()
    page.get_by_role("button", name="Make it the default").click()
    expect(page.get_by_text("commands that name nobody take Eileen+Grace")).to_be_visible()
    page.get_by_role("button", name="Rename Grace").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("Hopper")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Hopper")).to_be_visible()
    page.get_by_role("button", name="Delete Eileen").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Eileen")).to_have_count(0)
    answer = requests.get(
        f"{server.url}/v1/mien/identities",
        headers={"Authorization": f"Bearer {newcomer}"},
        timeout=PATIENCE_S,
    ).json()

    assert ["Hopper"] == [each["name"] for each in answer["identities"]]


def test_a_name_that_cannot_be_used_is_explained(visit, server, newcomer, pictures):
    """
    The service's sentence and what to try stand where the button was pressed; the photos are kept.
    """
    page = visit(server, "people", token=newcomer, tolerated=("status of 400",))
    place(page, "Photos of one person").set_input_files(pictures.source)
    page.get_by_label("Name: ").fill("no blank")
    page.get_by_role("button", name="Save this person").click()

    expect(page.get_by_role("alert")).to_contain_text("This name cannot be used")
    expect(page.get_by_role("img", name="source.jpg")).to_be_visible()


def test_faces_of_a_group_are_given_to_people(visit, server, newcomer, pictures):
    """
    Three faces are found from left to right; one is left alone, one gets a saved person.
    """
    page = visit(server, "people", token=newcomer)
    save(page, "Grace", pictures.target)
    tab(page, "Swap")
    choose(page, pictures.source, pictures.group)
    page.get_by_label("Who goes on face 1").select_option("Grace")
    page.get_by_label("Who goes on face 3").select_option("leave it")
    page.get_by_label("it is saved as").fill("me")
    swap(page)
    page.get_by_text("The same as a call of the API").click()

    expect(page.get_by_label("The call in curl")).to_contain_text("'swapid_idname=Grace,me,_'")


def test_options_are_switches_that_the_call_shows(visit, server, pictures):
    """
    What is switched on is sent, in the API's words.
    """
    page = visit(server)
    choose(page, pictures.source, pictures.target)
    for label in ("Keep the mouth", "Sharper", "Keep the eyes"):
        page.get_by_role("switch", name=label).check()
    page.get_by_role("slider", name="Age").fill("-100")
    swap(page)
    page.get_by_text("The same as a call of the API").click()

    expect(page.get_by_label("The call in curl")).to_contain_text(
        "'options=-m -s --keep-eyes --younger 100'"
    )


def test_the_calls_that_are_shown_work(visit, server, pictures):
    """
    Each of the three, copied beside the files and run, makes the same job.
    """
    missing = [each for each in ("curl", "node") if shutil.which(each) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)} to run what is shown")
    page = visit(server, permissions=["clipboard-read", "clipboard-write"])
    choose(page, pictures.source, pictures.target)
    page.get_by_role("switch", name="Keep the mouth").check()
    swap(page)
    page.get_by_text("The same as a call of the API").click()
    said = {}
    for language, program in {
        "curl": ["sh", "-c"],
        "Python": [sys.executable, "-c"],
        "JavaScript": ["node", "--input-type=module", "-e"],
    }.items():
        page.get_by_role("radio", name=language).check()
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_text("Copied.")).to_be_visible()
        text = page.evaluate("navigator.clipboard.readText()")
        run = subprocess.run(
            [*program, text],
            cwd=pictures.source.parent,
            env=environment({"TOKEN": server.token}),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        said[language] = run.stdout + run.stderr

    assert dict.fromkeys(said, True) == {
        language: "completed" in text and "-m" in text for language, text in said.items()
    }, said


def test_portraits_need_somebody(visit, server, newcomer):
    """
    Without a saved person the tab says so, and leads to where one is saved.
    """
    page = visit(server, "portraits", token=newcomer)
    page.get_by_role("button", name="Save a person").click()

    expect(page.get_by_role("heading", name="People")).to_be_visible()


def test_portraits_are_made_of_a_saved_person(visit, server, newcomer, pictures):
    """
    A suggested scene, a time of day and a switch become a prompt; four portraits come, each to be seen.
    """
    page = visit(server, "people", token=newcomer)
    save(page, "Eileen", pictures.source)
    tab(page, "Portraits")
    page.get_by_label("Of whom").select_option("Eileen")
    page.get_by_role("button", name="library").click()
    page.get_by_label("Time of day").select_option("golden hour")
    page.get_by_role("switch", name="Square").check()
    page.get_by_role("button", name="Make portraits").click()
    page.get_by_role("button", name="Result 4 of 4").click()
    result = page.get_by_role("img", name="Result of")
    expect(result).to_have_js_property("complete", value=True)
    page.get_by_text("The same as a call of the API").click()

    expect(page.get_by_label("The call in curl")).to_contain_text(
        "'prompt=Eileen, library, golden hour --square'"
    )
    assert 1 == result.evaluate("each => each.naturalWidth / each.naturalHeight")


def test_a_photo_gets_another_background(visit, server, newcomer, pictures):
    """
    The result is compared with the photo that was chosen.
    """
    page = visit(server, "portraits", token=newcomer)
    page.get_by_role("radio", name="Another background").check()
    place(page, "Photo of the person").set_input_files(pictures.source)
    page.get_by_role("button", name="brick").click()
    page.get_by_role("button", name="Change the background").click()
    expect(page.get_by_role("link", name="Download")).to_be_visible()

    expect(page.get_by_role("img", name="Before")).to_be_visible()


def test_history_lists_filters_and_opens_jobs(visit, server, newcomer, pictures):
    """
    A swap and a failure are listed; filters narrow the list; a job opens with its result or reason.
    """
    page = visit(server, token=newcomer)
    choose(page, pictures.source, pictures.target)
    swap(page)
    place(page, "Target").set_input_files(pictures.faceless)
    page.get_by_role("button", name="Swap faces").click()
    expect(page.get_by_role("alert")).to_contain_text("No face was found")
    tab(page, "History")
    rows = page.get_by_role("listitem").filter(has_text="picsi")
    expect(rows).to_have_count(2)
    page.get_by_label("Status").select_option("failed")
    expect(rows).to_have_count(1)
    rows.get_by_role("button", name="Open").click()
    expect(page.get_by_role("dialog")).to_contain_text("No face was found")
    page.get_by_role("button", name="Close").click()
    page.get_by_label("Status").select_option("completed")
    expect(rows).to_have_count(1)
    rows.get_by_role("button", name="Open").click()

    expect(page.get_by_role("dialog").get_by_role("link", name="Download")).to_be_visible()


def test_history_is_listed_page_by_page(visit, server, newcomer, pictures):
    """
    Older jobs are asked for, and stay listed while news of a running one come in; filters are kept.
    """
    files = {"image": pictures.faceless.read_bytes()}
    bearer = {"Authorization": f"Bearer {newcomer}"}
    for number in range(26):
        requests.post(
            f"{server.url}/v1/faceswap/saveid",
            headers=bearer | {"Prefer": "respond-async"},
            data={"idname": f"p{number}"},
            files=files,
            timeout=PATIENCE_S,
        ).raise_for_status()
    page = visit(server, "history", token=newcomer)
    rows = page.get_by_role("listitem").filter(has_text="saveid")
    expect(rows).to_have_count(24)
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(26)
    expect(rows.filter(has_text="failed")).to_have_count(26)
    page.get_by_label("Status").select_option("completed")
    expect(page.get_by_text("No jobs here yet.")).to_be_visible()
    tab(page, "Account")
    tab(page, "History")

    expect(page.get_by_label("Status")).to_have_value("completed")


def test_a_job_without_its_files_cannot_be_repeated(visit, server, newcomer, pictures):
    """
    Uploads are deleted with the end of a job; the page says so, and what to do.
    """
    page = visit(server, token=newcomer, tolerated=("status of 409",))
    choose(page, pictures.source, pictures.target)
    swap(page)
    tab(page, "History")
    page.get_by_role("button", name="Repeat").click()

    expect(page.get_by_role("alert")).to_contain_text("The files of this job are gone")


def test_the_account_shows_what_is_left(visit, server, newcomer):
    """
    Channels, prices and limits are those of the API; the secret is shown on request only.
    """
    me = requests.get(
        f"{server.url}/v1/mien/me",
        headers={"Authorization": f"Bearer {newcomer}"},
        timeout=PATIENCE_S,
    ).json()
    page = visit(server, "account", token=newcomer)
    expect(page.get_by_text(me["channels"][0]["channel"])).to_be_visible()
    expect(page.get_by_role("row", name="headshot")).to_contain_text(str(me["prices"]["headshot"]))
    expect(page.get_by_text(me["webhookSecret"])).to_have_count(0)
    region(page, "Limits").get_by_role("button", name="Show").click()

    expect(page.get_by_text(me["webhookSecret"])).to_be_visible()
