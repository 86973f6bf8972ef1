"""`make screenshot`: takes the pictures of docs/ from the running program."""

import os
import tempfile

from cryptography.fernet import Fernet
from playwright.sync_api import sync_playwright

from bot.cli import migrate
from bot.processes import running, train_if_needed
from bot.settings import ROOT, get_settings
from tests.browser.conftest import FLAGS, chromium_path
from tests.e2e.conftest import free_port

SIZES = {"chat": (900, 900), "chat-mobile": (390, 844)}


def main() -> None:
    """Start everything on free ports, ask two questions, and save the pictures."""
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
            for name, (width, height) in SIZES.items():
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(f"http://127.0.0.1:{get_settings().port}/")
                for question in ("is it better to do therapy and tablets together?", "what about the cost?"):
                    page.get_by_label("Your question").fill(question)
                    page.get_by_role("button", name="Send").click()
                    page.get_by_role("button", name="This helped").wait_for()
                page.screenshot(path=ROOT / "docs" / f"{name}.png")


if __name__ == "__main__":
    main()
