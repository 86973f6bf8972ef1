"""Slack is off until it is wholly set up, patients are not served unless that is said, and a mistake stops the start."""

import re
from collections.abc import Callable

import pytest
import yaml

from bot.channels.running import Channels
from bot.channels.slack import PATH, Slack
from bot.channels.slack_updates import COMMAND
from bot.handoff.senders import get_sender
from bot.settings import ROOT, SettingsError, get_settings
from tests.channels.slack_person import SECRET, signed
from tests.stubs.slack import APP_TOKEN, TOKEN

Configure = Callable[..., None]
DOCS = (ROOT / "docs" / "slack.md").read_text()


def test_without_a_token_slack_is_off() -> None:
    assert Slack.configured(get_settings()) is None
    assert Channels(lambda _: None).slack is None


def test_patients_are_not_served_unless_that_is_said(configure: Configure) -> None:
    configure(slack_bot_token=TOKEN, slack_signing_secret=SECRET)
    slack = Channels(lambda _: None).slack
    assert slack is not None and not slack.is_for_patients


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slack_signing_secret", ""),
        ("slack_signing_secret", "too short"),
        ("slack_bot_token", "xoxp-of-a-person"),
        ("slack_bot_token", "xoxb-with space"),
        ("slack_app_token", "xoxb-not-of-the-app"),
        ("slack_alert_channel", "#alerts"),
        ("slack_api_url", "http://slack.com/api"),
        ("slack_api_url", "https://slack.com/api/"),
    ],
)
def test_a_wrong_setting_is_named_and_not_shown(configure: Configure, name: str, value: str) -> None:
    configure(**{"slack_bot_token": TOKEN, "slack_signing_secret": SECRET, name: value})
    with pytest.raises(SettingsError, match=f"^TANDEM_{name.upper()}: ") as raised:
        get_settings()
    assert not value or value not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value"), [("slack_patients", "true"), ("slack_reply", "true"), ("slack_alert_channel", "C0STAFF")]
)
def test_what_needs_the_app_says_so(configure: Configure, name: str, value: str) -> None:
    configure(**{name: value})
    with pytest.raises(SettingsError, match=f"^TANDEM_{name.upper()}: .*TANDEM_SLACK_BOT_TOKEN"):
        get_settings()


def test_a_channel_for_alerts_that_gets_none_stops_the_start(configure: Configure) -> None:
    configure(slack_bot_token=TOKEN, slack_signing_secret=SECRET, slack_alert_channel="C0STAFF")
    with pytest.raises(SettingsError, match="^TANDEM_SLACK_ALERT_CHANNEL: .*TANDEM_ALERTS"):
        get_sender()
    configure(alerts="slack")
    get_sender()  # and needs no incoming webhook


def test_socket_mode_needs_no_secret_and_believes_no_call(configure: Configure) -> None:
    configure(slack_bot_token=TOKEN, slack_app_token=APP_TOKEN)
    slack = Slack.configured(get_settings())
    assert slack is not None and not slack.is_authentic(b"{}", signed(b"{}"))
    assert not slack.is_authentic(b"{}", signed(b"{}", secret="none"))


def test_the_secrets_do_not_show(configure: Configure) -> None:
    configure(slack_bot_token=TOKEN, slack_signing_secret=SECRET, slack_app_token=APP_TOKEN)
    shown = f"{get_settings()!r}"
    assert TOKEN not in shown and SECRET not in shown and APP_TOKEN not in shown


def test_the_manifest_in_the_docs_sets_up_what_the_app_uses() -> None:
    found = re.search(r"```yaml\n(display_information.*?)```", DOCS, re.S)
    assert found
    manifest = yaml.safe_load(found[1])
    assert manifest["settings"]["interactivity"]["request_url"].endswith(PATH)
    assert manifest["settings"]["event_subscriptions"]["request_url"].endswith(PATH)
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == ["app_home_opened", "message.im"]
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == COMMAND and command["url"].endswith(PATH)
    scopes = {"chat:write", "commands", "files:write", "im:history", "im:write", "users:read", "users:read.email"}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == scopes
