"""Who the staff are: roles, the groups of roles that share a permission, and a member as the other rooms see one."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may do in the care desk."""

    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"


EVERYONE = frozenset(Role)
CARE = frozenset({Role.AGENT, Role.LEAD, Role.ADMIN})  # queue, conversations, call-backs
LEADING = frozenset({Role.LEAD, Role.ADMIN})  # content, canned replies, providers, re-assigning
ADMINS = frozenset({Role.ADMIN})  # accounts, settings
FIGURES = frozenset({*LEADING, Role.AUDITOR})  # counts, without texts
OVERSIGHT = frozenset({Role.ADMIN, Role.AUDITOR})  # the audit trail


@dataclass(frozen=True)
class Member:
    """One member of staff; `title` is the role as a patient hears it, such as "nurse"."""

    id: int
    email: str
    name: str
    title: str
    role: Role
    is_active: bool = True
    has_joined: bool = True
