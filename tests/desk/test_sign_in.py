"""Signing in and out over HTTP: every way to fail, the cookie, the throttle, the end of a session."""

import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from bot.conversations.models import now
from bot.db import transaction
from bot.staff import invitations, service, sessions
from bot.staff.audit import trail
from bot.staff.members import Role
from bot.staff.models import StaffSession
from bot.staff.sessions import find_session
from tests.desk.conftest import COOKIE, Desk, origin
from tests.staff.conftest import PASSWORD, code_of, forget_code, make_account, token_of

DANA = "dana@clinic.example"
REFUSED = "Email, password or code is wrong."


def sign_in(desk: Desk, secret: str, **changed: str) -> httpx.Response:
    return desk.post("/desk/sign-in", {"email": DANA, "password": PASSWORD, "code": code_of(secret), **changed})


def token_in(response: httpx.Response) -> str:
    return str(response.cookies[COOKIE])


def seen_ago(ago: timedelta) -> None:
    with transaction() as session:
        session.execute(update(StaffSession).values(seen_at=now() - ago))


def test_email_password_and_code_lead_to_the_page_that_was_asked_for(stranger: Desk) -> None:
    _, secret = make_account(Role.ADMIN, DANA)
    asked = stranger.get("/desk/audit?action=session&name=Dana%20R")
    assert (
        asked.status_code == 303
        and asked.headers["location"] == "/desk/sign-in?next=/desk/audit%3Faction%3Dsession%26name%3DDana%2520R"
    )
    page = stranger.get(asked.headers["location"]).text
    (path,) = re.findall(r'name="next" value="([^"]*)"', page)
    answer = sign_in(stranger, secret, next=path.replace("&amp;", "&"))
    assert answer.status_code == 303 and answer.headers["location"] == "/desk/audit?action=session&name=Dana%20R"
    stranger.token = token_in(answer)
    assert stranger.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/chat", "javascript:alert(1)", "/desk", "\\\\evil", ""]
)
def test_it_leads_nowhere_but_to_the_desk(stranger: Desk, path: str) -> None:
    _, secret = make_account(email=DANA)
    assert sign_in(stranger, secret, next=path).headers["location"] == "/desk/"


@pytest.mark.parametrize(
    "changed",
    [{"email": "x@clinic.example"}, {"password": "wrong"}, {"code": "000000 1"}, {"code": ""}, {"email": "\0", "password": "\0"}],
)
def test_whatever_is_wrong_the_answer_is_the_same_sentence_at_the_field(stranger: Desk, changed: dict[str, str]) -> None:
    _, secret = make_account(email=DANA)
    answer = sign_in(stranger, secret, **changed)
    assert answer.status_code == 422 and COOKIE not in answer.cookies and "set-cookie" not in answer.headers
    assert REFUSED in answer.text and "<title>Error: Sign in" in answer.text
    assert 'aria-invalid="true" autofocus aria-describedby="password-error"' in answer.text
    assert PASSWORD not in answer.text and trail()[0].action == "session.refused"


def test_fields_that_are_missing_or_files_are_refused_not_failed_on(stranger: Desk) -> None:
    make_account(email=DANA)
    assert stranger.post("/desk/sign-in").status_code == 422
    assert stranger.post("/desk/sign-in", files={"email": ("a.txt", b"x"), "password": ("b.txt", b"y")}).status_code == 400
    assert stranger.post("/desk/sign-in", files={"email": ("a.txt", b"x")}).status_code == 422


def test_a_code_signs_in_once(stranger: Desk) -> None:
    _, secret = make_account(email=DANA)
    code = code_of(secret)
    assert sign_in(stranger, secret, code=code).status_code == 303
    assert sign_in(stranger, secret, code=code).status_code == 422


def test_the_sixth_try_has_to_wait_even_with_the_right_password(stranger: Desk) -> None:
    _, secret = make_account(email=DANA)
    assert [sign_in(stranger, secret, password="wrong").status_code for _ in range(5)] == [422] * 5
    answer = sign_in(stranger, secret)
    assert answer.status_code == 429 and re.search(r"Please wait \d+ seconds", answer.text) and "set-cookie" not in answer.headers


@pytest.fixture
def behind_a_proxy(configure: Callable[..., None]) -> None:
    """Let X-Forwarded-For say where a request comes from; asked for before `stranger`."""
    configure(trusted_proxies="127.0.0.1")


