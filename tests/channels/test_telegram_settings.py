"""Telegram is off until it is wholly set up, and a mistake stops the start with the setting's name."""

from collections.abc import Callable

import pytest

from bot.channels.running import Channels
from bot.channels.telegram import Telegram
from bot.settings import SettingsError, get_settings
from tests.stubs.telegram import TOKEN

SECRET = "a-secret-for-tests-only"


def test_without_a_token_telegram_is_off() -> None:
    assert Telegram.configured(get_settings()) is None
    assert Channels(lambda _: None).telegram is None


@pytest.mark.parametrize("secret", ["", "short", "with spaces in it all", "ümlaut-ümlaut-ümlaut", "x" * 257])
def test_a_webhook_without_a_proper_secret_stops_the_start(configure: Callable[..., None], secret: str) -> None:
    configure(telegram_token=TOKEN, telegram_secret=secret, public_url="https://chat.clinic.example")
    with pytest.raises(SettingsError, match=r"^TANDEM_TELEGRAM_SECRET: ") as raised:
        get_settings()
    assert not secret or secret not in str(raised.value)


@pytest.mark.parametrize("address", ["", "http://chat.clinic.example", "https://chat.clinic.example:8080"])
def test_a_webhook_without_a_public_address_stops_the_start(configure: Callable[..., None], address: str) -> None:
    configure(telegram_token=TOKEN, telegram_secret=SECRET, public_url=address)
    with pytest.raises(SettingsError, match=r"^TANDEM_PUBLIC_URL: "):
        Channels(lambda _: None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("telegram_token", "no-colon"),
        ("telegram_token", "12345:with space"),
        ("telegram_mode", "socket"),
        ("telegram_api_url", "http://api.telegram.org"),
        ("telegram_api_url", "https://api.telegram.org/"),
    ],
)
def test_a_wrong_setting_is_named(configure: Callable[..., None], name: str, value: str) -> None:
    configure(**{"telegram_secret": SECRET, name: value})
    with pytest.raises(SettingsError, match=f"^TANDEM_{name.upper()}: "):
        get_settings()


def test_polling_needs_neither_secret_nor_address(configure: Callable[..., None]) -> None:
    configure(telegram_token=TOKEN, telegram_mode="polling")
    telegram = Telegram.configured(get_settings())
    assert telegram is not None and not telegram.is_authentic("") and not telegram.is_authentic(None)


def test_the_secrets_do_not_show(configure: Callable[..., None]) -> None:
    configure(telegram_token=TOKEN, telegram_secret=SECRET, public_url="https://chat.clinic.example")
    shown = f"{get_settings()!r}"
    assert TOKEN not in shown and SECRET not in shown
