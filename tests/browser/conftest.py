"""The three real processes and a real Chromium. A missing browser is a failure, not a skip."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.conftest import processes, settings  # noqa: F401

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]


def chromium_path():
    """Return where Chromium is; fail with a sentence when there is none."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, "No Chromium was found. Install it (Debian: apt install chromium) or set CHROMIUM."
    return found


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, processes, settings):  # noqa: F811
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.problems = []
    page.hosts = set()
    page.on("console", lambda message: message.type == "error" and page.problems.append(message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda request: page.hosts.add(request.url.split("/")[2]))
    page.goto(f"http://127.0.0.1:{settings.port}/")
    page.get_by_text("I am Tandem, an automated assistant").wait_for()
    yield page
    context.close()
