"""People who join by their links."""

import time

from sqlalchemy import update

from bot.db import transaction
from bot.staff import codes, invitations
from bot.staff.members import Role
from bot.staff.models import Account

PASSWORD = "four words of nonsense"


def code_of(secret: str, steps: int = 0) -> str:
    """Return the code that an app shows, or the one so many steps later."""
    return codes._code(secret, int(time.time()) // codes.SECONDS + steps)


def token_of(path: str) -> str:
    assert path.startswith(invitations.JOIN_PATH)
    return path.removeprefix(invitations.JOIN_PATH)


def forget_code(email: str) -> None:
    """Let an account sign in with the present code again, as if half a minute had passed."""
    with transaction() as session:
        session.execute(update(Account).where(Account.email == email).values(code_step=0))


def make_account(role: Role = Role.AGENT, email: str = "", name: str = "Dana") -> tuple[str, str]:
    """Make an account through its link; return the first session's token and the key for codes."""
    token = token_of(invitations.invite(None, role))
    offer = invitations.open_link(token)
    assert offer is not None
    wish = invitations.Wish(PASSWORD, code_of(offer.code_secret), email or f"{role}@clinic.example", name, "nurse")
    session = invitations.join(token, wish)
    assert session is not None
    forget_code(email or f"{role}@clinic.example")
    return session, offer.code_secret