def test_tries_are_counted_by_address_behind_a_trusted_proxy(behind_a_proxy: None, stranger: Desk) -> None:
    _, secret = make_account(email=DANA)
    places = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "2001:db8::1"}, {"X-Forwarded-For": "2001:db8::2"}
    stranger.headers = places[0]
    assert [sign_in(stranger, secret, password="wrong").status_code for _ in range(6)][-1] == 429
    for stranger.headers in places[1:] * 3:  # one household, whichever of its addresses it uses
        last = sign_in(stranger, secret, password="wrong").status_code
    assert last == 429
    stranger.headers = {"X-Forwarded-For": "192.0.2.9"}
    assert sign_in(stranger, secret).status_code == 303


def test_who_guesses_from_many_places_does_not_lock_the_nurse_out_of_hers(behind_a_proxy: None, stranger: Desk) -> None:
    _, secret = make_account(email=DANA)

    def tried_from(address: str, **changed: str) -> int:
        stranger.headers = {"X-Forwarded-For": address}
        forget_code(DANA)
        return sign_in(stranger, secret, **changed).status_code

    assert tried_from("198.51.100.1") == 303
    guesses = [tried_from(f"192.0.2.{number}", password="wrong") for number in range(21) for _ in range(5)]
    assert guesses == [422] * 100 + [429] * 5
    assert tried_from("203.0.113.1") == 429  # a place where she never was
    assert [tried_from("198.51.100.1"), tried_from("203.0.113.1")] == [303, 303]


def test_a_new_link_ends_the_wait(stranger: Desk) -> None:
    _, secret = make_account(email=DANA)
    assert [sign_in(stranger, secret, password="wrong").status_code for _ in range(6)][-1] == 429
    link = invitations.reset(None, DANA)
    offer = invitations.open_link(token_of(link))
    assert offer is not None
    assert stranger.post(link, {"password": PASSWORD, "code": code_of(offer.code_secret)}).status_code == 303
    forget_code(DANA)
    assert sign_in(stranger, offer.code_secret).status_code == 303


@pytest.mark.parametrize("verb", [invitations.reset, service.deactivate])
def test_a_sign_in_during_which_the_account_ends_does_not_come_in(
    stranger: Desk, monkeypatch: pytest.MonkeyPatch, verb: Callable[[None, str], object]
) -> None:
    _, secret = make_account(email=DANA)
    matches = sessions.matches

    def meanwhile(password: str, password_hash: str | None) -> bool:
        verb(None, DANA)
        return matches(password, password_hash)

    monkeypatch.setattr(sessions, "matches", meanwhile)
    answer = sign_in(stranger, secret)
    assert answer.status_code == 422 and REFUSED in answer.text and "set-cookie" not in answer.headers


def test_the_cookie_is_for_this_host_only_and_no_script_reads_it(stranger: Desk) -> None:
    _, secret = make_account(email=DANA)
    parts = sign_in(stranger, secret).headers["set-cookie"].split("; ")
    assert parts[0].startswith(f"{COOKIE}=") and sorted(parts[1:]) == ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=strict"]


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(behind_a_proxy: None, stranger: Desk) -> None:
    _, secret = make_account(email=DANA)
    stranger.headers = {"X-Forwarded-Proto": "https", "Host": "chat.clinic.example", "Origin": "https://chat.clinic.example"}
    answer = stranger.site.post(
        "/desk/sign-in", data={"email": DANA, "password": PASSWORD, "code": code_of(secret)}, headers=stranger.headers
    )
    parts = answer.headers["set-cookie"].split("; ")
    assert parts[0].startswith("__Host-tandem_desk=") and sorted(parts[1:]) == [
        "HttpOnly",
        "Max-Age=43200",
        "Path=/",
        "SameSite=strict",
        "Secure",
    ]
    headers = stranger.headers | {"Cookie": parts[0], "Accept": "text/html"}
    assert stranger.site.get("/desk/account", headers=headers).status_code == 200
    plain = {"Cookie": parts[0].removeprefix("__Host-"), "Accept": "text/html"}
    assert (
        stranger.site.get("/desk/account", headers=stranger.headers | plain).status_code == 303
    )  # another page could have set that one


def test_the_desk_does_not_open_without_encryption_on_a_network(stranger: Desk) -> None:
    answer = stranger.get("/desk/sign-in", Host="10.0.0.5:8080")
    assert answer.status_code == 403 and "over https only" in answer.text


