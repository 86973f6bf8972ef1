"""The words of data/nlu/vocabulary.yml: medicines, conditions, therapies. They are never mistaken for names."""

from functools import lru_cache
from pathlib import Path

import yaml

VOCABULARY_FILE = Path(__file__).parents[2] / "data" / "nlu" / "vocabulary.yml"


@lru_cache(maxsize=1)
def vocabulary_words() -> list[str]:
    """Return every term in lower case and with a capital."""
    blocks = yaml.safe_load(VOCABULARY_FILE.read_text(encoding="utf-8"))["nlu"]
    terms = [line[2:].strip() for block in blocks if "lookup" in block for line in block["examples"].splitlines()]
    return sorted({form for term in terms for form in (term, term.capitalize(), term.title(), term.upper())})
