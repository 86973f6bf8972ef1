"""Signing in through an identity provider: a local one in the clinic's place, honest or not."""

import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from bot.staff import service
from bot.staff.members import Role
from tests.desk.conftest import COOKIE, Desk
from tests.staff.conftest import make_account

DANA = "dana@clinic.example"
KEY = RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False)
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False)


class Provider(ThreadingHTTPServer):
    """An identity provider that hands out one code; `claims` and the rest say how it lies."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked: dict[str, str] = {}
        self.claims: dict[str, Any] = {}
        self.key = KEY
        self.metadata: dict[str, Any] = {}
        self.is_broken = False

    def token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "sub": "subject-1", "aud": "desk", "iat": now, "exp": now + 300, "nonce": self.asked["nonce"]}
        claims |= {"email": DANA, "email_verified": True, **self.claims}
        return jwt.encode(
            {"alg": "RS256", "kid": "1"}, {name: value for name, value in claims.items() if value is not None}, self.key
        )


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        if self.path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            metadata = {name: f"{self.server.url}/{path}" for name, path in names.items()}
            self._say({"issuer": self.server.url, **metadata, **self.server.metadata})
        else:
            self._say({"keys": [KEY.as_dict(private=False)]})

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert sent["code"] == ["code-1"] and sent["code_verifier"] and sent["redirect_uri"][0].endswith("/desk/oidc/back")
        self._say({"access_token": "access", "token_type": "Bearer", "id_token": self.server.token()})

    def _say(self, body: object) -> None:
        self.send_response(500 if self.server.is_broken else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def provider(configure: Callable[..., None]) -> Iterator[Provider]:
    with Provider() as server:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        configure(oidc_issuer=server.url, oidc_client_id="desk", oidc_client_secret="a secret of the provider")
        yield server
        server.shutdown()


@pytest.fixture
def browser(provider: Provider, stranger: Desk) -> Desk:
    """Give a browser in front of a desk that has the provider; Dana has an account."""
    make_account(Role.AGENT, DANA)
    return stranger


def go(browser: Desk, provider: Provider, path: str = "/desk/account") -> tuple[dict[str, str], str]:
    """Start at the desk; return what the provider is asked, and the browser's cookie."""
    answer = browser.get(f"/desk/oidc?next={path}")
    assert answer.status_code == 303, answer.text
    url = urlsplit(answer.headers["location"])
    assert f"{url.scheme}://{url.netloc}" == provider.url
    provider.asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    return provider.asked, answer.headers["set-cookie"].split(";")[0]


def come_back(browser: Desk, cookie: str, state: str, code: str = "code-1") -> httpx.Response:
    return browser.get(f"/desk/oidc/back?code={code}&state={state}", Cookie=cookie, **{"Sec-Fetch-Site": "cross-site"})


def test_who_has_an_account_comes_in_and_lands_where_they_wanted(browser: Desk, provider: Provider) -> None:
    assert "Sign in with your clinic" in browser.get("/desk/sign-in").text
    asked, cookie = go(browser, provider)
    assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == ("desk", "code", "S256")
    assert asked["scope"].split() == ["openid", "email"]
    answer = come_back(browser, cookie, asked["state"])
    assert answer.status_code == 303 and answer.headers["location"] == "/desk/account"
    browser.token = answer.cookies[COOKIE]
    assert browser.member.email == DANA
    session = next(line for line in answer.headers.get_list("set-cookie") if line.startswith(f"{COOKIE}="))
    assert "SameSite=lax" in session and "HttpOnly" in session  # a strict one would not come back from the provider


@pytest.mark.parametrize(
    "lie",
    [
        {"email": "nobody@clinic.example"},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"nonce": "of another"},
        {"nonce": None},
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"sub": None},
        {"email": None},
    ],
    ids=str,
)
def test_a_token_that_does_not_fit_opens_nothing(browser: Desk, provider: Provider, lie: dict[str, Any]) -> None:
    asked, cookie = go(browser, provider)
    provider.claims = lie
    answer = come_back(browser, cookie, asked["state"])
    assert answer.status_code in (403, 502) and COOKIE not in answer.cookies and "<h1>This did not work</h1>" in answer.text


def test_a_token_signed_by_another_opens_nothing(browser: Desk, provider: Provider) -> None:
    asked, cookie = go(browser, provider)
    provider.key = OTHER_KEY
    assert come_back(browser, cookie, asked["state"]).status_code == 502


def test_only_the_browser_that_started_can_come_back(browser: Desk, provider: Provider) -> None:
    asked, cookie = go(browser, provider)
    for stolen in ("", "tandem_desk_oidc=forged", cookie[:-2]):
        assert come_back(browser, stolen, asked["state"]).status_code == 502
    assert come_back(browser, cookie, "another").status_code == 502


def test_a_closed_account_stays_out(browser: Desk, provider: Provider) -> None:
    service.deactivate(None, DANA)
    asked, cookie = go(browser, provider)
    answer = come_back(browser, cookie, asked["state"])
    assert answer.status_code == 403 and "no open account" in answer.text


def test_another_identity_with_the_same_email_stays_out(browser: Desk, provider: Provider) -> None:
    asked, cookie = go(browser, provider)
    assert come_back(browser, cookie, asked["state"]).status_code == 303
    asked, cookie = go(browser, provider)
    provider.claims = {"sub": "subject-2"}
    assert come_back(browser, cookie, asked["state"]).status_code == 403


@pytest.mark.parametrize("metadata", [{"issuer": "https://evil.example"}, {"authorization_endpoint": None}])
def test_a_provider_that_is_not_itself_is_not_followed(browser: Desk, provider: Provider, metadata: dict[str, Any]) -> None:
    provider.metadata = metadata
    assert browser.get("/desk/oidc").status_code == 502


def test_a_provider_that_fails_is_one_sentence_and_no_secret_is_logged(
    browser: Desk, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    asked, cookie = go(browser, provider)
    provider.is_broken = True
    answers = browser.get("/desk/oidc"), come_back(browser, cookie, asked["state"])
    assert [answer.status_code for answer in answers] == [502, 502]
    assert all("Your clinic's sign-in did not work." in answer.text.replace("&#39;", "'") for answer in answers)
    assert not [word for word in ("a secret of the provider", "code-1", asked["state"], DANA) if word in caplog.text]


def test_one_address_may_not_knock_without_end(browser: Desk) -> None:
    answers = [browser.get("/desk/oidc" if number % 9 == 0 else "/desk/oidc/back?code=1&state=2") for number in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {303, 502} and answers[60].status_code == 429
    assert "Please wait" in answers[60].text and int(answers[60].headers["retry-after"]) > 0
    assert browser.get("/desk/oidc").status_code == 429
    assert browser.post("/desk/sign-in", {"email": DANA, "password": "x", "code": "1"}).status_code == 429


def test_without_an_issuer_there_is_no_such_way_in(stranger: Desk) -> None:
    assert stranger.get("/desk/oidc").status_code == 404 and "/desk/oidc" not in stranger.get("/desk/sign-in").text
    assert stranger.get("/desk/oidc/back?code=1&state=2").status_code == 404
