"""The web chat in a real browser: what a patient sees and does."""

from playwright.sync_api import expect

from bot.clinic import load_clinic
from bot.topics.catalogue import load_catalogue

CATALOGUE = load_catalogue()


def ask(page, text):
    page.get_by_label("Your question").fill(text)
    page.get_by_role("button", name="Send").click()


def test_a_question_by_keyboard_only_gets_the_answer_its_source_and_its_review_state(page):
    page.get_by_label("Your question").focus()
    page.keyboard.type("what is cognitive behavioural therapy?")
    page.keyboard.press("Enter")
    answer = page.get_by_role("listitem").filter(has_text=CATALOGUE["cbt"].text)
    expect(answer).to_be_visible()
    expect(answer).to_contain_text("Source: Integrating Psychopharmacology")
    expect(answer).to_contain_text("Not reviewed by a clinician yet")
    expect(page.get_by_role("button", name="Tell me more")).to_be_visible()


def test_suggested_replies_are_buttons_that_answer(page):
    page.get_by_role("button", name=CATALOGUE["cost"].title).click()
    expect(page.get_by_role("listitem").filter(has_text=load_clinic().fill(CATALOGUE["cost"].text))).to_be_visible()
    page.get_by_role("button", name="Say it simpler").click()
    expect(page.get_by_role("listitem").filter(has_text=CATALOGUE["cost"].simple)).to_be_visible()


def test_a_reload_brings_the_conversation_back(page):
    ask(page, "what is dbt")
    answer = page.get_by_role("listitem").filter(has_text=CATALOGUE["dbt"].text)
    expect(answer).to_be_visible()
    page.reload()
    expect(answer).to_be_visible()


def test_the_crisis_line_is_on_the_page_and_crisis_texts_stand_out(page):
    expect(page.locator("#crisis")).to_have_text(load_clinic().pack.static)
    ask(page, "i want to end my life")
    for text in load_clinic().pack.crisis:
        expect(page.locator("li.crisis-text").filter(has_text=text)).to_be_visible()


def test_deleting_the_chat_starts_an_empty_one(page):
    ask(page, "what is dbt")
    expect(page.get_by_role("listitem").filter(has_text=CATALOGUE["dbt"].text)).to_be_visible()
    page.get_by_role("button", name="Delete my chat").click()
    expect(page.get_by_role("status")).to_have_text("This chat was deleted.")
    expect(page.get_by_role("listitem")).to_have_count(1)


def test_what_is_typed_is_shown_as_text_never_as_markup(page):
    ask(page, "<img src=x onerror=alert(1)> what is therapy")
    expect(page.locator("li.patient")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("li img").count() == 0


def test_the_page_asks_nobody_else_and_breaks_no_rule(page, settings):
    ask(page, "what is dbt")
    expect(page.get_by_role("listitem").filter(has_text=CATALOGUE["dbt"].text)).to_be_visible()
    assert page.hosts == {f"127.0.0.1:{settings.port}"}
    assert page.problems == []


def test_a_small_screen_needs_no_sideways_scrolling(page):
    page.set_viewport_size({"width": 320, "height": 256})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(page.get_by_label("Your question")).to_be_visible()
