"""The settings page: it says what is set and where it is changed, names what is missing, and shows no secret."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.clinic.facts import load_clinic
from bot.doctor import examine
from bot.settings import ROOT, Settings, get_settings
from bot.staff.members import Role
from tests.desk.conftest import Desk

Configure = Callable[..., None]
WEEK = """    monday: "09:00-17:00"
    tuesday: "09:00-17:00"
    wednesday: "09:00-17:00"
    thursday: "09:00-17:00"
    friday: "09:00-17:00"
"""
ALWAYS = "".join(f'    {day}: "00:00-24:00"\n' for day in
                 ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))  # fmt: skip
TELEGRAM = {"telegram_token": "123456:telegram-bot-secret", "telegram_secret": "telegram-webhook-secret"}
SLACK = {"slack_bot_token": "xoxb-slack-bot-secret", "slack_signing_secret": "5ec7e7" * 8}


@pytest.fixture
def shown(sign_in_as: Callable[..., Desk]) -> Callable[..., str]:
    """Give a function that returns the text of the page, or of one section of it, as an admin reads it now."""
    admin = sign_in_as(Role.ADMIN)

    def show(section: str = "") -> str:
        answer = admin.get("/desk/settings")
        assert answer.status_code == 200
        part = answer.text
        if section:
            part = part[part.index(f'<section aria-labelledby="{section}">') :]
            part = part[: part.index("</section>")]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", part)).split())

    return show


@pytest.fixture
def clinic(configure: Configure, tmp_path: Path) -> Callable[..., None]:
    """Give a function that lets the clinic's file have other words: clinic({"old": "new"})."""

    def change(words: dict[str, str]) -> None:
        text = (ROOT / "clinic" / "clinic.yml").read_text()
        for old, new in words.items():
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / "clinic.yml"
        file.write_text(text)
        configure(clinic_file=file)

    return change


def test_a_demo_and_production_say_what_they_mean(shown: Callable[..., str], configure: Configure) -> None:
    assert "Mode: demo" in shown("mode") and "no clinician has signed off" in shown("mode")
    assert "Changed at TANDEM_MODE in .env" in shown("mode")
    configure(mode="production")
    assert "Mode: production" in shown("mode") and "only answers that a clinician has signed off" in shown("mode")


def test_each_finding_of_the_doctor_has_its_level_in_words(shown: Callable[..., str]) -> None:
    found, page = examine(), shown("checks")
    assert {line.level for line in found.values()} >= {"green", "yellow"}
    for name, line in found.items():
        if name != "clock":  # a minute may pass between the two
            assert f"{line.level} {name} {line.text}" in page


def test_the_facts_stand_there_and_missing_ones_are_named(shown: Callable[..., str], clinic: Callable[..., None]) -> None:
    page = shown("clinic")
    assert "Riverside Clinic" in page and "01632 960 100" in page and "Every fact that may be left out is given." in page
    assert "Changed at age_limit in clinic/clinic.yml" in page
    clinic({"age_limit: 16\n": "", "insurers: [Example Health, Sample Mutual]": "insurers: []", "telehealth: true\n": ""})
    page = shown("clinic")
    assert "Not given: age limit, telehealth." in page
    facts = load_clinic().facts
    assert f"Age limit Not given. Patients read: “{facts['clinic_age_limit_line']}”" in page
    assert f"Insurers Patients read: “{facts['clinic_insurers_line']}”" in page and "does not bill insurance" in page


def test_it_says_whether_the_clinic_is_open_now(shown: Callable[..., str], clinic: Callable[..., None]) -> None:
    assert "Monday to Friday, 9 am to 5 pm" in shown("hours") and "America/New_York" in shown("hours")
    clinic({WEEK: ALWAYS, "America/New_York": "UTC", "  holidays:\n": "  holidays:\n    2020-02-02: Long ago\n"})
    assert "every day, day and night" in shown("hours") and "Now Open." in shown("hours")
    assert "Long ago" not in shown("hours")
    days = [(datetime.now(UTC) + timedelta(ahead)).date() for ahead in (0, 1)]  # midnight may pass
    holidays = "".join(f"    {day}: Founders' Day\n" for day in days)
    clinic({WEEK: ALWAYS, "America/New_York": "UTC", "  holidays:\n": f"  holidays:\n{holidays}"})
    page = shown("hours")
    assert "Now Closed. Patients hear that the clinic opens " in page
    assert f"{days[1]}" in page and "Founders' Day (today)" in page


def test_no_holiday_ahead_is_said(shown: Callable[..., str], clinic: Callable[..., None]) -> None:
    text = (ROOT / "clinic" / "clinic.yml").read_text()
    clinic({day: f"2020{day[4:]}" for day in re.findall(r"20\d\d-\d\d-\d\d", text)})
    assert "None ahead is listed" in shown("hours")


