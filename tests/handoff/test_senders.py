"""Alerts on their way: to the log, a real mail server, and real HTTP servers; what is missing is named, what fails is known."""

import base64
import hashlib
import hmac
import json
import logging
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.handoff import senders
from bot.handoff.alerts import Notice
from bot.handoff.senders import NotSent, get_sender
from bot.settings import SettingsError
from tests.stubs.mail import PASSWORD, USER, MailServer
from tests.stubs.receiver import Receiver

SINCE = datetime(2026, 3, 2, 19, 30, tzinfo=UTC)
NOTICE = Notice(7, "urgent", "ticket 12", "/desk/tickets/12", "crisis", "web", SINCE)
KEY = b"thirty-two bytes for the webhook"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
LINK = "https://chat.clinic.example/desk/tickets/12"
TO = ["desk@clinic.example", "sam@clinic.example"]
MAIL = {"alerts": "email", "alert_email_from": "tandem@clinic.example", "alert_email_to": ", ".join(TO)}
Configure = Callable[..., None]


@pytest.fixture(autouse=True)
def _address(configure: Configure) -> None:
    configure(public_url="https://chat.clinic.example")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Give a server's side of TLS for this machine, whose certificate is trusted for the length of the test."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    built = built.not_valid_before(datetime.now(UTC) - timedelta(days=1)).not_valid_after(datetime.now(UTC) + timedelta(days=1))
    built = built.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    file = tmp_path / "certificate.pem"
    signed = built.sign(key, SHA256()).public_bytes(Encoding.PEM)
    file.write_bytes(signed + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_by_default_alerts_go_to_the_log_whatever_its_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    get_sender().send(NOTICE)
    assert "ALERT URGENT: a crisis message (ticket 12)." in caplog.text and LINK in caplog.text


@pytest.mark.parametrize("kind", ["opened", "urgent", "again", "call_back", "unrecorded"])
def test_every_kind_has_words(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    get_sender().send(Notice(7, kind, "ticket 12", "/desk", "asked", "", SINCE))
    assert "(ticket 12)" in caplog.text and "Since: 2026-03-02 14:30 EST" in caplog.text, "by the clinic's clock"


def test_without_a_public_address_the_link_is_this_machines(configure: Configure, caplog: pytest.LogCaptureFixture) -> None:
    configure(public_url="", port=8123)
    get_sender().send(NOTICE)
    assert "http://127.0.0.1:8123/desk/tickets/12" in caplog.text


# e-mail


def test_a_mail_says_what_and_where_in_plain_text(configure: Configure) -> None:
    with MailServer() as server:
        configure(**MAIL, smtp_host="127.0.0.1", smtp_port=server.port, smtp_security="none")
        get_sender().send(NOTICE)
    (mail,) = server.mails
    assert server.recipients == TO and mail["From"] == "tandem@clinic.example"
    assert mail["Subject"] == "URGENT: a crisis message (ticket 12)" and mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == [
        "URGENT: a crisis message (ticket 12).",
        "Reason: crisis. Since: 2026-03-02 14:30 EST.",
        "Channel: web.",
        LINK,
    ]
    assert mail["Date"] and mail["Message-ID"].endswith("@clinic.example>")


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # TLS from the start, which the local server does not count
@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_mail_is_encrypted_and_logged_in_for(configure: Configure, certificate: ssl.SSLContext, security: str) -> None:
    by = {"starttls": certificate} if security == "starttls" else {"tls": certificate}
    with MailServer(**by, login=True) as server:
        configure(**MAIL, smtp_host="127.0.0.1", smtp_port=server.port, smtp_security=security)
        configure(smtp_user=USER, smtp_password=PASSWORD)
        get_sender().send(NOTICE)
        assert len(server.mails) == 1
        configure(smtp_password="wrong")
        with pytest.raises(NotSent):
            get_sender().send(NOTICE)
    assert len(server.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_nothing_is_mailed_to_a_server_that_nobody_vouches_for(
    configure: Configure, certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    by = {"starttls": certificate} if security == "starttls" else {"tls": certificate}
    with MailServer(**by) as server:
        configure(**MAIL, smtp_host="127.0.0.1", smtp_port=server.port, smtp_security=security)
        with pytest.raises(NotSent):
            get_sender().send(NOTICE)
    assert server.mails == []


def test_nothing_is_mailed_in_the_clear_by_default(configure: Configure) -> None:
    with MailServer() as server:
        configure(**MAIL, smtp_host="127.0.0.1", smtp_port=server.port)
        with pytest.raises(NotSent):
            get_sender().send(NOTICE)
    assert server.mails == []


# HTTP


def test_slack_gets_the_text(configure: Configure, receiver: Receiver) -> None:
    configure(alerts="slack", alert_slack_webhook=f"{receiver.url}/services/T0/B0/secret")
    get_sender().send(NOTICE)
    ((path, headers, body),) = receiver.received
    assert path == "/services/T0/B0/secret" and headers["content-type"] == "application/json"
    (text,) = json.loads(body).values()
    assert text.startswith("URGENT: a crisis message (ticket 12).") and text.endswith(LINK)


def test_a_webhook_is_signed_and_the_same_alert_has_the_same_id(configure: Configure, receiver: Receiver) -> None:
    configure(alerts="webhook", alert_webhook_url=f"{receiver.url}/alerts", alert_webhook_secret=SECRET)
    for _ in range(2):
        get_sender().send(NOTICE)
    for path, headers, body in receiver.received:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{signature}" and path == "/alerts"
        assert abs(int(headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 300
        assert json.loads(body) == {
            "type": "alert.urgent",
            "timestamp": "2026-03-02T19:30:00+00:00",
            "data": {
                "reference": "ticket 12",
                "reason": "crisis",
                "channel": "web",
                "is_urgent": True,
                "title": "URGENT: a crisis message (ticket 12)",
                "link": LINK,
            },
        }
    assert [headers["webhook-id"] for _, headers, _ in receiver.received] == ["alert_7", "alert_7"]


def test_the_signature_is_that_of_the_specifications_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    hook = senders.Webhook("https://clinic.example", senders.SecretStr(secret))
    signature = hook._sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [302, 400, 404, 500])
def test_only_a_success_counts_as_sent(configure: Configure, receiver: Receiver, status: int) -> None:
    configure(alerts="slack", alert_slack_webhook=f"{receiver.url}/services/secret")
    receiver.status = status
    with pytest.raises(NotSent):
        get_sender().send(NOTICE)


def test_a_receiver_that_never_answers_is_given_up(
    configure: Configure, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(alerts="slack", alert_slack_webhook=receiver.url)
    monkeypatch.setattr(senders, "TIMEOUT", 0.2)
    receiver.silent = True
    with pytest.raises(NotSent):
        get_sender().send(NOTICE)


# several


def test_one_way_that_fails_does_not_keep_the_others_from_sending(
    configure: Configure, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    configure(**MAIL | {"alerts": "email, slack, console"}, smtp_host="127.0.0.1", smtp_port=1)
    configure(alert_slack_webhook=f"{receiver.url}/services/secret")
    get_sender().send(NOTICE)
    assert len(receiver.received) == 1 and "sender=Email kind=urgent error=ConnectionRefusedError" in caplog.text
    receiver.status = 500
    with pytest.raises(NotSent):  # the log alone reaches nobody when another way was asked for
        get_sender().send(NOTICE)
    assert caplog.text.count("ALERT URGENT") == 2


def test_the_log_never_holds_an_address_or_a_password(
    configure: Configure, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    configure(
        **MAIL | {"alerts": "email,slack,webhook"}, smtp_host="127.0.0.1", smtp_port=1, smtp_user=USER, smtp_password=PASSWORD
    )
    configure(alert_slack_webhook=f"{receiver.url}/hidden", alert_webhook_url=f"{receiver.url}/a", alert_webhook_secret=SECRET)
    receiver.status = 500
    sender = get_sender()
    with pytest.raises(NotSent):
        sender.send(NOTICE)
    for secret in (PASSWORD, "hidden", SECRET, SECRET.removeprefix("whsec_")):
        assert secret not in caplog.text and secret not in repr(sender)


# settings


@pytest.mark.parametrize(
    ("way", "missing"),
    [
        ("email", "alert_email_from"),
        ("email", "alert_email_to"),
        ("email", "smtp_host"),
        ("slack", "alert_slack_webhook"),
        ("webhook", "alert_webhook_url"),
        ("webhook", "alert_webhook_secret"),
    ],
)
def test_what_a_way_needs_is_named_when_it_is_missing(configure: Configure, way: str, missing: str) -> None:
    needed = MAIL | {"smtp_host": "127.0.0.1", "alert_slack_webhook": "https://hooks.example/a"}
    needed |= {"alert_webhook_url": "https://clinic.example/a", "alert_webhook_secret": SECRET, "alerts": f"console, {way}"}
    configure(**needed | {missing: ""})
    with pytest.raises(SettingsError, match=f"TANDEM_{missing.upper()}: needed because TANDEM_ALERTS names {way}"):
        get_sender()
    configure(**needed)
    get_sender()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alerts", "pager"),
        ("alerts", ""),
        ("alert_email_from", "nobody"),
        ("alert_email_to", "desk@clinic.example;sam@clinic.example\nBcc: x@example.org"),
        ("smtp_security", "maybe"),
        ("alert_slack_webhook", "http://hooks.example/a"),
        ("alert_webhook_url", "clinic.example"),
        ("alert_webhook_secret", "whsec_c2hvcnQ="),
        ("alert_webhook_secret", "no base64!"),
    ],
)
def test_a_setting_that_is_wrong_is_named_and_not_shown(configure: Configure, name: str, value: str) -> None:
    configure(**{name: value})
    with pytest.raises(SettingsError, match=f"TANDEM_{name.upper()}: ") as raised:
        get_sender()
    assert name == "alerts" or name == "smtp_security" or value not in str(raised.value)
