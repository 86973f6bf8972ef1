"""Verbs on sessions: sign in, find, sign out. A cookie holds a token; the database holds only its hash."""

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, NoReturn, cast

from sqlalchemy import ColumnElement, CursorResult, delete, or_, select, update

from bot.conversations.models import now
from bot.db import transaction
from bot.staff.audit import audit
from bot.staff.codes import matching_step
from bot.staff.members import Member, Role
from bot.staff.models import Account, StaffSession
from bot.staff.passwords import matches

IDLE = timedelta(minutes=15)  # without anything a person did
LONGEST = timedelta(hours=12)  # whatever was done


class Refused(ValueError):
    """A sign-in that failed; the text does not tell which part was wrong."""


@dataclass(frozen=True)
class SignedIn:
    """A live session: whose it is, the token its forms carry, and how long it lasts if nothing is done."""

    id: str
    member: Member
    csrf_token: str
    seconds_left: int


def hash_token(token: str) -> str:
    """Return what the database keeps of a token; it is long and random, so a fast hash will do."""
    return sha256(token.encode()).hexdigest()


def to_member(account: Account) -> Member:
    """Return an account without its secrets."""
    return Member(
        account.id,
        account.email,
        account.name,
        account.title,
        Role(account.role),
        is_active=account.is_active,
        has_joined=account.password_hash is not None,
    )


def sign_in(email: str, password: str, code: str, address: str = "") -> str:
    """Open a session and return the token for its cookie; raises Refused unless email, password and code all fit.

    Takes as long for an email that nobody has. A code counts once, also when two ask at the same moment.
    """
    account = _account(email)
    may_enter = account is not None and account.is_active and account.password_hash is not None
    is_right = matches(password, account.password_hash if account and may_enter else None)
    step = matching_step(account.code_secret, code, time.time()) if account and account.code_secret else None
    if account is None or not is_right or step is None:
        _refuse(account, address)
    return _enter(account, address, "password", Account.code_step < step, code_step=step)


def sign_in_by_provider(email: str, subject: str, address: str = "") -> str:
    """Open a session for whom the clinic's identity provider vouched; raises Refused unless it is an active account's email.

    An account is bound to the first subject that enters with its email: another identity cannot take it over later.
    """
    account = _account(email)
    if account is None or not account.is_active or account.password_hash is None:
        _refuse(account, address)
    is_its = or_(Account.oidc_subject.is_(None), Account.oidc_subject == subject)
    return _enter(account, address, "identity provider", is_its, oidc_subject=subject)


def _enter(account: Account, address: str, how: str, condition: ColumnElement[bool], **values: Any) -> str:
    """Write values to an account and open its session, in one commit; raises Refused unless the condition holds."""
    # the account may have been closed or reset since it was read: that is seen here, or waits for us and ends the session
    is_same = (Account.id == account.id, Account.is_active, Account.password_hash == account.password_hash)
    write = update(Account).where(*is_same, condition).values(**values)
    with transaction() as session:
        is_written = cast(CursorResult[Any], session.execute(write)).rowcount == 1
        token = open_session(account, how) if is_written else None
    if token is None:
        _refuse(account, address)
    return token


def _account(email: str) -> Account | None:
    with transaction() as session:
        return session.scalars(select(Account).where(Account.email == email.strip().lower())).one_or_none()


def _refuse(account: Account | None, address: str) -> NoReturn:
    # what was typed is not written down: it may be a password in the wrong field
    member = to_member(account) if account else None
    audit(member, "session.refused", f"account:{account.id}" if account else "", f"from {address}", name="unknown")
    raise Refused("Email, password or code is wrong. Check all three; a code works once.")


def open_session(account: Account, how: str) -> str:
    """Open a session of an account and return the token for its cookie; sessions that ended are removed on the way."""
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        session.execute(
            delete(StaffSession).where(or_(StaffSession.seen_at < now() - IDLE, StaffSession.created_at < now() - LONGEST))
        )
        session.add(StaffSession(id=hash_token(token), account_id=account.id, csrf_token=secrets.token_urlsafe(32)))
        audit(to_member(account), "session.opened", f"account:{account.id}", f"by {how}")
    return token


def find_session(token: str, is_person: bool) -> SignedIn | None:
    """Return the live session of a cookie's token; `is_person` says that a person did something, which keeps it alive."""
    present = now()
    is_live = (
        StaffSession.id == hash_token(token),
        StaffSession.seen_at > present - IDLE,
        StaffSession.created_at > present - LONGEST,
    )
    with transaction() as session:
        if is_person:
            session.execute(update(StaffSession).where(*is_live).values(seen_at=present))
        found = session.execute(
            select(StaffSession, Account).join(Account, Account.id == StaffSession.account_id).where(*is_live, Account.is_active)
        ).one_or_none()
        if found is None:
            return None
        row, account = found
        ends_at = min(row.seen_at + IDLE, row.created_at + LONGEST)
        return SignedIn(row.id, to_member(account), row.csrf_token, int((ends_at - present).total_seconds()))


def sign_out(signed_in: SignedIn) -> None:
    """End a session."""
    with transaction() as session:
        session.execute(delete(StaffSession).where(StaffSession.id == signed_in.id))
        audit(signed_in.member, "session.closed", f"account:{signed_in.member.id}")


def close_sessions(account_id: int) -> None:
    """End every session of an account."""
    with transaction() as session:
        session.execute(delete(StaffSession).where(StaffSession.account_id == account_id))
