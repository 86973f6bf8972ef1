"""Looking for a provider in a real browser: what is asked, the cards, more of them, and leaving."""

import pytest
from playwright.sync_api import expect

from bot.clinic.facts import load_clinic
from bot.providers import service as providers
from bot.providers.files import read_file
from bot.settings import ROOT
from bot.topics.catalogue import load_catalogue
from bot.topics.responses import load_responses
from tests.browser.conftest import ask, bubble
from tests.browser.test_accessibility import check


def said(name):
    (text,) = load_responses()[name]
    return load_clinic().fill(text)


@pytest.fixture(autouse=True)
def directory(processes, settings, configure):
    """The example directory, loaded into the processes' database."""
    configure(database_url=settings.database_url)
    providers.replace_all(read_file((ROOT / "clinic" / "providers.csv").read_bytes()).listings)
    yield
    providers.replace_all([])


def cards(page):
    return page.locator("li.assistant").filter(has_text="Name: ")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_a_search_from_one_message_to_the_cards_with_a_question_in_the_middle(page):
    ask(page, "find a therapist near Sampletown who takes Example Health and does evenings")
    expect(bubble(page, said("utter_search"))).to_be_visible()
    expect(bubble(page, said("utter_ask_search_needs"))).to_have_count(1)
    ask(page, "what does a psychiatric nurse practitioner do?")
    expect(bubble(page, load_catalogue()["pmhnp"].text)).to_be_visible()
    expect(bubble(page, said("utter_ask_search_needs"))).to_have_count(2)  # and back to the search
    ask(page, "grief")
    expect(bubble(page, said("utter_ask_search_language"))).to_be_visible()
    press(page, "Show me who you have")
    expect(
        bubble(page, "I looked for: near Sampletown; help with grief; therapy; takes Example Health; evenings.")
    ).to_be_visible()
    expect(bubble(page, said("utter_search_checklist"))).to_be_visible()
    expect(cards(page).first).to_contain_text("Cora Placeholder")
    assert 1 <= cards(page).count() <= 3
    check(page)
    page.reload()  # on a phone the page is often loaded anew: the cards are still there
    expect(cards(page).first).to_contain_text("Cora Placeholder")
    expect(bubble(page, said("utter_search_checklist"))).to_be_visible()


def test_by_keyboard_alone_every_question_can_be_skipped_and_more_are_shown(page):
    ask(page, "how do I find a provider who does both?")
    enter(page, "Search the list of providers")
    expect(bubble(page, said("utter_ask_search_place"))).to_be_visible()
    while not cards(page).count():
        enter(page, "Skip")
    assert cards(page).count() == 3
    enter(page, "Show more")
    expect(cards(page)).to_have_count(6)


def enter(page, name):
    """Press a button as a patient without a mouse does, and wait for the answer."""
    before = page.locator("li.assistant").count()
    button = page.get_by_role("button", name=name, exact=True)
    button.wait_for()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("li.assistant").nth(before)).to_be_visible()
    expect(page.locator("#typing")).to_be_empty()


def test_a_crisis_in_the_middle_gets_its_help_and_the_search_can_be_left(page):
    ask(page, "find a therapist near Sampletown")
    expect(bubble(page, said("utter_ask_search_needs"))).to_be_visible()
    ask(page, "i want to end my life")
    expect(page.get_by_role("alert").first).to_be_visible()
    assert cards(page).count() == 0
    ask(page, "please stop the search")
    expect(bubble(page, said("utter_search_stopped"))).to_be_visible()
