"""The three real processes and a real Chromium. A missing browser is a failure, not a skip."""

import os
import shutil
from contextlib import contextmanager

import pytest
import yaml
from playwright.sync_api import sync_playwright

from bot.processes import running, train_if_needed
from bot.settings import ROOT
from tests.e2e.conftest import free_port, settings  # noqa: F401

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PHONE = {"width": 390, "height": 800}


def chromium_path():
    """Return where Chromium is; fail with a sentence when there is none."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, "No Chromium was found. Install it (Debian: apt install chromium) or set CHROMIUM."
    return found


@pytest.fixture(scope="session")
def site():
    """The origin of a clinic's own site, which may show the chat: another host than the app's."""
    return f"http://localhost:{free_port()}"


@pytest.fixture(scope="session")
def processes(settings, site, tmp_path_factory):  # noqa: F811
    from bot.cli import migrate

    facts = yaml.safe_load((ROOT / "clinic" / "clinic.yml").read_text()) | {"sites": [site]}
    file = tmp_path_factory.mktemp("clinic") / "clinic.yml"
    file.write_text(yaml.safe_dump(facts))
    os.environ["TANDEM_CLINIC_FILE"] = str(file)  # the settings fixture puts the environment back
    train_if_needed()
    migrate()
    with running(settings) as started:
        yield started


@pytest.fixture(scope="session")
def address(processes, settings):  # noqa: F811
    return f"http://127.0.0.1:{settings.port}"


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright):
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
    yield browser
    browser.close()


@contextmanager
def watched(context, address, site):
    """Fail at the end if a page wrote an error, as a breach of its policy is, or asked another host; `expected` allows errors."""
    problems, hosts = [], set()
    context.set_default_timeout(10_000)
    context.expected = []
    context.on("console", lambda message: message.type == "error" and problems.append(message.text))
    context.on("weberror", lambda error: problems.append(str(error.error)))
    context.on("request", lambda request: hosts.add(request.url.split("/")[2] if request.url.startswith("http") else ""))
    yield context
    context.close()
    assert [problem for problem in problems if not any(text in problem for text in context.expected)] == []
    # the clinic's site has two names here; "" is blob: and the like, which leave no machine
    assert hosts <= {host.split("/")[2] for host in (address, site, site.replace("localhost", "127.0.0.1"))} | {""}


@pytest.fixture
def context(browser, address, site):
    with watched(browser.new_context(base_url=address, viewport=PHONE), address, site) as context:
        yield context


@pytest.fixture
def page(context):
    """The chat by itself, with the patient's consent to keep it."""
    page = context.new_page()
    start(page)
    return page


def start(page, path="/chat", choice="Keep this chat"):
    page.goto(path)
    page.get_by_role("button", name=choice).click()
    page.get_by_text("I am Tandem, an automated assistant").wait_for()


def ask(page, text):
    """Ask as a patient with a mouse does; page may be a frame."""
    page.get_by_label("Your question").fill(text)
    page.get_by_role("button", name="Send").click()


def bubble(page, text):
    """Return the message with a text."""
    return page.get_by_role("listitem").filter(has_text=text)


def pick(page, item):
    """Choose from the menu."""
    page.locator("#menu summary").click()
    page.get_by_role("button", name=item).click()
