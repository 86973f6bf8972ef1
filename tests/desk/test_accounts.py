"""Accounts over HTTP: joining by a link, inviting, changing roles, new links, closing."""

import re
from collections.abc import Callable
from datetime import datetime

import httpx
import pytest

from bot.staff import invitations, service
from bot.staff.audit import trail
from bot.staff.members import Role
from tests.desk.conftest import COOKIE, Desk
from tests.staff.conftest import PASSWORD, code_of

DANA = {"email": "dana@clinic.example", "name": "Dana", "title": "nurse", "password": PASSWORD}


def key_on(page: httpx.Response) -> str:
    return "".join(re.findall(r'Key: <code class="key">([A-Z2-7 ]+)</code>', page.text)[0].split())


def link_on(page: httpx.Response) -> str:
    (link,) = re.findall(r'<code class="key">(http[^<]+)</code>', page.text)
    return str(link)


def test_an_invited_nurse_joins_and_is_in(sign_in_as: Callable[..., Desk], stranger: Desk) -> None:
    link = link_on(sign_in_as(Role.ADMIN).post("/desk/accounts/invite", {"role": "lead"}))
    page = stranger.get(link)
    assert "<svg" in page.text and "style=" not in page.text and "<strong>lead</strong>" in page.text
    answer = stranger.post(link, {**DANA, "code": code_of(key_on(page))})
    assert answer.status_code == 303 and answer.headers["location"] == "/desk/"
    stranger.token = answer.cookies[COOKIE]
    assert (stranger.member.name, stranger.member.title, stranger.member.role) == ("Dana", "nurse", Role.LEAD)
    used = Desk(stranger.site).get(link)
    assert used.status_code == 410 and "no longer works" in used.text
    assert Desk(stranger.site).post(link, {**DANA, "email": "e@clinic.example", "code": "123456"}).status_code == 410


def test_a_link_has_the_public_address_if_there_is_one(configure: Callable[..., None], request: pytest.FixtureRequest) -> None:
    configure(public_url="https://chat.clinic.example")
    admin = request.getfixturevalue("sign_in_as")(Role.ADMIN)
    assert link_on(admin.post("/desk/accounts/invite", {"role": "lead"})).startswith("https://chat.clinic.example/desk/join/")


def test_faults_are_told_at_their_fields_and_the_key_stays_the_one_that_was_scanned(stranger: Desk) -> None:
    link = invitations.invite(None, Role.AGENT)
    key = key_on(stranger.get(link))
    answer = stranger.post(link, {**DANA, "email": "no email", "password": "short", "code": code_of(key)})
    assert answer.status_code == 422 and key_on(answer) == key
    assert re.findall(r'aria-describedby="(\w+)-error', answer.text) == ["email", "password"]
    assert 'value="Dana"' in answer.text and "short" not in answer.text
    assert stranger.post(link, {**DANA, "code": code_of(key)}).status_code == 303


def test_opening_a_link_does_not_use_it_up(stranger: Desk) -> None:
    link = invitations.first_link() or ""
    keys = {key_on(stranger.get(link)) for _ in range(3)}
    assert len(keys) == 3 and stranger.site.head(link).status_code == 200
    assert stranger.post(link, {**DANA, "code": code_of(key_on(stranger.get(link)))}).status_code == 303
    assert invitations.first_link() is None


def test_markup_in_a_name_is_shown_as_text(stranger: Desk) -> None:
    link = invitations.invite(None, Role.ADMIN)
    name = "<script>alert(1)</script>"
    answer = stranger.post(link, {**DANA, "name": name, "title": '" onfocus="x', "code": code_of(key_on(stranger.get(link)))})
    stranger.token = answer.cookies[COOKIE]
    for path in ("/desk/accounts", "/desk/account", "/desk/audit"):
        page = stranger.get(path).text
        assert name not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page and '" onfocus' not in page


def test_an_admin_changes_roles_gives_new_links_and_closes_accounts(sign_in_as: Callable[..., Desk], stranger: Desk) -> None:
    admin, nurse = sign_in_as(Role.ADMIN), sign_in_as(Role.AGENT)
    email = nurse.member.email
    assert admin.post("/desk/accounts/role", {"email": email, "role": "lead"}).headers["location"] == "/desk/accounts"
    assert nurse.member.role == Role.LEAD
    link = link_on(admin.post("/desk/accounts/reset", {"email": email}))
    assert nurse.get("/desk/account").status_code == 303 and "Waits for the link" in admin.get("/desk/accounts").text
    page = stranger.get(link)
    assert "Choose a new password" in page.text and 'name="title"' not in page.text
    answer = stranger.post(link, {"password": "another four words", "code": code_of(key_on(page))})
    stranger.token = answer.cookies[COOKIE]
    assert stranger.member.email == email
    assert admin.post("/desk/accounts/deactivate", {"email": email}).status_code == 303
    assert stranger.get("/desk/account").status_code == 303 and "Closed" in admin.get("/desk/accounts").text
    by_admin = [
        (row.action, row.subject)
        for row in trail()
        if row.name == "Dana" and row.action.startswith("account.") and row.subject == "account:2"
    ]
    assert [action for action, _ in reversed(by_admin)] == [
        "account.joined", "account.role_changed", "account.reset", "account.joined", "account.deactivated"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "fields", "status"),
    [
        ("invite", {"role": "boss"}, 400),
        ("invite", {}, 400),
        ("role", {"email": "admin@clinic.example", "role": ""}, 400),
        ("role", {"email": "admin@clinic.example", "role": "agent"}, 422),
        ("deactivate", {"email": "admin@clinic.example"}, 422),
        ("deactivate", {"email": "nobody@clinic.example"}, 422),
        ("reset", {}, 422),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    sign_in_as: Callable[..., Desk], verb: str, fields: dict[str, str], status: int
) -> None:
    admin = sign_in_as(Role.ADMIN)
    answer = admin.post(f"/desk/accounts/{verb}", fields)
    assert answer.status_code == status and re.search(
        r"(role=\"alert\"|<h1>This did not work</h1>\s*<p)>[A-Z][^<]+\.</p>", answer.text
    )
    assert [member.role for member in service.members()] == [Role.ADMIN]


