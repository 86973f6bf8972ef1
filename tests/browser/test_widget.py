"""The button and panel on a clinic's page. Its root is closed, so it is used as a person does: by key and by what is read out."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from bot.clinic.facts import load_clinic
from bot.topics.catalogue import load_catalogue
from tests.browser.conftest import ask, bubble

DESKTOP = {"width": 1200, "height": 860}
PAGE = """<!doctype html><html lang="en"><title>Another clinic</title><h1>Another clinic</h1><p>{filling}</p>
<p><a href="#">The last link</a></p><p id="tandem-crisis">In danger now? Call 911.</p>
<script src="{server}/widget.js" data-language="{language}" async></script></html>"""


def focused(page):
    return page.evaluate("document.activeElement.tagName")


def tab_to(page, tag):
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused(page) == tag:
            return
    raise AssertionError(f"Tab does not reach {tag}")


def is_chat(frame):
    return "/chat" in frame.url


def open_chat(page):
    """Open the panel by keyboard and return its frame."""
    tab_to(page, "TANDEM-CHAT")
    with page.expect_event("framenavigated", is_chat) as navigated:
        page.keyboard.press("Enter")
    return navigated.value


def read_out(page, context):
    """Return what assistive technology is told of the page outside of frames: a list of (role, name, properties)."""
    session = context.new_cdp_session(page)
    session.send("Accessibility.enable")
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    shown = [node for node in nodes if not node["ignored"]]
    return [
        (
            node["role"]["value"],
            node.get("name", {}).get("value", ""),
            {p["name"]: p["value"].get("value") for p in node["properties"]},
        )
        for node in shown
    ]


def launcher(page, context):
    return next(properties for role, name, properties in read_out(page, context) if (role, name) == ("button", "Ask a question"))


@pytest.fixture
def demo(context):
    page = context.new_page()
    page.set_viewport_size(DESKTOP)
    page.goto("/")
    page.locator("tandem-chat").wait_for(state="attached")
    return page


@pytest.fixture
def clinic_site(site, address):
    """Give a clinic's own site, on another host than the app; its address takes the language."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = PAGE.format(server=address, language=self.path[1:] or "en", filling="Words. " * 2000).encode()
            self.send_response(200 if self.path in ("/", "/es") else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            # as strict as a page's policy can be: no inline style, and only our server's script and frame
            self.send_header("Content-Security-Policy", f"default-src 'none'; script-src {address}; frame-src {address}")
            self.end_headers()
            self.wfile.write(body if self.path in ("/", "/es") else b"")

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("localhost", int(site.rsplit(":")[-1])), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


def test_the_button_opens_the_chat_and_escape_gives_the_focus_back(demo, context):
    assert demo.evaluate("document.querySelector('tandem-chat').shadowRoot") is None
    assert len(demo.frames) == 1  # nothing is loaded before somebody asks for it
    frame = open_chat(demo)
    expect(frame.get_by_role("heading", name="Questions about therapy and medicine")).to_be_focused()
    assert launcher(demo, context)["expanded"] is True
    demo.keyboard.press("Escape")
    demo.wait_for_function("document.activeElement.tagName === 'TANDEM-CHAT'")
    assert launcher(demo, context)["expanded"] is False


def test_a_whole_chat_by_keyboard_and_back_to_where_it_was(demo):
    frame = open_chat(demo)
    expect(frame.get_by_role("heading", level=1)).to_be_focused()
    demo.keyboard.press("Tab")
    demo.keyboard.press("Enter")
    expect(frame.get_by_label("Your question")).to_be_focused()
    demo.keyboard.type("what is dbt")
    demo.keyboard.press("Enter")
    expect(bubble(frame, load_catalogue()["dbt"].text)).to_be_visible()
    demo.keyboard.press("Escape")
    demo.wait_for_function("document.activeElement.tagName === 'TANDEM-CHAT'")
    demo.keyboard.press("Enter")
    expect(frame.get_by_label("Your question")).to_be_focused()
    expect(bubble(frame, load_catalogue()["dbt"].text)).to_be_visible()


def test_the_close_button_closes(demo):
    frame = open_chat(demo)
    frame.get_by_role("button", name="Close chat").click()
    demo.wait_for_function("document.activeElement.tagName === 'TANDEM-CHAT'")


def test_escape_leaves_one_thing_at_a_time(demo, context):
    frame = open_chat(demo)
    frame.get_by_role("button", name="Chat without keeping it").click()
    frame.locator("#menu summary").click()
    demo.keyboard.press("Escape")
    expect(frame.get_by_role("button", name="Prepare my visit")).to_be_hidden()
    frame.locator("#menu summary").click()
    frame.get_by_role("button", name="Prepare my visit").click()
    demo.keyboard.press("Escape")
    expect(frame.get_by_label("Your question")).to_be_focused()
    assert launcher(demo, context)["expanded"] is True


def test_on_a_clinics_own_site_it_works_across_hosts_under_a_strict_policy(context, clinic_site):
    page = context.new_page()
    page.goto(f"{clinic_site}/es")
    page.locator("tandem-chat").wait_for(state="attached")
    frame = open_chat(page)
    # this browser refuses storage to a frame of another site, and the page says what follows from that
    expect(frame.get_by_text("Este navegador no nos permite recordar el chat")).to_be_visible()
    frame.get_by_role("button", name="Guardar este chat").click()
    frame.get_by_label("Su pregunta").fill("what is dbt")
    page.keyboard.press("Enter")
    expect(bubble(frame, load_catalogue()["dbt"].text)).to_be_visible()
    frame.locator("#menu summary").click()
    frame.get_by_role("link", name="English").click()
    expect(frame.get_by_label("Your question")).to_be_focused()
    expect(bubble(frame, load_catalogue()["dbt"].text)).to_be_visible()
    frame.get_by_role("button", name="Close chat").click()
    page.wait_for_function("document.activeElement.tagName === 'TANDEM-CHAT'")


def test_a_page_that_is_not_the_clinics_may_not_show_the_chat(context, clinic_site):
    context.expected = ["frame-ancestors"]
    page = context.new_page()
    page.goto(clinic_site.replace("localhost", "127.0.0.1"))
    page.locator("tandem-chat").wait_for(state="attached")
    tab_to(page, "TANDEM-CHAT")
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.keyboard.press("Enter")


def test_when_the_server_is_down_the_panel_shows_the_crisis_line(context, clinic_site):
    context.expected = ["ERR_FAILED", "postMessage"]
    page = context.new_page()
    page.goto(clinic_site)
    page.locator("tandem-chat").wait_for(state="attached")
    context.route("**/chat?lang=en", lambda route: route.abort())
    tab_to(page, "TANDEM-CHAT")
    page.keyboard.press("Enter")
    expected = {"The chat cannot be reached right now.", "In danger now? Call 911."}
    for _ in range(100):
        if expected <= {name for _, name, _ in read_out(page, context)}:
            break
        page.wait_for_timeout(100)
    else:
        raise AssertionError("the panel does not say that the chat is down")
    context.unroute("**/chat?lang=en")
    page.keyboard.press("Enter")  # on Close, which has the focus
    with page.expect_event("framenavigated", is_chat) as navigated:
        page.keyboard.press("Enter")
    expect(navigated.value.get_by_role("heading", level=1)).to_be_focused()


def test_a_page_without_the_crisis_line_or_script_support_still_has_what_the_clinic_wrote(demo):
    expect(demo.locator("#tandem-crisis")).to_have_text(load_clinic().pack.static)


def test_the_button_covers_neither_the_end_of_the_page_nor_what_has_the_focus(context, clinic_site):
    page = context.new_page()
    page.goto(clinic_site)
    page.locator("tandem-chat").wait_for(state="attached")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    bottom = page.locator("#tandem-crisis").bounding_box()
    assert bottom["y"] + bottom["height"] <= 800 - 16 - 44
    # a link right where the button is
    page.evaluate(
        "() => { const link = document.querySelector('a'); link.style.cssText = 'position: absolute; right: 30px; top: 770px';"
        " window.scrollTo(0, 0); link.focus({ preventScroll: true }); }"
    )
    link = page.get_by_role("link").bounding_box()
    assert link["y"] + link["height"] <= 800 - 16 - 44


def test_on_a_small_screen_the_panel_is_all_there_is_until_it_is_closed(context):
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto("/")
    page.locator("tandem-chat").wait_for(state="attached")
    frame = open_chat(page)
    frame.get_by_role("button", name="Chat without keeping it").click()
    ask(frame, "what is dbt")
    expect(bubble(frame, load_catalogue()["dbt"].text)).to_be_visible()
    assert frame.evaluate("[innerWidth, innerHeight]") == [320, 256]
    assert frame.evaluate("document.documentElement.scrollWidth") <= 320
    for _ in range(25):  # nothing behind it gets the focus
        page.keyboard.press("Tab")
        assert focused(page) in ("TANDEM-CHAT", "BODY")
    frame.get_by_role("button", name="Close chat").click()
    page.wait_for_function("document.activeElement.tagName === 'TANDEM-CHAT'")
