"""One-time links: to a new account, or to new credentials of one. The database holds only the hash of a link's token."""

import re
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.conversations.models import now
from bot.db import transaction
from bot.staff import codes, passwords
from bot.staff.audit import COMMAND_LINE, audit
from bot.staff.members import ADMINS, Member, Role
from bot.staff.models import Account, Invitation
from bot.staff.service import Invalid, find_account, has_admin
from bot.staff.sessions import close_sessions, hash_token, open_session, to_member

JOIN_PATH = "/desk/join/"
LIFE = timedelta(days=7)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST = {"email": 254, "name": 80, "title": 80}
_WANTED = {
    "email": "Write your email address, such as name@clinic.example.",
    "name": "Write your name as patients should see it, such as Dana.",
    "title": "Write your role as patients should hear it, such as nurse.",
}


@dataclass(frozen=True)
class Offer:
    """An open link: the role it gives, the account it is for if that exists, and the key for the authenticator app."""

    role: Role
    member: Member | None
    code_secret: str


@dataclass(frozen=True)
class OpenLink:
    """A link that was made and not used: its role, whose account it opens again if one exists, who made it, its times."""

    id: int
    role: Role
    whose: str | None
    made_by: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Wish:
    """What somebody with a link has typed; email, name and title count for a new account only."""

    password: str
    code: str
    email: str = ""
    name: str = ""
    title: str = ""


def invite(by: Member | None, role: Role) -> str:
    """Return the path of a one-time link to a new account with a role."""
    with transaction() as session:
        path, link_id = _link(session, by, "join", role)
        audit(by, "account.invited", f"link:{link_id}", f"role {role}")
        return path


def first_link() -> str | None:
    """Return the path of a one-time link for the first admin, ending the one before; None when an admin can sign in."""
    with transaction() as session:
        if has_admin(session):
            return None
        session.execute(delete(Invitation).where(Invitation.purpose == "first"))
        return _link(session, None, "first", Role.ADMIN)[0]


def reset(by: Member | None, email: str) -> str:
    """Return the path of a one-time link to a new password and key; the old ones and all sessions end at once."""
    with transaction() as session:
        account = find_account(session, email)
        account.password_hash = account.code_secret = account.oidc_subject = None
        account.is_active = True
        session.flush()  # before the sessions end: a sign-in at this moment then sees it, or its session is ended too
        close_sessions(account.id)
        session.execute(delete(Invitation).where(Invitation.account_id == account.id))
        audit(by, "account.reset", f"account:{account.id}")
        return _link(session, by, "reset", Role(account.role), account.id)[0]


def _link(session: Session, by: Member | None, purpose: str, role: Role, account_id: int | None = None) -> tuple[str, int]:
    """Return the path of a new link, and its id."""
    token = secrets.token_urlsafe(32)
    row = {"purpose": purpose, "role": role, "account_id": account_id, "made_by_id": by and by.id}
    link = Invitation(token_hash=hash_token(token), expires_at=now() + LIFE, **row)
    session.add(link)
    session.flush()
    return JOIN_PATH + token, link.id


def open_links() -> list[OpenLink]:
    """Return the links that somebody can still use, the oldest first; never their tokens."""
    maker, owner = aliased(Account), aliased(Account)
    rows = (
        select(Invitation, maker.name, owner.name)
        .outerjoin(maker, maker.id == Invitation.made_by_id)
        .outerjoin(owner, owner.id == Invitation.account_id)
        .where(*_is_open(), Invitation.purpose != "first")  # that one is void as soon as an admin can read this
        .order_by(Invitation.id)
    )
    with transaction() as session:
        return [
            OpenLink(link.id, Role(link.role), whose, made_by or COMMAND_LINE, link.expires_at - LIFE, link.expires_at)
            for link, made_by, whose in session.execute(rows)
        ]


def withdraw(by: Member | None, link_id: int) -> None:
    """End a link; raises Invalid when it is over already."""
    with transaction() as session:
        found = session.scalars(select(Invitation).where(Invitation.id == link_id, *_is_open())).one_or_none()
        end = delete(Invitation).where(Invitation.id == link_id, Invitation.used_at.is_(None))  # it may be used right now
        if found is None or cast(CursorResult[Any], session.execute(end)).rowcount != 1:
            raise Invalid(link="This link was used or withdrawn, or it is too old. Nothing is left to withdraw.")
        subject = f"account:{found.account_id}" if found.account_id else f"link:{found.id}"
        audit(by, "link.withdrawn", subject, f"role {found.role}")


