"""Without consent nothing a patient writes reaches the database; everything else works as ever."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import httpx
import pytest
from sqlalchemy import MetaData, func, select

from bot.db import get_engine, transaction
from bot.figures.models import Figure
from tests.stubs.engine import EngineStub
from tests.web.conftest import crisis, events, post, start, texts


def rows() -> int:
    """Count the rows of every table there is, but for the figures, which only count, and what the migrations put there."""
    tables = MetaData()
    tables.reflect(get_engine())
    with transaction() as session:
        counts = {name: session.scalar(select(func.count()).select_from(table)) for name, table in tables.tables.items()}
    assert counts.pop("alembic_version") == counts.pop("provider_directory") == 1
    counts.pop("figures")
    return sum(count or 0 for count in counts.values())


@pytest.mark.parametrize("body", [b"", b"{}", b'{"consent": false, "language": "es"}'])
def test_a_conversation_is_not_stored_unless_the_patient_agreed(site: httpx.Client, body: bytes) -> None:
    answer = site.post("/api/conversations", content=body)
    assert (answer.status_code, answer.json()["stored"], rows()) == (201, False, 0)


def test_with_consent_it_is_stored(site: httpx.Client) -> None:
    start(site, consent=True)
    assert rows() == 2  # the conversation and its greeting


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'{"consent": "yes"}', b'{"consent": 1}', b'{"language": "tlh"}', b'{"hedgehog": 1}']
)
def test_a_wish_that_is_none_is_refused_by_field(site: httpx.Client, body: bytes) -> None:
    answer = site.post("/api/conversations", content=body)
    assert answer.status_code == 400 and "hedgehog" not in answer.text and "tlh" not in answer.text
    assert answer.json()["error"].split(":")[0] in ("the body", "consent", "language")


def test_questions_choices_stream_crisis_and_erasure_work_and_leave_no_row(site: httpx.Client, engine_stub: EngineStub) -> None:
    headers = start(site, consent=False)
    post(site, headers, "what is CBT", "client-01")
    choice = {"client_id": "client-02", "choice": {"message": 1, "index": 0}}
    assert site.post("/api/messages", json=choice, headers=headers).status_code == 202
    assert engine_stub.messages == ["what is CBT", '/choose_topic{"topic": "integrated_care"}']
    with site.stream("GET", "/api/stream", headers=headers | {"Last-Event-ID": "5"}) as stream:
        post(site, headers, "I want to kill myself", "client-03")
        said = [entry["text"] for _, entry in islice(events(stream), 1 + len(crisis()))]
    assert said[1:] == crisis()
    assert texts(site, headers, after=5) == said
    assert site.delete("/api/conversation", headers=headers).status_code == 204
    assert site.get("/api/messages", headers=headers).status_code == 401
    assert rows() == 0


def test_it_needs_no_database(site: httpx.Client, broken_database: Callable[[], None]) -> None:
    broken_database()
    headers = start(site, consent=False)
    assert post(site, headers).json()["seq"] == 2
    assert len(texts(site, headers)) == 3


def test_nothing_of_it_is_on_disk_but_that_there_was_a_message(site: httpx.Client, database: Path) -> None:
    headers = start(site, consent=False)
    post(site, headers, "hedgehogs and therapy")
    assert rows() == 0
    assert not [path for path in database.parent.glob("tandem.db*") if b"hedgehog" in path.read_bytes()]
    with transaction() as session:
        counted = {(figure.name, figure.key, figure.count) for figure in session.scalars(select(Figure))}
    assert counted == {("started", "", 1), ("message", "", 1), ("route", "other", 1)}
