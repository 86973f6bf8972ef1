"""The catalogue of approved answers: one YAML file a topic under data/nlu/faq."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FAQ_DIR = Path(__file__).parents[2] / "data" / "nlu" / "faq"
INTENT = "faq"
STARTERS = ("integrated_care", "therapy_vs_medication", "cost", "find_provider")  # offered where nothing was asked yet
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CatalogueError(ValueError):
    """A topic file that cannot be read; the text names the file and what to do."""


@dataclass(frozen=True)
class Source:
    """Where an answer comes from: a seed document (A, B) or `clinic`, and the section in it."""

    seed: str
    section: str


@dataclass(frozen=True)
class Topic:
    """One topic: its approved texts, its sources and its example questions."""

    key: str
    title: str
    text: str
    more: str
    simple: str
    sources: tuple[Source, ...]
    related: tuple[str, ...]
    examples: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, str, str]:
        """The three texts a patient can read: the first bubble, `more` and `simple`."""
        return self.text, self.more, self.simple


def read_topic(path: Path) -> Topic:
    """Read one topic file.

    Raises:
        CatalogueError: the file is not YAML, or a field is missing.

    """
    key = path.stem
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  (a safe one)
        (block,) = data["nlu"]
        if block["intent"] != f"{INTENT}/{key}":
            raise CatalogueError(f"{path.name}: the intent must be '{INTENT}/{key}', like the file's name.")
        (response,) = data["responses"][f"utter_{INTENT}/{key}"]
        return _topic(key, response, block["examples"])
    except CatalogueError:
        raise
    except yaml.YAMLError as error:
        raise CatalogueError(f"{path.name}: not valid YAML. {error}") from error
    except KeyError as error:
        raise CatalogueError(f"{path.name}: the field {error} is missing; compare it with another topic.") from error
    except (TypeError, ValueError) as error:
        raise CatalogueError(f"{path.name}: {error}. Compare it with another topic.") from error


def _topic(key: str, response: dict[str, Any], examples: str | None) -> Topic:
    meta = response["metadata"]
    if "review" in meta:
        raise CatalogueError(f"{key}.yml: review: take the line out; 'scripts/tandem content sign-off' records who approves.")
    return Topic(
        key=key,
        title=meta["title"],
        text=_text(key, "text", response),
        more=_text(key, "more", meta),
        simple=_text(key, "simple", meta),
        sources=tuple(Source(source["seed"], source["section"]) for source in meta["sources"]),
        related=tuple(meta["related"]),
        examples=tuple(line[2:].strip() for line in (examples or "").splitlines() if line.startswith("- ")),
    )


def _text(key: str, field: str, fields: dict[str, Any]) -> str:
    if not fields[field]:
        raise CatalogueError(f"{key}.yml: {field} is empty; write the text or compare it with another topic.")
    return " ".join(str(fields[field]).split())


@lru_cache(maxsize=4)
def load_catalogue(folder: Path = FAQ_DIR) -> dict[str, Topic]:
    """Read every topic file of a folder, by key; raises CatalogueError on the first bad one."""
    return {path.stem: read_topic(path) for path in sorted(folder.glob("*.yml"))}
