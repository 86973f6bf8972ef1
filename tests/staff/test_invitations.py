"""Links: each works once and for its person only, and what is typed is checked field by field."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.conversations.models import now
from bot.db import transaction
from bot.staff import invitations, service, sessions
from bot.staff.audit import trail
from bot.staff.invitations import Wish, find_offer, first_link, invite, join, open_link, reset
from bot.staff.members import Role
from bot.staff.models import Account, Invitation
from tests.staff.conftest import PASSWORD, code_of, forget_code, make_account, token_of

pytestmark = pytest.mark.usefixtures("database")
GOOD = {"email": "dana@clinic.example", "name": "Dana", "title": "nurse"}


def opened(role: Role = Role.AGENT) -> tuple[str, str]:
    token = token_of(invite(None, role))
    offer = open_link(token)
    assert offer is not None and offer.role == role and offer.member is None
    return token, offer.code_secret


def test_a_link_makes_one_account_with_its_role_and_signs_it_in() -> None:
    token, secret = opened(Role.LEAD)
    session = join(token, Wish(PASSWORD, code_of(secret), " Dana@Clinic.example ", "  Dana   Reyes ", "nurse"))
    signed_in = sessions.find_session(session or "", is_person=False)
    assert signed_in is not None and signed_in.member == service.members()[0]
    assert (signed_in.member.email, signed_in.member.name, signed_in.member.role) == ("dana@clinic.example", "Dana Reyes", "lead")
    assert open_link(token) is None and find_offer(token) is None
    assert join(token, Wish(PASSWORD, code_of(secret), "other@clinic.example", "O", "nurse")) is None


@pytest.mark.parametrize("token", ["", "x", "a" * 500, "é\x00"])
def test_a_token_that_was_never_made_opens_nothing(token: str) -> None:
    assert open_link(token) is None and join(token, Wish(PASSWORD, "123456", **GOOD)) is None


def test_a_link_expires() -> None:
    token, secret = opened()
    with transaction() as session:
        session.execute(update(Invitation).values(expires_at=now()))
    assert open_link(token) is None and join(token, Wish(PASSWORD, code_of(secret), **GOOD)) is None


def test_only_the_key_shown_last_counts() -> None:
    token, seen_by_another = opened()
    offer = open_link(token)
    assert offer is not None and offer.code_secret != seen_by_another
    with pytest.raises(service.Invalid) as error:
        join(token, Wish(PASSWORD, code_of(seen_by_another), **GOOD))
    assert list(error.value.fields) == ["code"]
    assert join(token, Wish(PASSWORD, code_of(offer.code_secret), **GOOD))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("email", value) for value in ("", "dana", "dana@clinic", "a b@clinic.example", "a" * 250 + "@clinic.example")),
        *(("name", value) for value in ("", "  ", "a" * 81, "Da\x00na", "Dana\u202e")),
        *(("title", value) for value in ("", "n" * 81, "nu\nrse")),
        *(("password", value) for value in ("", "elevenchars", "aaaaaaaaaaaaaaa", "abababababab", "a1" * 101, GOOD["email"])),
        *(("code", value) for value in ("", "12345", "abcdef", "１２３４５６", "000000 1")),
    ],
)
def test_each_field_is_checked_and_its_sentence_comes_back(field: str, value: str) -> None:
    token, secret = opened()
    with pytest.raises(service.Invalid) as error:
        join(token, Wish(**{"password": PASSWORD, "code": code_of(secret), **GOOD, field: value}))
    assert list(error.value.fields) == [field] and error.value.fields[field].endswith(".")
    assert value not in str(error.value) or not value.strip()
    assert service.members() == [] and find_offer(token) is not None


def test_all_faults_are_told_at_once() -> None:
    token, _ = opened()
    with pytest.raises(service.Invalid) as error:
        join(token, Wish("short", ""))
    assert list(error.value.fields) == ["email", "name", "title", "password", "code"]


def test_an_email_has_one_account() -> None:
    make_account(email="dana@clinic.example")
    token, secret = opened()
    with pytest.raises(service.Invalid, match="There is an account with this email"):
        join(token, Wish(PASSWORD, code_of(secret), "DANA@clinic.example", "Other", "nurse"))


def test_the_first_link_is_there_until_an_admin_has_joined() -> None:
    first, second = first_link(), first_link()
    assert first and second and open_link(token_of(first)) is None  # each start ends the link before
    make_account(Role.LEAD)
    third = token_of(first_link() or "")
    offer = open_link(third)
    assert offer is not None and offer.role == Role.ADMIN
    assert join(third, Wish(PASSWORD, code_of(offer.code_secret), **GOOD))
    assert first_link() is None and open_link(third) is None


def test_the_first_link_is_void_once_an_admin_came_another_way() -> None:
    token = token_of(first_link() or "")
    offer = open_link(token)
    make_account(Role.ADMIN)
    assert offer is not None and open_link(token) is None
    assert join(token, Wish(PASSWORD, code_of(offer.code_secret), **GOOD)) is None


def test_the_first_link_is_back_when_no_admin_can_sign_in() -> None:
    make_account(Role.ADMIN)
    assert first_link() is None
    reset(None, "admin@clinic.example")
    assert first_link() is not None


def test_a_reset_ends_password_key_and_sessions_at_once_and_its_link_gives_new_ones() -> None:
    session, secret = make_account(email="dana@clinic.example")
    token = token_of(reset(None, "Dana@clinic.example"))
    assert sessions.find_session(session, is_person=False) is None
    with pytest.raises(sessions.Refused):
        sessions.sign_in("dana@clinic.example", PASSWORD, code_of(secret))
    offer = open_link(token)
    assert offer is not None and offer.member is not None and offer.member.name == "Dana" and not offer.member.has_joined
    changed = Wish("another four words", code_of(offer.code_secret), "evil@clinic.example", "Evil", "boss")
    assert join(token, changed)
    (member,) = service.members()
    assert (member.email, member.name, member.title, member.has_joined) == ("dana@clinic.example", "Dana", "nurse", True)
    with pytest.raises(sessions.Refused):  # the code that was used to join is used up
        sessions.sign_in("dana@clinic.example", "another four words", code_of(offer.code_secret))
    forget_code("dana@clinic.example")
    assert sessions.sign_in("dana@clinic.example", "another four words", code_of(offer.code_secret))


def test_a_reset_ends_the_link_of_the_reset_before() -> None:
    make_account(email="dana@clinic.example")
    before = token_of(reset(None, "dana@clinic.example"))
    reset(None, "dana@clinic.example")
    assert open_link(before) is None


def test_nobody_can_reset_or_close_an_account_that_is_not_there() -> None:
    for verb in (reset, service.deactivate):
        with pytest.raises(service.Invalid, match="no account with this email"):
            verb(None, "nobody@clinic.example")


def test_the_database_holds_no_password_no_key_and_no_token_in_clear(database: Path) -> None:
    session, secret = make_account()
    link = token_of(invite(None, Role.AGENT))
    open_link(link)
    with transaction() as db:
        waiting = db.scalars(select(Invitation.code_secret).where(Invitation.used_at.is_(None))).one()
        assert db.scalars(select(Account.password_hash)).one().startswith("$argon2id$")
    held = b"".join(path.read_bytes() for path in database.parent.glob("tandem.db*"))
    for kept in (session, secret, link, waiting or "", PASSWORD):
        assert kept and kept.encode() not in held


def test_each_step_is_in_the_audit_trail_without_a_secret(configure: Callable[..., None]) -> None:
    session, _ = make_account(Role.ADMIN)
    admin = sessions.find_session(session, is_person=False)
    assert admin is not None
    make_account(email="dana@clinic.example")
    invitations.reset(admin.member, "dana@clinic.example")
    assert [(row.name, row.action, row.subject, row.detail) for row in reversed(trail())] == [
        ("command line", "account.invited", "link:1", "role admin"),
        ("Dana", "account.joined", "account:1", "role admin"),
        ("Dana", "session.opened", "account:1", "by one-time link"),
        ("command line", "account.invited", "link:2", "role agent"),
        ("Dana", "account.joined", "account:2", "role agent"),
        ("Dana", "session.opened", "account:2", "by one-time link"),
        ("Dana", "account.reset", "account:2", ""),
    ]
