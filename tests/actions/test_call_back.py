"""The call-back form: it asks for what the app lacks, goes on after anything, and ends with a yes or with everything deleted."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from actions.call_back import CONSENT, SLOTS, TRIES
from actions.conversation import ActionErase, ActionHandoff
from bot.handoff import call_backs
from bot.settings import ROOT
from tests.actions.running import Said, execute, names

FORM = "validate_call_back_form"
GIVEN = {"name": "Sam", "contact": "sam@mail.example", "time": "Monday morning"}
REQUESTED = "requested_slot"


def give(*fields: str) -> None:
    for field in fields:
        assert call_backs.give("patient", field, GIVEN[field])


def test_the_form_is_started_with_what_it_will_ask(database: Path) -> None:
    said, slots = execute(FORM, "call_back")
    assert names(said) == ["utter_call_back"] and slots[REQUESTED] == SLOTS["name"]


def test_each_field_that_was_given_leads_to_the_next(database: Path) -> None:
    asked = []
    for field in GIVEN:
        give(field)
        said, slots = execute(FORM, "give", fields={"field": field})
        assert said == [] and slots[SLOTS[field]] is True
        asked.append(slots[REQUESTED])
    assert asked == [SLOTS["contact"], SLOTS["time"], CONSENT]


def test_the_slots_hold_nothing_that_was_given(database: Path) -> None:
    give("name", "contact", "time")
    _, slots = execute(FORM, "give", fields={"field": "time"})
    assert all(value in (True, None, 0) for name, value in slots.items() if name != REQUESTED)


@pytest.mark.parametrize(("intent", "fields"), [("affirm", {}), ("give", {"field": "consent"})])
def test_a_yes_at_the_end_hands_the_request_in(database: Path, intent: str, fields: dict[str, str]) -> None:
    give("name", "contact", "time")
    _, slots = execute(FORM, intent, fields=fields)
    assert slots[CONSENT] is True and slots[REQUESTED] is None
    said, slots = execute("action_call_back", intent, **slots)
    assert names(said) == ["utter_call_back_done"] and set(slots.values()) == {None}
    (request,) = call_backs.requested()
    assert request.details == GIVEN


def test_a_yes_before_the_end_agrees_to_nothing(database: Path) -> None:
    give("name")
    _, slots = execute(FORM, "affirm", "yes")
    assert CONSENT not in slots and slots[REQUESTED] == SLOTS["contact"]
    _, slots = execute(FORM, "give", fields={"field": "consent"})
    assert slots[CONSENT] is None and call_backs.requested() == []


@pytest.mark.parametrize(
    ("intent", "text"), [("deny", "no thanks"), ("goodbye", "bye"), ("handoff", "Stop!"), ("clarify", "cancel it please")]
)
def test_a_no_ends_the_form_and_deletes_what_was_given(database: Path, intent: str, text: str) -> None:
    give("name", "contact")
    _, slots = execute(FORM, intent, text)
    assert slots[CONSENT] is False and slots[REQUESTED] is None
    said, _ = execute("action_call_back", intent, text, **slots)
    assert names(said) == ["utter_call_back_stopped"]
    assert call_backs.missing("patient") == list(GIVEN)


@pytest.mark.parametrize("field", ["topic", "erase"])
def test_the_no_of_another_questions_button_ends_nothing(database: Path, field: str) -> None:
    give("name")
    assert execute(FORM, "deny", fields={"field": field}) == ([], {REQUESTED: SLOTS["contact"]})


@pytest.mark.parametrize("intent", ["faq", "clinical", "handoff", "erase", "emotional_support", "thank", "choose_topic"])
def test_what_is_no_answer_to_the_form_is_left_to_the_rules_and_asked_for_again(database: Path, intent: str) -> None:
    give("name")
    said, slots = execute(FORM, intent, "words about something else", call_back_name=True)
    assert said == [] and slots == {REQUESTED: SLOTS["contact"]}


def test_a_question_without_an_answer_is_not_taken_for_a_wrong_one(database: Path) -> None:
    assert execute(FORM, "no_answer", "why do you need that?")[1] == {REQUESTED: SLOTS["name"]}


def test_the_second_text_that_does_not_fit_is_met_with_an_example(database: Path) -> None:
    first, slots = execute(FORM, "no_answer", "the usual one")
    assert first == [] and slots == {TRIES: 1, REQUESTED: SLOTS["name"]}
    second, slots = execute(FORM, "no_answer", "the usual one", **slots)
    assert names(second) == ["utter_call_back_example_name"] and slots[REQUESTED] == SLOTS["name"]


def test_every_field_has_a_question_that_keeps_the_answer_private_and_an_example() -> None:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text())["responses"]
    for field, slot in SLOTS.items():
        assert [variant["custom"]["asks"] for variant in responses[f"utter_ask_{slot}"]] == [field]
    assert all(f"utter_call_back_example_{field}" in responses for field in (*SLOTS, "consent"))


def test_ready_made_times_are_answers(database: Path) -> None:
    buttons = yaml.safe_load((ROOT / "domain.yml").read_text())["responses"]["utter_ask_call_back_time"][0]["buttons"]
    titles = [button["title"] for button in buttons if button["payload"] == "app:give/time"]
    assert titles and all(call_backs.read("time", title) == title for title in titles)


def test_an_engine_that_was_started_anew_goes_on_where_the_request_was(database: Path) -> None:
    give("name", "contact")
    said, slots = execute(FORM, "give", fields={"field": "contact"})
    assert said == [] and slots[REQUESTED] == SLOTS["time"]


def test_a_request_whose_draft_is_gone_is_not_said_to_be_handed_in(database: Path) -> None:
    said, _ = execute("action_call_back", "affirm", **{CONSENT: True})
    assert names(said) == ["utter_call_back_lost"] and said[0]["buttons"][0]["payload"] == "/call_back"


def test_where_the_clinic_offers_no_call_backs_nothing_is_asked(
    database: Path, configure: Callable[..., None], tmp_path: Path
) -> None:
    text = (ROOT / "clinic" / "clinic.yml").read_text()
    (tmp_path / "clinic.yml").write_text(text.replace("call_back: true", "call_back: false"))
    configure(clinic_file=tmp_path / "clinic.yml")
    said, slots = execute(FORM, "call_back")
    assert said == [] and slots[REQUESTED] is None
    said, _ = execute("action_call_back", "call_back", **slots)
    assert names(said) == ["utter_call_back_not_offered"] and said[0]["custom"]["handoff"] == "asked"


@pytest.mark.parametrize("action", [ActionHandoff, ActionErase])
def test_the_form_steps_aside_for_a_person_and_for_a_deletion(action: type[ActionHandoff]) -> None:
    _ends: tuple[Said, dict[str, object]] = execute(action().name(), "handoff")
    assert _ends[1][REQUESTED] is None
