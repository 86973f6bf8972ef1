"""A patient and members of staff, each in a browser of their own, for the tests of the care desk."""

import re

import pytest
from playwright.sync_api import expect

from bot.staff.members import Role
from tests.browser.conftest import PHONE, start, watched
from tests.browser.test_widget import DESKTOP
from tests.desk.conftest import COOKIE, origin, sign_in_as  # noqa: F401
from tests.web.conftest import site, wide  # noqa: F401

WISH = [
    {"recipient_id": "patient", "text": "Of course. I will see who can help you."},  # as in domain.yml: what is not, is withheld
    {"recipient_id": "patient", "custom": {"handoff": "asked"}},
]


@pytest.fixture
def open_browser(browser, site):  # noqa: F811
    """Give a function that opens a browser of its own, watched for errors and foreign hosts, for staff or a patient."""
    opened = []

    def open_(desk=None, size=DESKTOP, **options):
        context = browser.new_context(base_url=origin(site), viewport=size, **options)
        if desk:
            context.add_cookies([{"name": COOKIE, "value": desk.token, "url": origin(site)}])
        guard = watched(context, origin(site), origin(site))
        opened.append(guard)
        return guard.__enter__()

    yield open_
    for guard in reversed(opened):
        guard.__exit__(None, None, None)


@pytest.fixture
def patient(wide, open_browser, engine_stub):  # noqa: F811
    """A patient's chat, whose next question is a wish for a person."""
    page = open_browser(size=PHONE).new_page()
    start(page)
    engine_stub.parts = WISH
    return page


@pytest.fixture
def dana(patient, sign_in_as):  # noqa: F811
    return sign_in_as(Role.AGENT)


@pytest.fixture
def bo(patient, sign_in_as):  # noqa: F811
    return sign_in_as(Role.LEAD, name="Bo")


def desk_of(open_browser, member, path="/desk/queue"):
    page = open_browser(member).new_page()
    page.goto(path)
    page.locator("#bell-link").wait_for()
    return page


def say(page, text):
    page.get_by_label("Your message to the patient").fill(text)
    page.keyboard.press("Control+Enter")


def take_first(page):
    page.get_by_role("button", name=re.compile("^Take ticket")).first.click()
    expect(page.get_by_text("You have this chat.")).to_be_visible()
