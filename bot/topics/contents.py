"""Everything a patient may read, as contents to be reviewed: each topic, and groups of the other texts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.clinic.crisis_pack import PACKS
from bot.clinic.facts import load_clinic
from bot.clinic.lines import LINES
from bot.settings import ROOT
from bot.topics.catalogue import Topic, load_catalogue
from bot.topics.responses import load_buttons, load_responses
from bot.topics.review import hash_texts
from bot.topics.sources import describe_sources

LABELS = ROOT / "clinic" / "labels.yml"
HAND_OFF = ROOT / "clinic" / "handoff.yml"
CHANNELS = ROOT / "clinic" / "channels.yml"
REFUSALS = ROOT / "data" / "nlu" / "clinical.yml"


@dataclass(frozen=True)
class Content:
    """Texts that are reviewed together. `texts` leave as replies of a turn, `labels` on buttons, `parts` in other ways."""

    key: str
    title: str
    source: str
    texts: dict[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def text_hash(self) -> str:
        """The hash of all its words."""
        return hash_texts([*self.texts.values(), *self.labels, *self.parts.values()])


@lru_cache(maxsize=1)
def load_contents() -> dict[str, Content]:
    """Return every content by its key: the topics, then the groups; raises CatalogueError or ClinicError."""
    contents = [*map(_of_topic, load_catalogue().values()), *_groups()]
    return {content.key: content for content in contents}


def is_topic(key: str) -> bool:
    """Tell whether a content is a topic: production does not serve one unreviewed, while groups stop the start."""
    return key in load_catalogue()


def _of_topic(topic: Topic) -> Content:
    texts = dict(zip(("text", "more", "simple"), topic.texts, strict=True))
    return Content(topic.key, topic.title, describe_sources(topic.sources), texts, labels=(topic.title,))


def _groups() -> Iterator[Content]:
    said = _variants(load_responses())
    yield Content("responses", "What the assistant says beside its answers", "domain.yml", said, load_buttons())
    refusals = {name: [variant["text"] for variant in variants] for name, variants in _read(REFUSALS)["responses"].items()}
    yield Content("refusals", "What it says to questions for a clinician", "data/nlu/clinical.yml", _variants(refusals))
    crisis, region = _read(PACKS / "messages.yml"), load_clinic().region
    pack = {**load_clinic().pack.sentences, "static": load_clinic().pack.static}
    source = f"clinic/crisis/messages.yml and {region}.yml"
    labels = tuple(crisis["answers"].values())
    yield Content("crisis", "What it says in a crisis", source, _variants(crisis["messages"]), labels, pack)
    words = _read(HAND_OFF)
    labels = (*words["buttons"].values(), *words["ratings"].values())
    yield Content("handoff", "What it says about talking to a person", "clinic/handoff.yml", _variants(words["messages"]), labels)
    yield Content("lines", "Sentences for the clinic's facts", "clinic/lines.yml", parts=_forms(_read(LINES)))
    words = _read(CHANNELS)  # the channels say these themselves, not as replies of a turn
    labels = tuple(_forms(words["buttons"]).values())
    yield Content("channels", "What it says about the platform", "clinic/channels.yml", {}, labels, _forms(words["messages"]))
    yield Content("labels", "Buttons", "clinic/labels.yml", labels=tuple(_read(LABELS)["labels"]))


def _variants(texts: Any) -> dict[str, str]:
    """Return every variant on one line under a name of its own."""
    return {
        f"{name}" if number == 1 else f"{name} ({number})": " ".join(text.split())
        for name, variants in texts.items()
        for number, text in enumerate(variants, start=1)
    }


def _forms(texts: Any) -> dict[str, str]:
    """Return every form, or language, of every text under a name of its own."""
    return {f"{name}/{form}": text for name, forms in texts.items() for form, text in forms.items()}


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  (a safe one)
