"""Grouping the questions nobody could answer: by the nearest topic, and by the word that most of them share. Pure.

No model is asked: a group is named by the very word its questions share, so that anybody can see why they stand together.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH
from spacy.lang.es.stop_words import STOP_WORDS as SPANISH

MIN_LETTERS = 3
_PLACEHOLDER = re.compile(r"\[\w+\]")  # what stands in place of personal data
_WORD = re.compile(r"[^\W\d_]+")
_SHORTENED = re.compile(r"n['’]t\b|['’](?:s|m|re|ve|ll|d)\b", re.I)
# that many questions hold, whatever they are about
_COMMON = ENGLISH | SPANISH | {"good", "help", "know", "like", "long", "need", "people", "person", "tell", "thing", "want"}


class Question(Protocol):
    """A question as it is kept."""

    id: int
    text: str
    nearest: str
    created_at: datetime


@dataclass(frozen=True)
class Group:
    """Questions that stand together: under the nearest topic's key, if any was near, and the word they share, if any."""

    topic: str
    word: str
    questions: tuple[Question, ...]


def content_words(text: str) -> set[str]:
    """Return the words that say what a text is about, in lower case and without an s at the end."""
    words = map(str.lower, _WORD.findall(_SHORTENED.sub(" ", _PLACEHOLDER.sub(" ", text))))
    return {_stem(word) for word in words if len(word) >= MIN_LETTERS and not {word, _stem(word)} & _COMMON}


def _stem(word: str) -> str:
    return word[:-1] if len(word) > MIN_LETTERS and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def group(questions: Iterable[Question]) -> list[Group]:
    """Return the questions in groups, the largest first: by nearest topic, then by the word that most of the rest share."""
    by_topic: dict[str, list[Question]] = {}
    for question in questions:
        by_topic.setdefault(question.nearest.partition(",")[0], []).append(question)
    groups = [one for topic, asked in by_topic.items() for one in _by_word(topic, asked)]
    return sorted(groups, key=lambda one: (-len(one.questions), one.topic, one.word))


def _by_word(topic: str, questions: Sequence[Question]) -> Iterable[Group]:
    rest = [(question, content_words(question.text)) for question in questions]
    while rest:
        # a word of a question counts once; of words as frequent, the longer says more
        counted = Counter(word for _, words in rest for word in words)
        word, times = max(counted.items(), key=lambda item: (item[1], len(item[0]), item[0]), default=("", 0))
        if times < 2:
            yield Group(topic, "", tuple(question for question, _ in rest))
            return
        yield Group(topic, word, tuple(question for question, words in rest if word in words))
        rest = [(question, words) for question, words in rest if word not in words]