def test_open_links_are_listed_without_their_tokens_and_one_can_be_withdrawn(
    sign_in_as: Callable[..., Desk], stranger: Desk
) -> None:
    admin = sign_in_as(Role.ADMIN, name="Ada")
    sign_in_as(Role.AGENT, "bo@clinic.example", "Bo")
    assert "Open links" not in admin.get("/desk/accounts").text
    link = link_on(admin.post("/desk/accounts/invite", {"role": "lead"}))
    of_bo = link_on(admin.post("/desk/accounts/reset", {"email": "bo@clinic.example"}))
    by_command = invitations.invite(None, Role.AUDITOR)
    page = admin.get("/desk/accounts").text
    table = re.findall(r"<tr>\s*<th scope=\"row\">([^<]+)</th>\s*<td>(\w+)</td>\s*<td>([^<]+)</td>\s*<td><time", page)
    assert table == [
        ("A new account", "lead", "Ada"), ("Bo", "agent", "Ada"), ("A new account", "auditor", "command line")
    ]  # fmt: skip
    made, until = re.findall(r'<time datetime="([^"]+)"', page)[:2]
    assert datetime.fromisoformat(until) - datetime.fromisoformat(made) == invitations.LIFE
    assert not [path for path in (link, of_bo, by_command) if path.rpartition("/")[2] in page]

    numbers = re.findall(r'name="link" value="(\d+)"', page)
    for path, number in zip((link, of_bo), numbers, strict=False):
        assert stranger.get(path).status_code == 200
        assert admin.post("/desk/accounts/withdraw", {"link": number}).headers["location"] == "/desk/accounts"
        assert stranger.get(path).status_code == 410
    assert stranger.get(by_command).status_code == 200
    rows = [(row.name, row.subject, row.detail) for row in trail(action="link.withdrawn")]
    assert rows == [("Ada", "account:2", "role agent"), ("Ada", f"link:{numbers[0]}", "role lead")]


@pytest.mark.parametrize("number", ["", "0", "999999999", "99999999999999999999", "-1", "x"])
def test_a_link_that_is_over_cannot_be_withdrawn(sign_in_as: Callable[..., Desk], number: str) -> None:
    answer = sign_in_as(Role.ADMIN).post("/desk/accounts/withdraw", {"link": number})
    assert answer.status_code == 422 and "Nothing is left to withdraw." in answer.text
    assert not trail(action="link.withdrawn")


def test_nobody_but_an_admin_with_the_forms_token_withdraws_a_link(sign_in_as: Callable[..., Desk], stranger: Desk) -> None:
    link = link_on(sign_in_as(Role.ADMIN).post("/desk/accounts/invite", {"role": "lead"}))
    number = str(invitations.open_links()[0].id)
    lead, admin = sign_in_as(Role.LEAD), sign_in_as(Role.ADMIN, "second@clinic.example")
    assert lead.post("/desk/accounts/withdraw", {"link": number}).status_code == 403
    assert admin.post("/desk/accounts/withdraw", {"link": number, "csrf": "guessed"}).status_code == 403
    assert stranger.get(link).status_code == 200


@pytest.mark.parametrize(("verb", "more"), [("deactivate", {}), ("role", {"role": "lead"})])
def test_links_end_with_the_admin_who_made_them(
    sign_in_as: Callable[..., Desk], stranger: Desk, verb: str, more: dict[str, str]
) -> None:
    admin, leaving = sign_in_as(Role.ADMIN, name="Ada"), sign_in_as(Role.ADMIN, "leaving@clinic.example")
    sign_in_as(Role.AGENT, "bo@clinic.example")
    ending = link_on(leaving.post("/desk/accounts/invite", {"role": "admin"}))
    ending_too = link_on(leaving.post("/desk/accounts/reset", {"email": "bo@clinic.example"}))
    staying = link_on(admin.post("/desk/accounts/invite", {"role": "agent"}))
    key = key_on(stranger.get(ending))
    assert admin.post(f"/desk/accounts/{verb}", {"email": "leaving@clinic.example", **more}).status_code == 303
    assert [stranger.get(link).status_code for link in (ending, ending_too, staying)] == [410, 410, 200]
    assert stranger.post(ending, {**DANA, "code": code_of(key)}).status_code == 410
    assert [link.made_by for link in invitations.open_links()] == ["Ada"]
    admin.post("/desk/accounts/role", {"email": "leaving@clinic.example", "role": "admin"})
    assert stranger.get(ending).status_code == 410  # a link that ended does not come back with the role


def test_a_password_that_is_easy_to_guess_is_refused_at_its_field(stranger: Desk) -> None:
    link = invitations.invite(None, Role.AGENT)
    key = key_on(stranger.get(link))
    for password in ("Password1234!", "Dana.nurse.clinic", "abcabcabcabcabc"):
        answer = stranger.post(link, {**DANA, "password": password, "code": code_of(key)})
        assert answer.status_code == 422 and re.findall(r'aria-describedby="(\w+)-error', answer.text) == ["password"]
        assert "easy to guess" in answer.text and password not in answer.text
