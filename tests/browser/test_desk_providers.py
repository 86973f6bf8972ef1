"""The directory's pages in a real browser: a file is looked at as soon as it is chosen, then imported; axe, small screens."""

import pytest
from playwright.sync_api import expect

from bot.providers import service
from bot.settings import ROOT
from bot.staff.members import Role
from tests.browser.desk import open_browser  # noqa: F401
from tests.browser.test_accessibility import TOO_SMALL, check
from tests.desk.conftest import sign_in_as  # noqa: F401
from tests.web.conftest import site  # noqa: F401

EXAMPLE = ROOT / "clinic" / "providers.csv"
BAD = {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"reference,name,offers\nP1,Alma,pills\n"}


@pytest.fixture
def lead(sign_in_as):  # noqa: F811
    return sign_in_as(Role.LEAD)


def test_a_file_is_looked_at_when_it_is_chosen_and_imported_when_it_is_sent(lead, open_browser):  # noqa: F811
    page = open_browser(lead).new_page()
    page.goto("/desk/providers/import")
    page.get_by_label("File").set_input_files(BAD)
    expect(page.get_by_text("Row 2, offers: write medication, therapy or both.")).to_be_visible()
    page.get_by_label("File").set_input_files(EXAMPLE)
    expect(page.get_by_text("12 would be added")).to_be_visible()
    assert service.count() == 0
    page.get_by_role("button", name="Replace the directory").click()
    expect(page.get_by_text("The directory is replaced by the file.")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(13)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    assert download.value.suggested_filename.endswith(".csv")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_directorys_pages(lead, open_browser, scheme):  # noqa: F811
    page = open_browser(lead).new_page()
    page.emulate_media(color_scheme=scheme)
    page.goto("/desk/providers")
    check(page)
    page.goto("/desk/providers/import")
    page.get_by_label("File").set_input_files(BAD)
    page.get_by_text("Row 2, offers").wait_for()
    check(page)
    page.get_by_label("File").set_input_files(EXAMPLE)
    page.get_by_text("12 would be added").wait_for()
    check(page)
    page.get_by_role("button", name="Replace the directory").click()
    page.get_by_role("link", name="Alma Example").wait_for()
    check(page)
    page.get_by_role("link", name="Alma Example").click()
    page.get_by_text("Remove", exact=True).click()
    check(page)
    page.get_by_label("Latitude").fill("north")
    page.context.expected = ["status of 422"]
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Latitude")).to_be_focused()
    check(page)


@pytest.mark.parametrize("path", ["/desk/providers", "/desk/providers/new", "/desk/providers/import"])
def test_a_small_screen_needs_no_sideways_scrolling(lead, open_browser, path):  # noqa: F811
    page = open_browser(lead, {"width": 320, "height": 640}).new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("button, .button, input:not([type=checkbox]), select").evaluate_all(TOO_SMALL) == []
