"""`make screenshot`: takes the pictures of docs/ from the running program."""

import os
import tempfile

from cryptography.fernet import Fernet
from playwright.sync_api import sync_playwright

from bot.cli import migrate
from bot.conversations import service as conversations
from bot.handoff import service as handoff
from bot.processes import running, train_if_needed
from bot.settings import ROOT, get_settings
from bot.staff.members import Role
from tests.browser.conftest import FLAGS, ask, chromium_path, pick, start
from tests.browser.test_widget import open_chat
from tests.desk.conftest import COOKIE
from tests.e2e.conftest import free_port
from tests.staff.conftest import make_account

PHONE = {"width": 390, "height": 844}
QUESTION = "is it better to do therapy and tablets together?"


def main() -> None:
    """Start everything on free ports and take each picture in a browser of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            TANDEM_SECRET="screenshot-screenshot-screenshot-1",
            TANDEM_ENCRYPTION_KEYS=Fernet.generate_key().decode(),
            TANDEM_DATABASE_URL=f"sqlite:///{folder}/tandem.db",
            TANDEM_PORT=str(free_port()),
            TANDEM_ENGINE_PORT=str(free_port()),
            TANDEM_ACTIONS_PORT=str(free_port()),
        )
        train_if_needed()
        migrate()
        with running(get_settings()), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
            for name, take in PICTURES.items():
                page = browser.new_page(
                    base_url=f"http://127.0.0.1:{get_settings().port}", viewport=PHONE, device_scale_factor=1.5
                )
                take(page)
                page.evaluate("document.activeElement.blur()")
                page.screenshot(path=ROOT / "docs" / f"{name}.png")
                page.close()


def desktop(page):
    page.set_viewport_size({"width": 1200, "height": 920})
    page.goto("/")
    page.locator("tandem-chat").wait_for(state="attached")
    frame = open_chat(page)
    page.evaluate("window.scrollTo(0, 0)")
    frame.get_by_role("button", name="Keep this chat").click()
    answered(frame)


def answered(page):
    ask(page, QUESTION)
    page.get_by_role("button", name="This helped").wait_for()
    page.get_by_label("Your question").blur()


def mobile(page):
    start(page)
    answered(page)


def dark(page):
    page.emulate_media(color_scheme="dark")
    start(page)
    answered(page)


def spanish(page):
    page.goto("/chat?lang=es")
    page.get_by_role("button", name="Guardar este chat").wait_for()


def visit_sheet(page):
    page.set_viewport_size({"width": 760, "height": 900})
    mobile(page)
    pick(page, "Prepare my visit")
    for box in page.get_by_role("checkbox").all()[:3]:
        box.check()
    page.get_by_label("My own notes").fill("Evening visits suit me best.")


def desk(page):
    """Show the queue with an urgent chat first; the account and the chats are made where the desk reads them."""
    page.set_viewport_size({"width": 1200, "height": 760})
    for reason in ("asked", "clinical", "crisis"):
        chat = conversations.start("web")
        conversations.accept(chat, "client-1", "a message")
        handoff.request(chat, reason, {})
    token, _ = make_account(Role.LEAD, "dana@clinic.example", "Dana")
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": f"http://127.0.0.1:{get_settings().port}"}])
    page.goto("/desk/queue")
    page.get_by_role("button", name="Take").first.wait_for()


PICTURES = {"chat": desktop, "chat-mobile": mobile, "chat-dark": dark, "chat-spanish": spanish, "visit-sheet": visit_sheet} | {
    "desk": desk
}

if __name__ == "__main__":
    main()