def test_a_sign_in_never_takes_over_a_session_id_that_was_there_before(stranger: Desk) -> None:
    _, secret = make_account(email=DANA)
    planted = {"Cookie": f"{COOKIE}=planted-by-another"}
    stranger.headers = planted
    token = token_in(sign_in(stranger, secret))
    assert token != "planted-by-another" and find_session("planted-by-another", is_person=False) is None
    stranger.headers, stranger.token = {}, token
    _, other = make_account(email="other@clinic.example")
    second = token_in(sign_in(stranger, other, email="other@clinic.example"))
    assert second != token and find_session(token, is_person=False) is None  # the browser's session before ended


def test_sign_out_ends_the_session_on_the_server_and_takes_the_cookie(sign_in_as: Callable[..., Desk]) -> None:
    desk = sign_in_as()
    token = desk.token
    answer = desk.post("/desk/sign-out")
    assert answer.headers["location"] == "/desk/sign-in" and "Max-Age=0" in answer.headers["set-cookie"]
    assert find_session(token, is_person=False) is None and desk.get("/desk/account").status_code == 303


def test_pages_and_forms_keep_a_session_alive_and_what_a_page_fetches_does_not(sign_in_as: Callable[..., Desk]) -> None:
    desk = sign_in_as()

    def seconds_after(do: Callable[[], httpx.Response]) -> int:
        seen_ago(timedelta(minutes=10))
        do()
        return desk.signed_in.seconds_left

    fetched = {"Accept": "*/*"}, {"Accept": "text/event-stream"}, {"Accept": "text/html, */*", "HX-Request": "true"}
    assert [seconds_after(lambda h=headers: desk.get("/desk/account", **h)) <= 300 for headers in fetched] == [True] * 3  # type: ignore[misc]
    assert seconds_after(lambda: desk.get("/desk/here", Accept="*/*")) <= 300
    assert seconds_after(lambda: desk.get("/desk/account")) > 800
    assert seconds_after(lambda: desk.post("/desk/here")) > 800
    assert seconds_after(lambda: desk.post("/desk/here", Origin="https://evil.example")) <= 300
    assert desk.get("/desk/here", Accept="*/*").json()["seconds"] <= 300


def test_after_fifteen_minutes_every_request_leads_to_the_sign_in_page(sign_in_as: Callable[..., Desk]) -> None:
    desk = sign_in_as()
    csrf = desk.signed_in.csrf_token
    seen_ago(timedelta(minutes=15))
    assert desk.get("/desk/account").headers["location"] == "/desk/sign-in?next=/desk/account"
    part = desk.get("/desk/here", **{"HX-Request": "true", "HX-Current-URL": f"{origin(desk.site)}/desk/audit?before=5"})
    assert part.status_code == 401 and part.headers["hx-redirect"] == "/desk/sign-in?idle=1&next=/desk/audit"
    assert desk.get("/desk/account", Accept="*/*").status_code == 401
    assert desk.site.post(
        "/desk/sign-out", data={"csrf": csrf}, headers={"Cookie": f"{COOKIE}={desk.token}", "Origin": origin(desk.site)}
    ).status_code == 401  # fmt: skip
    assert "You were signed out" in desk.get("/desk/sign-in?idle=1").text


def test_a_link_from_another_site_reaches_its_page_though_the_strict_cookie_stays_behind(sign_in_as: Callable[..., Desk]) -> None:
    desk = sign_in_as()
    without = Desk(desk.site, headers={"Sec-Fetch-Site": "cross-site"})
    answer = without.get(without.get("/desk/account").headers["location"])
    (again,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
    assert desk.get(again).headers["location"] == "/desk/account"  # the page asks for itself, and the cookie comes along
    assert 'name="password"' in Desk(desk.site).get(again).text


def test_patients_pages_never_set_a_cookie(sign_in_as: Callable[..., Desk]) -> None:
    desk = sign_in_as()
    for path in ("/", "/chat", "/widget.js", "/theme.css", "/static/icon.svg", "/api/docs"):
        assert "set-cookie" not in desk.get(path).headers
    assert "set-cookie" not in desk.site.post("/api/conversations", json={"consent": True}).headers


def test_no_secret_reaches_a_log(stranger: Desk, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level("DEBUG")
    token, secret = make_account(email=DANA)
    code = code_of(secret)
    sign_in(stranger, secret, password="my wrong password")
    stranger.token = token_in(sign_in(stranger, secret, code=code))
    stranger.get("/desk/account")
    stranger.get("/desk/join/one-time-token")
    said = caplog.text + "".join(capfd.readouterr())
    kept = (
        DANA,
        PASSWORD,
        "my wrong password",
        secret,
        code,
        token,
        stranger.token,
        stranger.signed_in.csrf_token,
        "one-time-token",
    )
    assert not [word for word in kept if word in said]
