"""The frame of the care desk in a real browser: its policy, htmx under it, the keyboard, axe, sign-out when nobody is there."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from bot.conversations.models import now
from bot.db import transaction
from bot.staff import invitations
from bot.staff.members import Role
from bot.staff.models import StaffSession
from tests.browser.conftest import watched
from tests.browser.test_accessibility import check
from tests.desk.conftest import COOKIE
from tests.staff.conftest import PASSWORD, code_of, make_account
from tests.web.conftest import site as desk  # noqa: F401  (the app alone; in this folder `site` is the clinic's)

OTHER_SITE = "http://localhost:9"  # another site than 127.0.0.1; nothing is there
SCREENS = ("/desk/sign-in", "/desk/account", "/desk/accounts", "/desk/audit", "/desk/nowhere")
HTMX_GETS_A_HEADING = """() => {
    const box = document.createElement("div");
    for (const [name, value] of Object.entries({ id: "box", "hx-get": "/desk/accounts", "hx-select": "h1" }))
        box.setAttribute(name, value);
    document.getElementById("main").append(box);
    htmx.process(box);
    box.click();
}"""
SCRIPTS = (
    "eval('1')",
    "new Function('1')",
    "document.createElement('script').src = '/desk/static/desk.js'",
    "trustedTypes.createPolicy('other', {})",
)
TOO_LOW = "all => all.filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44).map((one) => one.id)"


@pytest.fixture
def origin(desk):  # noqa: F811
    return str(desk.base_url).rstrip("/")


@pytest.fixture
def context(browser, origin):
    with watched(browser.new_context(base_url=origin, viewport={"width": 1100, "height": 800}), origin, OTHER_SITE) as context:
        yield context


@pytest.fixture
def admin(context, origin):
    """A page of a browser in which an admin is signed in."""
    token, _ = make_account(Role.ADMIN)
    context.add_cookies([{"name": COOKIE, "value": token, "url": origin, "sameSite": "Strict", "httpOnly": True}])
    return context.new_page()


def seen_ago(minutes):
    with transaction() as session:
        session.execute(update(StaffSession).values(seen_at=now() - timedelta(minutes=minutes)))


def test_the_first_admin_joins_by_the_link_and_signs_in_again_by_keyboard(context):
    context.expected = ["422", "401"]  # a field at fault; the page that signed out was still asking for news
    page = context.new_page()
    page.goto(invitations.first_link())
    expect(page.get_by_role("img", name="QR code of the key below")).to_be_visible()
    secret = page.locator("code.key").inner_text().replace(" ", "")
    check(page)
    password, code = page.get_by_role("textbox", name="New password"), page.get_by_role("textbox", name="Code")
    page.get_by_label("Your name").fill("Dana")
    page.get_by_label("Your role, in words").fill("nurse")
    page.get_by_label("Email").fill("dana@clinic.example")
    password.fill("short")
    code.fill(code_of(secret))
    page.get_by_role("button", name="Make the account").click()
    expect(page).to_have_title("Error: Your account – Riverside Clinic care desk")
    expect(password).to_be_focused()
    words = "Error: Use at least 12 characters. Four words that do not belong together are easy to keep in mind."
    expect(password).to_have_accessible_description(f"{words} At least 12 characters.")
    check(page)
    page.keyboard.type(PASSWORD)
    code.fill(code_of(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Dana")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Email").focus()
    page.keyboard.type("dana@clinic.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.type(code_of(secret, 1))  # the one that was used to join is used up
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Care desk")).to_be_visible()
    (cookie,) = context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (COOKIE, True, "Strict", "/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_screen(admin, context, scheme):
    context.expected = ["404"]
    admin.emulate_media(color_scheme=scheme)
    for path in SCREENS[1:]:
        admin.goto(path)
        check(admin)
    admin.goto("/desk/accounts")
    admin.get_by_role("button", name="Make a link").click()
    expect(admin.get_by_text("It is shown once")).to_be_visible()
    admin.locator("main summary").click()
    check(admin)
    admin.get_by_role("button", name="Sign out").click()
    check(admin)


def test_a_small_screen_needs_no_sideways_scrolling_and_controls_are_large_enough(admin, context):
    context.expected = ["404"]
    admin.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024 at 400 %
    for path in SCREENS:
        admin.goto(path)
        assert admin.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert admin.locator("button, input:not([type=hidden]), select, nav a, summary").evaluate_all(TOO_LOW) == []


def test_the_skip_link_comes_first_and_focus_can_be_seen(admin):
    admin.goto("/desk/accounts")
    admin.keyboard.press("Tab")
    skip = admin.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert skip.evaluate("one => parseFloat(getComputedStyle(one).outlineWidth)") >= 3
    admin.keyboard.press("Enter")
    expect(admin.locator("#main")).to_be_focused()
    expect(admin.get_by_role("link", name="Accounts")).to_have_attribute("aria-current", "page")


def test_forced_colours_keep_every_frame(admin):
    admin.emulate_media(forced_colors="active")
    admin.goto("/desk/accounts")
    for control in ("button.main", "select", "main summary"):
        assert admin.locator(control).first.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"


def test_htmx_works_under_the_policy_and_text_for_script_stays_forbidden(admin, context):
    admin.goto("/desk/account")
    admin.evaluate(HTMX_GETS_A_HEADING)
    expect(admin.locator("#box h1")).to_have_text("Accounts")
    context.expected = ["TrustedScript", "TrustedTypePolicy", "Content Security Policy"]
    for attempt in SCRIPTS:
        # from a timer, as the tool's own scripts may do what a page's may not
        tried = f"try {{ {attempt}; tell('') }} catch (error) {{ tell(error.name) }}"
        refused = admin.evaluate(f"() => new Promise((tell) => setTimeout(() => {{ {tried} }}))")
        assert refused in ("EvalError", "TypeError"), attempt


def test_what_htmx_cannot_do_is_said(admin, context):
    context.expected = ["404"]
    admin.goto("/desk/account")
    admin.evaluate("htmx.ajax('GET', '/desk/nowhere', '#main')")
    expect(admin.locator("#status")).to_have_text("There is no such page. It may have moved.")


def test_a_minute_before_the_end_the_page_asks_and_one_key_stays(admin):
    admin.clock.install()
    admin.goto("/desk/audit")
    seen_ago(14.5)
    admin.clock.fast_forward("14:01")
    dialog = admin.get_by_role("dialog", name="Are you still there?")
    expect(dialog).to_be_visible()
    check(admin)
    with admin.expect_response(lambda answer: answer.url.endswith("/here") and answer.request.method == "POST") as told:
        admin.keyboard.press("Enter")  # the button has the focus
    assert told.value.json()["seconds"] > 800
    expect(dialog).to_be_hidden()


def test_a_page_that_nobody_uses_leads_to_the_sign_in_page_and_back_to_itself(admin, context):
    context.expected = ["401"]
    admin.clock.install()
    admin.goto("/desk/audit")
    seen_ago(15)
    admin.clock.fast_forward("14:01")
    expect(admin.get_by_text("You were signed out")).to_be_visible()
    expect(admin.locator("input[name=next]")).to_have_value("/desk/audit")


def test_another_tab_that_is_used_keeps_this_one_open(admin):
    admin.clock.install()
    admin.goto("/desk/account")
    with admin.expect_response("**/desk/here") as asked:
        admin.clock.fast_forward("14:01")
    assert asked.value.json()["seconds"] > 800  # for the server none of that time has passed, as after work in another tab
    expect(admin.get_by_role("dialog")).to_be_hidden()


def test_a_key_tells_the_server_that_somebody_is_here(admin):
    admin.clock.install()
    admin.goto("/desk/account")
    seen_ago(10)
    admin.clock.fast_forward("02:00")
    with admin.expect_response(lambda answer: answer.url.endswith("/here") and answer.request.method == "POST") as told:
        admin.keyboard.press("Shift")
    assert told.value.json()["seconds"] > 800


def test_a_link_on_another_site_opens_its_page_though_the_strict_cookie_stays_behind(admin, context, origin):
    elsewhere = context.new_page()
    body = f'<!doctype html><link rel="icon" href="data:,"><a href="{origin}/desk/audit">an alert</a>'
    elsewhere.route(f"{OTHER_SITE}/**", lambda route: route.fulfill(content_type="text/html", body=body))
    elsewhere.goto(f"{OTHER_SITE}/")
    elsewhere.get_by_role("link").click()
    expect(elsewhere.get_by_role("heading", name="Audit trail")).to_be_visible()
