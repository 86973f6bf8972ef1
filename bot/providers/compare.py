"""Words to compare names by, whatever their case, accents and punctuation. Pure."""

import re
import unicodedata


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in a form to compare: lower case, without accents and punctuation."""
    plain = "".join(character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character))
    return tuple(re.findall(r"\w+", plain.casefold().replace("'", "").replace("’", "")))
