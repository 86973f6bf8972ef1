"""What becomes of a chat: kept or not, deleted, taken along, in two tabs, where storage is refused."""

import json

import httpx
from playwright.sync_api import expect

from bot.clinic.facts import load_clinic
from bot.topics.catalogue import load_catalogue
from tests.browser.conftest import FLAGS, ask, bubble, chromium_path, pick, start, watched

DBT = load_catalogue()["dbt"].text


def token_of(page):
    return json.loads(page.evaluate("sessionStorage.getItem('tandem')"))["token"]


def status_of(address, token):
    return httpx.get(f"{address}/api/messages", headers={"Authorization": f"Bearer {token}"}, trust_env=False).status_code


def test_without_consent_the_chat_works_and_says_that_it_is_not_kept(context):
    page = context.new_page()
    start(page, choice="Chat without keeping it")
    expect(page.get_by_text("This chat is not kept.")).to_be_visible()
    ask(page, "what is dbt")
    expect(bubble(page, DBT)).to_be_visible()
    page.get_by_role("button", name="Say it simpler").click()
    expect(bubble(page, load_catalogue()["dbt"].simple)).to_be_visible()


def test_deleting_asks_first_and_deletes_on_the_server(page, address):
    ask(page, "what is dbt")
    expect(bubble(page, DBT)).to_be_visible()
    token = token_of(page)
    pick(page, "Delete my chat")
    expect(page.get_by_role("dialog")).to_contain_text(f"To take it back, call {load_clinic().phone}.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert status_of(address, token) == 200
    pick(page, "Delete my chat")
    page.get_by_role("dialog").get_by_role("button", name="Delete my chat").click()
    expect(page.locator("#status")).to_have_text("This chat was deleted.")
    expect(page.get_by_role("button", name="Keep this chat")).to_be_visible()
    assert page.locator("#messages li").count() == 0
    assert page.evaluate("sessionStorage.length") == 0
    assert status_of(address, token) == 401


def test_a_new_chat_starts_empty(page):
    ask(page, "what is dbt")
    expect(bubble(page, DBT)).to_be_visible()
    pick(page, "New chat")
    page.get_by_role("dialog").get_by_role("button", name="New chat").click()
    page.get_by_role("button", name="Keep this chat").click()
    expect(page.locator("#messages li")).to_have_count(1)


def test_the_chat_can_be_downloaded_as_text(page):
    ask(page, "what is dbt")
    expect(bubble(page, DBT)).to_be_visible()
    with page.expect_download() as download:
        pick(page, "Download my chat")
    text = download.value.path().read_text()
    assert download.value.suggested_filename == "tandem-chat.txt"
    assert "You: what is dbt" in text
    assert f"Tandem: {DBT}\n(Source: " in text
    assert "In danger now? Call 911." in text


def test_two_tabs_of_one_chat_show_the_same_and_one_can_end_it_for_both(page, context):
    with page.expect_popup() as opened:
        page.evaluate("() => { window.open('/chat'); }")  # a window opened by a page gets a copy of its session
    other = opened.value
    ask(other, "what is dbt")
    for tab in (page, other):
        expect(bubble(tab, DBT)).to_be_visible()
        expect(tab.locator("li.patient")).to_have_count(1)
    context.expected = ["401"]
    pick(page, "Delete my chat")
    page.get_by_role("dialog").get_by_role("button", name="Delete my chat").click()
    expect(other.locator("#status")).to_have_text("This chat has ended. You can start a new one.", timeout=15_000)


def test_another_tab_is_another_chat(page, context):
    ask(page, "what is dbt")
    expect(bubble(page, DBT)).to_be_visible()
    other = context.new_page()
    other.goto("/chat")
    expect(other.get_by_role("button", name="Keep this chat")).to_be_visible()


def test_it_works_where_the_browser_refuses_cookies_and_storage(playwright, address, site, tmp_path):
    preferences = tmp_path / "Default" / "Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}}))
    launched = playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=chromium_path(), args=FLAGS, base_url=address
    )
    with watched(launched, address, site) as context:
        page = context.new_page()
        start(page)
        assert (
            page.evaluate("() => { try { return sessionStorage.length; } catch (error) { return error.name; } }")
            == "SecurityError"
        )
        ask(page, "what is dbt")
        expect(bubble(page, DBT)).to_be_visible()


def test_no_cookie_is_ever_set(page, context):
    ask(page, "what is dbt")
    expect(bubble(page, DBT)).to_be_visible()
    assert context.cookies() == []