def test_hand_off_and_retention(shown: Callable[..., str], clinic: Callable[..., None]) -> None:
    page = shown("hand-off")
    assert "Offered: staff answer" in page and "120 seconds" in page and "Offered: patients may leave" in page
    assert "30 days after they were last used" in shown("kept") and "Ends after 7 days." in shown("kept")
    clinic({"offers_chat: true": "offers_chat: false", "call_back: true": "call_back: false", "_days: 30": "_days: 1"})
    page = shown("hand-off")
    assert page.count("Not offered.") == 2 and "Not used, as no chat with staff is offered." in page
    assert "1 day after" in shown("kept")


def test_the_web_channel(shown: Callable[..., str], configure: Configure, clinic: Callable[..., None]) -> None:
    assert "On, without a public address" in shown("web") and "None but the app’s own pages." in shown("web")
    clinic({"sites: []": "sites: [https://www.clinic.example]"})
    configure(public_url="https://chat.clinic.example")
    assert "On, at https://chat.clinic.example" in shown("web") and "https://www.clinic.example" in shown("web")


def test_the_ways_of_alerts(shown: Callable[..., str], configure: Configure) -> None:
    assert "Alerts go to the log only." in shown("alerts")
    configure(
        alerts="email, webhook", alert_email_to="desk@clinic.example", alert_webhook_url="https://alerts.example/key-in-path"
    )
    page = shown("alerts")
    assert "to desk@clinic.example" in page and "signed calls to alerts.example" in page
    assert "the log only" not in page and "key-in-path" not in page


@pytest.mark.parametrize(("mode", "words"), [("webhook", "Telegram calls the app"), ("polling", "the app asks Telegram")])
def test_telegram_off_and_on_and_what_it_sees(shown: Callable[..., str], configure: Configure, mode: str, words: str) -> None:
    warning = "not end-to-end encrypted. Telegram does not sign a business associate agreement"
    assert "State Off." in shown("telegram") and warning in shown("telegram")
    configure(**TELEGRAM, telegram_mode=mode)
    assert "State On." in shown("telegram") and words in shown("telegram") and warning in shown("telegram")


def test_slack_for_patients_and_for_staff_are_told_apart(shown: Callable[..., str], configure: Configure) -> None:
    terms = "Slack’s own terms say that you may not use Slack to communicate with patients"
    assert "State Off." in shown("slack-patients") and terms in shown("slack-patients")
    assert "State Off." in shown("slack-staff") and "Never what a patient wrote." in shown("slack-staff")
    configure(**SLACK, slack_alert_channel="C0123456789", alerts="slack")
    assert "Off: who writes to the app reads" in shown("slack-patients")
    assert "C0123456789" in shown("slack-staff") and "Reply button Off." in shown("slack-staff")
    assert "Slack calls the app" in shown("slack-staff")
    configure(slack_patients=True, slack_reply=True, slack_app_token="xapp-slack-app-secret")
    assert "On: patients chat in direct messages." in shown("slack-patients") and terms in shown("slack-patients")
    assert "Reply button On" in shown("slack-staff") and "Socket Mode" in shown("slack-staff")
    configure(slack_alert_channel="", alert_slack_webhook="https://hooks.slack.example/T0/KEY")
    assert "incoming webhook, without buttons" in shown("slack-staff")


def test_no_secret_is_shown(sign_in_as: Callable[..., Desk], configure: Configure) -> None:
    desk = sign_in_as(Role.ADMIN)
    database_url = get_settings().database_url
    configure(
        **TELEGRAM, **SLACK, slack_app_token="xapp-slack-app-secret", slack_alert_channel="C0123456789",
        alerts="email, slack, webhook", alert_email_from="a@clinic.example", alert_email_to="b@clinic.example",
        smtp_host="mail.example", smtp_user="smtp-user", smtp_password="smtp-password-secret", oidc_client_secret="oidc-secret",
        alert_slack_webhook="https://hooks.slack.example/slack-hook-secret",
        alert_webhook_url="https://name:hook-password@alerts.example/hook-path?key=hook-query",
        alert_webhook_secret="whsec_" + base64.b64encode(b"alert webhook secret for tests").decode(),
    )  # fmt: skip
    settings = get_settings()
    secrets = {name: getattr(settings, name).get_secret_value() for name in Settings.model_fields
               if isinstance(getattr(settings, name), SecretStr)}  # fmt: skip
    assert all(secrets.values()), "each secret has a value that could show"
    page = unescape(desk.get("/desk/settings").text)
    for part in (*secrets.values(), database_url, "smtp-user", "hook-password", "hook-path", "hook-query", "**********"):
        assert part not in page
    assert "signed calls to alerts.example" in page