def _is_open() -> tuple[ColumnElement[bool], ...]:
    """Return when a link works: it is not used nor too old, and who made it is still an admin."""
    # closing an account ends its links too; this also ends one that was made at that very moment
    admins = select(Account.id).where(Account.is_active, Account.role.in_(ADMINS))
    is_by_admin = or_(Invitation.made_by_id.is_(None), Invitation.made_by_id.in_(admins))
    return Invitation.used_at.is_(None), Invitation.expires_at > now(), is_by_admin


def open_link(token: str) -> Offer | None:
    """Return what a link offers, with a fresh key for the authenticator app; None when it was used or has expired.

    The key of an earlier opening no longer counts, so nobody who read the link before its owner knows the owner's key.
    """
    with transaction() as session:
        invitation = _find(session, token)
        if invitation is None:
            return None
        invitation.code_secret = codes.new_secret()
        return _offer(session, invitation)


def find_offer(token: str) -> Offer | None:
    """Return what an opened link offers, with the key it showed; None when it was used or has expired."""
    with transaction() as session:
        invitation = _find(session, token)
        return _offer(session, invitation) if invitation else None


def _find(session: Session, token: str) -> Invitation | None:
    found = session.scalars(select(Invitation).where(Invitation.token_hash == hash_token(token), *_is_open())).one_or_none()
    # the first admin's link was printed for whoever reads the log: it is void once an admin came another way
    return None if found is not None and found.purpose == "first" and has_admin(session) else found


def _offer(session: Session, invitation: Invitation) -> Offer:
    account = session.get(Account, invitation.account_id) if invitation.account_id else None
    return Offer(Role(invitation.role), to_member(account) if account else None, invitation.code_secret or "")


def join(token: str, wish: Wish) -> str | None:
    """Make the account a link offers, or give one its new credentials, and return the token of a first session.

    Returns None when the link was used or has expired; raises Invalid with the fields at fault.
    """
    with transaction() as session:
        invitation = _find(session, token)
        if invitation is None or invitation.code_secret is None:
            return None
        account = session.get(Account, invitation.account_id) if invitation.account_id else None
        step = codes.matching_step(invitation.code_secret, wish.code, time.time())
        faults = {} if account else _new_account_faults(session, wish)
        faults |= _credential_faults(wish, account or wish, step)
        if faults:
            raise Invalid(**faults)
        password_hash = passwords.hash_password(wish.password)
        if not _use(session, invitation):
            return None
        if account is None:
            name, title = (" ".join(words.split()) for words in (wish.name, wish.title))
            account = Account(email=_email(wish), name=name, title=title, role=invitation.role)
            session.add(account)
        account.password_hash, account.code_secret, account.code_step = password_hash, invitation.code_secret, step or 0
        invitation.code_secret = None
        session.flush()
        audit(to_member(account), "account.joined", f"account:{account.id}", f"role {account.role}")
        return open_session(account, "one-time link")


def _use(session: Session, invitation: Invitation) -> bool:
    """Use a link up; False when somebody did at the same moment."""
    use = update(Invitation).where(Invitation.id == invitation.id, Invitation.used_at.is_(None)).values(used_at=now())
    return cast(CursorResult[Any], session.execute(use)).rowcount == 1


def _email(wish: Wish) -> str:
    return wish.email.strip().lower()


def _new_account_faults(session: Session, wish: Wish) -> dict[str, str]:
    faults = {}
    for field, wanted in _WANTED.items():
        value = getattr(wish, field).strip()
        if not value or not value.isprintable() or (field == "email" and not _EMAIL.fullmatch(value)):
            faults[field] = wanted
        elif len(value) > _LONGEST[field]:
            faults[field] = f"Use at most {_LONGEST[field]} characters."
    if session.scalars(select(Account.id).where(Account.email == _email(wish))).one_or_none() is not None:
        faults["email"] = "There is an account with this email. Ask an admin for a new link to it."
    return faults


def _credential_faults(wish: Wish, person: Account | Wish, step: int | None) -> dict[str, str]:
    faults = {}
    if fault := passwords.fault(wish.password, person.email, person.name, person.title):
        faults["password"] = fault
    if step is None:
        faults["code"] = "This code does not fit the key. Write the six digits that the app shows now."
    return faults
