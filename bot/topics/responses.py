"""The approved texts of domain.yml, for the sentences the app says when Rasa does not: greeting, and engine out of reach."""

from functools import lru_cache
from pathlib import Path

import yaml

DOMAIN_FILE = Path(__file__).parents[2] / "domain.yml"


@lru_cache(maxsize=1)
def load_responses() -> dict[str, tuple[str, ...]]:
    """Return every response of the domain: its name, and its variants."""
    responses = yaml.safe_load(DOMAIN_FILE.read_text(encoding="utf-8"))["responses"]
    return {name: tuple(" ".join(variant["text"].split()) for variant in variants) for name, variants in responses.items()}
