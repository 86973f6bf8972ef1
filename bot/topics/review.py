"""What became of a clinician's review: a sign-off holds for the very texts it was given for, and for a stated time. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

AWAITING, APPROVED, EXPIRED, CHANGED = "awaiting", "approved", "expired", "changed"


class Signed(Protocol):
    """A sign-off as it was recorded."""

    text_hash: str
    name: str
    role: str
    signed_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Review:
    """Where a content stands: awaiting, approved, expired or changed since; with the sign-off that this is said of, if any."""

    state: str = AWAITING
    name: str | None = None
    role: str | None = None
    signed_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def is_approved(self) -> bool:
        """Whether the texts as they are now were approved and the approval still holds."""
        return self.state == APPROVED

    @property
    def reviewer(self) -> str | None:
        """Who approved the texts, as patients read it; None when nobody did."""
        return f"{self.role}, {self.name}, {self.signed_at:%Y-%m-%d}" if self.is_approved else None


def hash_texts(texts: Iterable[str]) -> str:
    """Return the sha256 of texts in their order, as 64 hex digits; moving a word from one text to the next changes it too."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def judge(text_hash: str, sign_offs: Iterable[Signed], at: datetime) -> Review:
    """Return the review of texts with this hash, from every sign-off of their content, the newest last."""
    newest_first = list(reversed(list(sign_offs)))
    if not newest_first:
        return Review()
    same = next((one for one in newest_first if one.text_hash == text_hash), None)
    found = same or newest_first[0]
    state = CHANGED if same is None else APPROVED if at < found.expires_at else EXPIRED
    return Review(state, found.name, found.role, found.signed_at, found.expires_at)
