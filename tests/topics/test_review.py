"""Sign-offs: they hold for the very words that were read, for a stated time, by somebody with a name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.topics import contents
from bot.topics.contents import is_topic, load_contents
from bot.topics.review import APPROVED, AWAITING, CHANGED, EXPIRED, Review, hash_texts, judge

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WHO = {"name": "A. Example", "role": "Psychiatrist"}


@dataclass(frozen=True)
class Signed:
    text_hash: str = "now"
    name: str = "A. Example"
    role: str = "Nurse"
    signed_at: datetime = NOW
    expires_at: datetime = NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("sign_offs", "state"),
    [
        ([], AWAITING),
        ([Signed()], APPROVED),
        ([Signed(expires_at=NOW)], EXPIRED),
        ([Signed(text_hash="before")], CHANGED),
        ([Signed(text_hash="before", expires_at=NOW)], CHANGED),
        ([Signed(text_hash="before"), Signed()], APPROVED),
        ([Signed(), Signed(text_hash="after")], APPROVED),  # the edit was taken back: these very words were approved
        ([Signed(expires_at=NOW), Signed()], APPROVED),
        ([Signed(), Signed(expires_at=NOW)], EXPIRED),  # the newest word counts
    ],
)
def test_a_sign_off_holds_for_its_words_and_its_time(sign_offs: list[Signed], state: str) -> None:
    assert judge("now", sign_offs, NOW).state == state


def test_the_reviewer_is_named_while_the_approval_holds_and_not_after() -> None:
    assert judge("now", [Signed()], NOW).reviewer == "Nurse, A. Example, 2026-06-01"
    for review in (Review(), judge("now", [Signed(expires_at=NOW)], NOW), judge("now", [Signed(text_hash="before")], NOW)):
        assert review.reviewer is None and not review.is_approved


def test_every_word_and_its_place_count_for_the_hash() -> None:
    texts = ["one two", "three"]
    others = (["one", "two three"], ["one two three"], ["one two", "Three"], ["three", "one two"], ["one two", "three", ""])
    assert hash_texts(texts) == hash_texts(list(texts)) and len(hash_texts(texts)) == 64
    assert len({hash_texts(texts), *map(hash_texts, others)}) == len(others) + 1


def test_contents_are_every_topic_and_the_groups_of_all_other_words() -> None:
    groups = [key for key in load_contents() if not is_topic(key)]
    assert groups == ["responses", "refusals", "crisis", "handoff", "lines", "channels", "labels"]
    assert set(load_contents()["cbt"].texts) == {"text", "more", "simple"}
    assert all(content.texts or content.parts or content.labels for content in load_contents().values())


def test_an_edit_of_any_text_of_a_content_changes_its_hash() -> None:
    for content in load_contents().values():
        for kept in ("texts", "parts"):
            for name in getattr(content, kept):
                edited = getattr(content, kept) | {name: getattr(content, kept)[name] + "!"}
                assert replace(content, **{kept: edited}).text_hash != content.text_hash
        for index in range(len(content.labels)):
            labels = (*content.labels[:index], content.labels[index] + "!", *content.labels[index + 1 :])
            assert replace(content, labels=labels).text_hash != content.text_hash


def test_the_region_of_the_clinic_is_part_of_what_is_signed(configure: Callable[..., None], tmp_path: object) -> None:
    before = load_contents()["crisis"]
    file = tmp_path / "clinic.yml"  # type: ignore[operator]
    file.write_text((contents.ROOT / "clinic" / "clinic.yml").read_text().replace("region: us", "region: uk"))
    configure(clinic_file=file)
    assert load_contents()["crisis"].text_hash != before.text_hash
