"""Locks by conversation, so that the turns of one keep their order."""

from threading import Lock
from weakref import WeakValueDictionary


class Locks:
    """One lock a conversation, so that its turns keep their order; forgotten when nobody holds it."""

    def __init__(self) -> None:
        self._guard, self._locks = Lock(), WeakValueDictionary[str, "_Lock"]()

    def of(self, conversation_id: str) -> "_Lock":
        """Return the lock of a conversation, for a `with`."""
        with self._guard:
            return self._locks.setdefault(conversation_id, _Lock())


class _Lock:
    """A lock that can be held weakly."""

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
