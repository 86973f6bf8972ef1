"""Figures, content and settings in a real browser: axe in light and dark, small screens, forced colours, keyboard."""

import pytest
from playwright.sync_api import expect

from bot.staff.members import Role
from bot.topics.service import keep_question
from tests.browser.test_accessibility import TOO_SMALL, check
from tests.browser.test_desk import open_browser  # noqa: F401
from tests.desk.conftest import sign_in_as  # noqa: F401
from tests.desk.counted import a_month
from tests.web.conftest import site  # noqa: F401

CONTROLS = "main :is(button, .button, input:not([type=checkbox]), select, summary)"
PAGES = ("/desk/figures", "/desk/content", "/desk/content/cbt", "/desk/content/crisis", "/desk/content/questions")

EVERYTHING_ON = {
    "mode": "production", "telegram_token": "123456:a-token", "telegram_mode": "polling", "slack_bot_token": "xoxb-a-token",
    "slack_app_token": "xapp-a-token", "slack_patients": True, "slack_alert_channel": "C0123456789", "slack_reply": True,
    "alerts": "slack, console",
}  # fmt: skip


@pytest.fixture
def page(sign_in_as, open_browser):  # noqa: F811
    """A lead's page at a clinic with figures and unanswered questions; its browser notes errors and breaches of the policy."""
    lead = sign_in_as(Role.LEAD)
    a_month()
    for question in ("does yoga help", "is yoga any good", "can I bring my dog"):
        keep_question(question, ["cbt"])
    return open_browser(lead).new_page()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages(page, scheme):
    page.emulate_media(color_scheme=scheme)
    for path in PAGES:
        page.goto(path)
        for closed in page.locator("main summary").all():
            closed.click()
        check(page)


def test_a_small_screen_needs_no_sideways_scrolling_and_controls_are_large_enough(page):
    page.set_viewport_size({"width": 320, "height": 640})
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert (
            page.locator("main :is(button, .button, input:not([type=checkbox]), select, summary)").evaluate_all(TOO_SMALL) == []
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_settings_are_readable_off_and_on_and_on_a_small_screen(site, sign_in_as, open_browser, configure, scheme):  # noqa: F811
    page = open_browser(sign_in_as(Role.ADMIN)).new_page()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 640})
    for settings in ({}, EVERYTHING_ON):  # the second: red findings, and both platforms' warnings
        configure(**settings)
        page.goto("/desk/settings")
        expect(page.locator(".urgent")).to_have_count(2 if settings else 0)
        assert page.locator(".level.red").count() or not settings
        check(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_plot_says_what_it_is_and_its_numbers_stand_beside_it(page):
    page.goto("/desk/figures?days=30")
    plot = page.get_by_role("img", name="Chats and messages over time")
    expect(plot).to_be_visible()
    page.get_by_text("The numbers of Chats and messages over time").click()
    expect(page.get_by_role("table", name="Chats and messages over time").get_by_role("row")).to_have_count(31)
    bars = page.get_by_role("table", name="How messages were answered").locator(".measure .drawn")
    widths = bars.evaluate_all("all => all.map((one) => one.getBoundingClientRect().width)")
    assert widths[0] == max(widths) > 0 and widths[0] == pytest.approx(2 * widths[1], rel=0.02)  # 400 and 200


def test_parts_differ_without_their_colour_and_forced_colours_keep_the_plots(page):
    page.emulate_media(forced_colors="active")
    page.goto("/desk/figures")
    patterns = page.locator(".stack .part").evaluate_all("all => all.map((one) => one.getAttribute('fill'))")
    assert len(patterns) >= 4 and len(set(patterns)) == len(patterns)
    ink = page.locator("h1").evaluate("one => getComputedStyle(one).color")
    assert page.locator(".measure .drawn").first.evaluate("one => getComputedStyle(one).fill") == ink
    assert page.locator(".lines .stroke").first.evaluate("one => getComputedStyle(one).stroke") == ink
    dashes = page.locator(".lines .stroke").evaluate_all("all => all.map((one) => getComputedStyle(one).strokeDasharray)")
    assert dashes[0] == "none" != dashes[1]


def test_a_table_is_taken_as_a_file(page):
    page.goto("/desk/figures?days=7")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV of Topics").click()
    assert download.value.suggested_filename.startswith("topics-")


def test_a_topic_is_signed_off_by_keyboard(page):
    page.goto("/desk/content?q=cognitive+behavioral")
    page.get_by_role("link", name="Cognitive behavioral therapy (CBT)", exact=True).click()
    page.context.expected = ["422"]
    page.get_by_label("The clinician's name").focus()
    page.keyboard.type("Dr. A. Example")
    page.keyboard.press("Tab")
    page.keyboard.type("psychiatrist")
    page.keyboard.press("Enter")
    tick = page.get_by_role("checkbox", name="has read these words")
    expect(tick).to_be_focused()
    expect(tick).to_have_accessible_description("Error: Confirm that the clinician has read all of it.")
    check(page)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The sign-off is recorded.")).to_be_visible()
    expect(page.get_by_text("Dr. A. Example, psychiatrist")).to_be_visible()


def test_a_group_of_questions_is_dealt_with(page):
    page.goto("/desk/content")
    page.get_by_role("link", name="Questions without an answer: 3").click()
    yoga = page.get_by_role("region", name="“yoga”")
    yoga.get_by_role("button", name="Mark all 2 as handled").click()
    expect(page.get_by_text("Marked as handled.")).to_be_visible()
    page.get_by_label("can I bring my dog").check()
    page.get_by_role("button", name="Delete the chosen").click()
    expect(page.get_by_text("None waits.")).to_be_visible()
