"""How the sources of an answer are named to a patient."""

from collections.abc import Iterable

from bot.topics.catalogue import Source

TITLES = {
    "A": "Integrating Psychopharmacology with Psychotherapy: A Holistic Approach",
    "B": "a paper on integrating psychological and pharmacological treatment",
    "clinic": "the clinic's own facts",
}


def describe_sources(sources: Iterable[Source]) -> str:
    """Return the sources in words: title, then the sections of it."""
    sections: dict[str, list[str]] = {}
    for source in sources:
        sections.setdefault(source.seed, []).append(source.section)
    return "; ".join(f"{TITLES[seed]} ({', '.join(names)})" for seed, names in sections.items())
