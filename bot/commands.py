"""A typed text is never a command: what makes Rasa take one for a payload is taken off. Pure; the engine uses it too."""

import re

_PREFIX = re.compile(r"^[\s/]+")


def neutralise(text: str) -> str:
    """Return the text without leading slashes and blanks; a question mark when nothing is left."""
    return _PREFIX.sub("", text).strip() or "?"
