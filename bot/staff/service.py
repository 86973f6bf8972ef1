"""Verbs on accounts: list, change role, deactivate. How somebody gets an account: invitations."""

from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from bot.db import transaction
from bot.staff.audit import audit
from bot.staff.members import ADMINS, Member, Role
from bot.staff.models import Account, Invitation
from bot.staff.sessions import close_sessions, to_member


class Invalid(ValueError):
    """What cannot be accepted; `fields` has a sentence for each field at fault."""

    def __init__(self, **fields: str) -> None:
        """Take a sentence for each field."""
        super().__init__(" ".join(fields.values()))
        self.fields = fields


def members() -> list[Member]:
    """Return everybody who has an account, by name."""
    with transaction() as session:
        return [to_member(account) for account in session.scalars(select(Account).order_by(Account.name, Account.id))]


def change_role(by: Member | None, email: str, role: Role) -> None:
    """Give an account another role, from its next request on; raises Invalid if no admin would be left.

    The links that an admin made end with the role.
    """
    with transaction() as session:
        account = find_account(session, email)
        before = account.role
        _change(session, account, role=role)
        if role not in ADMINS:
            session.execute(delete(Invitation).where(Invitation.made_by_id == account.id))
        audit(by, "account.role_changed", f"account:{account.id}", f"from {before} to {role}")


def deactivate(by: Member | None, email: str) -> None:
    """Close an account, end its sessions, and the links to it or made by it; raises Invalid if no admin would be left."""
    with transaction() as session:
        account = find_account(session, email)
        _change(session, account, is_active=False)
        close_sessions(account.id)
        session.execute(delete(Invitation).where(or_(Invitation.account_id == account.id, Invitation.made_by_id == account.id)))
        audit(by, "account.deactivated", f"account:{account.id}")


def _change(session: Session, account: Account, **values: Any) -> None:
    had_admin = has_admin(session)
    for name, value in values.items():
        setattr(account, name, value)
    session.flush()
    if had_admin and not has_admin(session):
        raise Invalid(role="One admin has to stay. Make another person an admin first.")


def find_account(session: Session, email: str) -> Account:
    """Return the account of an email; raises Invalid when there is none."""
    account = session.scalars(select(Account).where(Account.email == email.strip().lower())).one_or_none()
    if account is None:
        raise Invalid(email="There is no account with this email.")
    return account


def has_admin(session: Session) -> bool:
    """Tell whether an admin can sign in."""
    can_sign_in = (Account.role == Role.ADMIN, Account.is_active, Account.password_hash.is_not(None))
    return bool(session.scalar(select(func.count()).select_from(Account).where(*can_sign_in)))
