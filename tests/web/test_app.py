"""The public door over real HTTP: a conversation, its page, its health."""

import httpx

from bot.clinic.facts import load_clinic
from tests.stubs.engine import ANSWER, EngineStub
from tests.web.conftest import crisis, post, start, texts


def test_a_new_conversation_is_greeted_and_gets_its_answer(site: httpx.Client) -> None:
    headers = start(site)
    response = post(site, headers)
    assert (response.status_code, response.json()) == (202, {"seq": 2, "erased": False, "unstored": []})
    greeting, *rest = site.get("/api/messages", headers=headers).json()
    assert greeting["seq"] == 1 and len(greeting["choices"]) == 4
    assert [(entry["from"], entry["text"]) for entry in rest] == [
        ("patient", "what is CBT"),
        ("assistant", ANSWER),
    ]
    assert texts(site, headers, after=2) == [ANSWER]


def test_a_choice_is_posted_by_message_and_index(site: httpx.Client, engine_stub: EngineStub) -> None:
    headers = start(site)
    body = {"client_id": "client-01", "choice": {"message": 1, "index": 0}}
    assert site.post("/api/messages", json=body, headers=headers).status_code == 202
    assert engine_stub.messages == ['/choose_topic{"topic": "integrated_care"}']


def test_posting_the_same_message_again_changes_nothing(site: httpx.Client) -> None:
    headers = start(site)
    assert post(site, headers).json() == post(site, headers).json()
    assert len(texts(site, headers)) == 3


def test_a_crisis_is_answered_while_the_engine_is_broken(site: httpx.Client, engine_stub: EngineStub) -> None:
    engine_stub.status = 500
    headers = start(site)
    post(site, headers, "I want to kill myself")
    assert texts(site, headers, after=2) == crisis()


def test_erasing_deletes_the_chat_and_ends_its_token(site: httpx.Client) -> None:
    headers = start(site)
    assert site.delete("/api/conversation", headers=headers).status_code == 204
    for response in (site.get("/api/messages", headers=headers), post(site, headers), site.get("/api/stream", headers=headers)):
        assert response.status_code == 401 and "deleted" in response.json()["error"]


def test_the_page_names_the_clinic_and_whom_to_call_and_loads_nothing_from_elsewhere(site: httpx.Client) -> None:
    page = site.get("/").text
    assert load_clinic().name in page and load_clinic().pack.emergency_number in page
    assert 'src="http' not in page and "<script>" not in page and "onclick" not in page


def test_health_tells_of_the_app_and_of_the_engine(site: httpx.Client, engine_stub: EngineStub) -> None:
    assert (site.get("/health").status_code, site.get("/health").json()) == (200, {"app": True, "engine": True})
    engine_stub.status = 500
    assert (site.get("/health").status_code, site.get("/health").json()) == (503, {"app": True, "engine": False})
