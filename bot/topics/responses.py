"""The approved texts of domain.yml, for the sentences the app says when Rasa does not: greeting, and engine out of reach."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

DOMAIN_FILE = Path(__file__).parents[2] / "domain.yml"


@lru_cache(maxsize=1)
def load_responses() -> dict[str, tuple[str, ...]]:
    """Return every response of the domain: its name, and its variants."""
    return {name: tuple(" ".join(variant["text"].split()) for variant in variants) for name, variants in _read().items()}


def load_buttons() -> tuple[str, ...]:
    """Return the titles of the buttons that stand in the domain's responses, each once."""
    variants = (variant for variants in _read().values() for variant in variants)
    return tuple(dict.fromkeys(button["title"] for variant in variants for button in variant.get("buttons", ())))


def _read() -> Any:
    return yaml.safe_load(DOMAIN_FILE.read_text(encoding="utf-8"))["responses"]
