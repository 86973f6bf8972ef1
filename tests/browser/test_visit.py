"""The visit sheet: picked answers, questions and own notes, printed and never sent."""

from playwright.sync_api import expect

from bot.topics.catalogue import load_catalogue
from tests.browser.conftest import ask, bubble, pick

DBT = load_catalogue()["dbt"]


def test_what_is_ticked_and_noted_is_printed_and_nothing_is_sent(page):
    ask(page, "what is dbt")
    expect(bubble(page, DBT.text)).to_be_visible()
    ask(page, "what is cbt")
    expect(bubble(page, load_catalogue()["cbt"].text)).to_be_visible()
    sent = []
    page.on("request", lambda request: sent.append(request.method) if request.method != "GET" else None)
    page.add_init_script("window.print = () => { window.printed = true; }")
    pick(page, "Prepare my visit")
    expect(page.get_by_role("heading", name="Prepare my visit")).to_be_focused()
    page.get_by_label(DBT.text).check()
    page.get_by_label("What does it cost?").check()
    page.get_by_label("My own notes").fill("Ask about Tuesdays\nand my sleep")
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.get_by_text(DBT.text).last).to_be_visible()
    expect(page.get_by_text("What does it cost?")).to_be_visible()
    expect(page.locator("#notes-printed")).to_have_text("Ask about Tuesdays\nand my sleep")
    expect(page.locator("#crisis")).to_be_visible()
    expect(page.locator("#visit").get_by_text(load_catalogue()["cbt"].text)).to_be_hidden()
    expect(page.get_by_text("Who do I call between visits?")).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Back to the chat").click()
    pick(page, "Prepare my visit")
    expect(page.get_by_label(DBT.text)).to_be_checked()
    assert sent == []
    assert "Tuesdays" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_a_new_chat_leaves_nothing_of_it_behind(page):
    pick(page, "Prepare my visit")
    expect(page.get_by_text("No answers yet.")).to_be_visible()
    page.get_by_label("My own notes").fill("private")
    pick(page, "Delete my chat")
    page.get_by_role("dialog").get_by_role("button", name="Delete my chat").click()
    page.get_by_role("button", name="Keep this chat").click()
    pick(page, "Prepare my visit")
    expect(page.get_by_label("My own notes")).to_have_value("")
