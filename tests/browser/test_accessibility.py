"""What axe can find, on every screen and in both colour schemes; targets, reflow and zoom, forced colours, what is loaded."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from bot.topics.catalogue import load_catalogue
from tests.browser.conftest import PHONE, ask, bubble, pick, start
from tests.browser.test_widget import DESKTOP, open_chat

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
OPEN_ROOTS = """const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function () { return attach.call(this, { mode: 'open' }); };"""
TOO_SMALL = """all => all.filter(one => one.checkVisibility() && !one.closest('p, li, .hidden')).filter((one) => {
    const box = one.getBoundingClientRect(); return box.width < 44 || box.height < 44; }).map(one => one.textContent)"""


def check(page):
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_screen_of_the_chat(context, scheme):
    page = context.new_page()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto("/chat")
    check(page)
    page.locator("#menu summary").click()
    check(page)
    start(page)
    check(page)
    ask(page, "what is dbt")
    expect(bubble(page, load_catalogue()["dbt"].text)).to_be_visible()
    page.locator(".source summary").last.click()
    check(page)
    ask(page, "i want to end my life")
    expect(page.get_by_role("alert").first).to_be_visible()
    check(page)
    pick(page, "Prepare my visit")
    check(page)
    page.get_by_role("button", name="Back to the chat").click()
    context.expected = ["ERR_INTERNET_DISCONNECTED"]
    context.set_offline(True)
    ask(page, "what is cbt")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    check(page)
    context.set_offline(False)
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    pick(page, "Delete my chat")
    check(page)
    page.get_by_role("dialog").get_by_role("button", name="Delete my chat").click()
    expect(page.locator("#status")).to_have_text("This chat was deleted.")
    check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_spanish_screens(context, scheme):
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    page.goto("/chat?lang=es")
    check(page)
    page.get_by_role("button", name="Chatear sin guardarlo").click()
    page.get_by_text("I am Tandem, an automated assistant").wait_for()
    check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_the_clinics_page_with_the_panel_closed_and_open(context, scheme, size):
    context.add_init_script(OPEN_ROOTS)  # for axe, which cannot look into a closed root
    page = context.new_page()
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    page.goto("/")
    expect(page.get_by_role("button", name="Ask a question")).to_be_visible()
    check(page)
    open_chat(page)
    expect(page.get_by_role("dialog")).to_be_visible()
    check(page)


def test_the_log_is_a_list_of_messages_each_with_its_speaker(page):
    ask(page, "what is dbt")
    expect(bubble(page, load_catalogue()["dbt"].text)).to_be_visible()
    expect(page.get_by_role("log")).to_match_aria_snapshot("""
        - log "Messages":
          - list:
            - listitem:
              - text: "Tandem:"
              - paragraph: /Hello/
            - listitem:
              - text: "You:"
              - paragraph: what is dbt
              - paragraph: Sent
            - listitem:
              - text: "Tandem:"
              - paragraph: /Dialectical/
    """)


def test_every_control_is_large_enough_to_hit(page):
    ask(page, "what is dbt")
    expect(bubble(page, load_catalogue()["dbt"].text)).to_be_visible()
    page.locator("#menu summary").click()
    assert page.locator("button, summary, textarea, a").evaluate_all(TOO_SMALL) == []


def test_a_small_screen_needs_no_sideways_scrolling_and_hides_nothing(context):
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024 at 400 %
    start(page)
    ask(page, "what is dbt")
    expect(bubble(page, load_catalogue()["dbt"].text)).to_be_visible()
    for screen in ("chat", "visit"):
        if screen == "visit":
            pick(page, "Prepare my visit")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for control in page.locator("button:visible, textarea:visible").all():
            control.focus()
            box = control.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 320
            # the page brings it into sight, and nothing covers it
            assert box["y"] >= 0 and box["y"] + min(box["height"], 44) <= 257


def test_forced_colours_and_reduced_motion_are_honoured(page):
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    ask(page, "what is dbt")
    answer = bubble(page, load_catalogue()["dbt"].text)
    expect(answer).to_be_visible()
    assert answer.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"  # its colour is the system's
    moving = "() => [...document.querySelectorAll('*')].filter(one => getComputedStyle(one).animationName !== 'none').length"
    assert page.evaluate(moving) == 0


def test_focus_can_be_seen(page):
    for control in ("#text", "#person", "#menu summary", "#scroll"):
        page.locator(control).focus()
        page.keyboard.press("Shift")  # by keyboard
        assert page.locator(control).evaluate("one => parseFloat(getComputedStyle(one).outlineWidth)") >= 3


def test_the_chat_loads_only_the_files_whose_size_is_limited(context):
    loaded = set()
    context.on("request", lambda request: loaded.add(request.url.split("/")[-1]))
    page = context.new_page()
    page.set_viewport_size(DESKTOP)
    page.goto("/")
    page.locator("tandem-chat").wait_for(state="attached")
    open_chat(page).get_by_role("button", name="Keep this chat").wait_for()
    of_the_page = {"", "clinic.css", "theme.css", "icon.svg"}
    assert loaded - of_the_page == {"widget.js", "chat?lang=en", "chat.js", "chat.css"}  # see tests/web/test_widget_build.py
