"""Every text a patient can be shown, held against the content linter: safe messaging, grade, length, no field left unfilled."""

import re
from collections.abc import Iterator
from datetime import date

import yaml
from sqlalchemy.exc import SQLAlchemyError

from bot.clinic.crisis_pack import PACKS, load_pack
from bot.clinic.facts import load_clinic
from bot.safety.messages import load_messages
from bot.settings import ROOT
from bot.topics.catalogue import load_catalogue
from bot.topics.contents import load_contents
from bot.topics.lint import MAX_GRADE, grade, lint_wording
from bot.topics.responses import load_responses
from bot.topics.review import Review
from bot.topics.service import review_states
from bot.topics.shapes import VARIABLES

MAX_WORDS = 60
Text = tuple[str, str]  # where it stands, the text as it is shown


def regions() -> list[str]:
    """Return the regions that have a crisis pack."""
    return sorted(path.stem for path in PACKS.glob("*.yml") if path.stem != "messages")


def shown() -> dict[str, list[Text]]:
    """Return the texts by kind; crisis messages once for every region, filled as there."""
    clinic = load_clinic()
    clinical = yaml.safe_load((ROOT / "data" / "nlu" / "clinical.yml").read_text(encoding="utf-8"))["responses"]
    kinds = {
        "topics": [(topic.key, clinic.fill(text)) for topic in load_catalogue().values() for text in topic.texts],
        "responses": [(name, clinic.fill(text)) for name, texts in load_responses().items() for text in texts],
        "clinical refusals": [
            (name, clinic.fill(" ".join(each["text"].split()))) for name, variants in clinical.items() for each in variants
        ],
    }
    for region in regions():
        pack = load_pack(region)
        there = clinic.model_copy(update={"region": region})
        messages = [(key, there.fill(text)) for key, texts in load_messages().messages.items() for text in texts]
        own = [(name, getattr(pack, name)) for name in ("static", "crisis_line", *pack.sentences)]
        kinds[f"crisis messages, {region}"] = messages
        kinds[f"crisis facts, {region}"] = own
    return kinds


def lint(kinds: dict[str, list[Text]]) -> dict[str, list[str]]:
    """Return the findings by kind, each naming the text; an empty list is a pass."""
    return {
        kind: [f"{name}: {problem}" for name, text in texts for problem in _problems(kind, text)] for kind, texts in kinds.items()
    }


def _problems(kind: str, text: str) -> Iterator[str]:
    yield from lint_wording(text)
    for field in sorted(set(re.findall(r"\{(\w+)\}", text)) - set(VARIABLES)):
        yield f"the field {field} is not filled"
    if re.search(r"press 3", text, re.IGNORECASE):
        yield "988 has no third option any more"
    if kind.startswith("crisis messages"):
        if len(text.split()) > MAX_WORDS:
            yield f"{len(text.split())} words; at most {MAX_WORDS}"
        if grade(text) > MAX_GRADE:
            yield f"reads at grade {grade(text):.1f}; at most {MAX_GRADE}"


def _reviews() -> dict[str, Review]:
    try:
        return review_states()
    except SQLAlchemyError:  # no database yet, so nobody has signed anything
        return {key: Review() for key in load_contents()}


def review() -> dict[str, object]:
    """Return who has reviewed what: nobody yet is said as plainly as a name would be, and until when the facts hold."""
    states = _reviews()
    approved = {key for key, review in states.items() if review.is_approved}
    packs = {region: load_pack(region).expires_on for region in regions()} | {"messages": load_messages().expires_on}
    return {
        "topics approved by a clinician": len(approved & set(load_catalogue())),
        "topics awaiting review": len(set(load_catalogue()) - approved),
        "crisis messages": states["crisis"].state,
        "expired": sorted(name for name, until in packs.items() if until < date.today()),
        "first to expire": min(packs.values()).isoformat(),
    }
