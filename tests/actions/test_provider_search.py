"""The provider finder: it asks only for what is missing, takes changes at any time, and shows who fits, and why."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.provider_search import DONE
from actions.provider_wish import QUESTIONS, SLOTS
from bot.clinic.facts import load_clinic
from bot.conversations.service import Reply
from bot.providers import service as providers
from bot.providers.files import read_file
from bot.providers.listing import AGE_GROUPS, OFFERS
from bot.providers.reasons import ASKS, FITS
from bot.settings import ROOT
from bot.topics.approved import serve
from bot.topics.lint import MAX_GRADE, grade
from bot.topics.responses import load_responses
from tests.actions.running import Said, execute, names
from tests.topics.serving import shown

EXAMPLES = ROOT / "clinic" / "providers.csv"
WHOLE = "someone in Sampletown for depression who does both, takes Medicaid, speaks Spanish, for an adult, evenings"
BUTTONS = [  # of the form's questions, as domain.yml has them
    button
    for name, variants in yaml.safe_load((ROOT / "domain.yml").read_text())["responses"].items()
    if name.startswith("utter_ask_search_")
    for button in variants[0]["buttons"]
]


class Search:
    """A search as the engine leads it: each message through the validation; the results when they are asked for."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {}

    def __call__(self, text: str, intent: str = "provider_search", **fields: str) -> Said:
        said, slots = execute("validate_provider_search_form", intent, text, fields, **self.slots)
        self.slots |= slots
        if self.asked == DONE:
            said = [*said, *execute("action_ask_search_done", intent, text, **self.slots)[0]]
        return said

    def press(self, field: str, value: str) -> Said:
        return self("", field=field, value=value)

    @property
    def asked(self) -> str | None:
        asked: str | None = self.slots["requested_slot"]
        return asked

    @property
    def wished(self) -> dict[str, Any]:
        return {field: self.slots[slot] for field, slot in SLOTS.items() if self.slots.get(slot) is not None}


@pytest.fixture
def search(database: Path) -> Search:
    providers.replace_all(read_file(EXAMPLES.read_bytes()).listings)
    return Search()


def cards(said: Said) -> list[str]:
    return [message["text"] for message in said if (message.get("text") or "").startswith("Name: ")]


def test_one_message_that_says_all_is_asked_nothing_more(search: Search) -> None:
    said = search(WHOLE)
    assert search.asked == DONE
    assert search.wished == {
        "place": "Sampletown",
        "needs": ["depression"],
        "offers": "both",
        "insurer": "Medicaid",
        "language": "Spanish",
        "age_group": "adult",
        "evenings": True,
    }
    assert cards(said)[0].startswith("Name: Alma Example, PMHNP-BC")


def test_only_what_is_missing_is_asked(search: Search) -> None:
    said = search("someone near Exampleville who does both and takes Aetna")
    assert names(said) == ["utter_search"] and search.asked == SLOTS["needs"]
    search("autism", "faq")
    assert search.asked == SLOTS["language"]
    search.press("language", "any")
    assert search.asked == SLOTS["age_group"]
    said = search("she is 9", "no_answer")
    assert search.asked == DONE and search.wished["age_group"] == "child"
    assert "Eli Pretend" in cards(said)[0]


def test_every_question_can_be_skipped_in_words_and_the_rest_at_once(search: Search) -> None:
    search("find a therapist")
    assert search.asked == SLOTS["place"]
    for text in ("skip", "doesn't matter"):
        search(text, "no_answer")
    assert search.asked == SLOTS["insurer"]
    search("", "deny", field="topic")  # a button of an older question: no answer to this one
    assert search.asked == SLOTS["insurer"]
    search("no", "deny")
    assert search.asked == SLOTS["language"]
    assert len(cards(search.press("rest", "any"))) == 3
    assert search.wished == {"offers": "therapy"} | dict.fromkeys(("place", "needs", "insurer", "language", "age_group"), "any")


@pytest.mark.parametrize(
    ("text", "intent"), [("grief", "emotional_support"), ("depression", "faq"), ("my sleep", "out_of_scope")]
)
def test_a_word_answers_the_question_whatever_else_it_could_mean(search: Search, text: str, intent: str) -> None:
    search("find a therapist in Sampletown")
    search(text, intent)
    assert search.asked == SLOTS["insurer"]


@pytest.mark.parametrize(
    ("field", "text", "intent", "value"),
    [
        ("age_group", "I am 34", "clinical", "adult"),
        ("language", "I speak Spanish", "handoff", "Spanish"),
        ("place", "in Testford", "handoff", "Testford"),
        ("insurer", "Medicare", "faq", "Medicare"),
        ("needs", "I stopped lithium", "clinical", None),
        ("offers", "stopped my meds", "clinical", None),
        ("language", "I want a human who speaks Spanish", "handoff", None),
    ],
)
def test_a_short_answer_is_taken_whatever_it_was_read_as_unless_it_is_about_own_care(
    search: Search, field: str, text: str, intent: str, value: str | None
) -> None:
    search("find me somebody")
    search.slots |= {SLOTS[name]: "any" for name in QUESTIONS if name != field} | {"requested_slot": SLOTS[field]}
    search(text, intent)
    assert search.wished.get(field) == value


def test_what_was_not_asked_is_taken_too_but_not_by_chance(search: Search) -> None:
    search("find me somebody in Sampletown for grief")
    search("oh, and we have Medicare", "faq")
    assert search.wished["insurer"] == "Medicare" and search.asked == SLOTS["offers"]
    search("therapy", "faq")
    search("the cost of medicine", "faq")
    assert search.wished["offers"] == "therapy"


def test_video_visits_are_an_answer_to_where(search: Search) -> None:
    search("find a therapist")
    search.press("telehealth", "yes")
    assert search.wished == {"offers": "therapy", "telehealth": True, "place": "any"} and search.asked == SLOTS["needs"]


def test_a_change_in_the_middle_changes_what_was_said(search: Search) -> None:
    search("find a therapist in Sampletown")
    search("sorry, in Exampleville, and a psychiatrist", "out_of_scope")
    assert search.wished["place"] == "Exampleville" and search.wished["offers"] == "medication"
    assert search.asked == SLOTS["needs"]


@pytest.mark.parametrize(
    ("text", "intent", "field", "value"),
    [
        ("actually in Testford", "out_of_scope", "place", "Testford"),
        ("therapy only", "faq", "offers", "therapy"),
        ("Exampleville instead", "no_answer", "place", "Exampleville"),
        ("one who takes Medicare", "provider_search", "insurer", "Medicare"),
    ],
)
def test_a_change_after_the_results_searches_again(search: Search, text: str, intent: str, field: str, value: str) -> None:
    search(WHOLE)
    said = search(text, intent)
    assert search.wished[field] == value and cards(said) and said[0]["text"].startswith("I looked for:")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what is the difference between therapy and medicine?", "faq"),
        ("can I stop my zoloft", "clinical"),
        ("I feel so alone", "emotional_support"),
        ("tell me about dbt", "faq"),
        ("thanks", "thank"),
    ],
)
@pytest.mark.parametrize("is_asked", [True, False])
def test_anything_else_is_left_to_the_rules(search: Search, text: str, intent: str, is_asked: bool) -> None:
    search("find a therapist in Sampletown" if is_asked else WHOLE)
    before = dict(search.slots)
    said, slots = execute("validate_provider_search_form", intent, text, **before)
    assert said == [] and slots == {"requested_slot": before["requested_slot"]}
    said, slots = execute("validate_provider_search_form", intent, text, is_back=True, **before)
    if is_asked:
        assert slots == {"requested_slot": before["requested_slot"]}
    else:  # the results were shown, and the patient went on to something else
        assert slots == {DONE: True, "requested_slot": None}
        said, slots = execute("action_provider_search", intent, text, is_back=True, **before | slots)
        assert said == [] and SLOTS["place"] not in slots


@pytest.mark.parametrize(
    ("text", "intent"), [("stop", "handoff"), ("ok let's stop searching now", "no_answer"), ("bye", "goodbye")]
)
def test_stop_ends_the_search_and_forgets_it(search: Search, text: str, intent: str) -> None:
    search("find a therapist in Sampletown")
    search(text, intent)
    assert search.asked is None
    said, slots = execute("action_provider_search", intent, text, **search.slots)
    assert names(said) == ["utter_search_stopped"] and not any(slots.values()) and set(SLOTS.values()) <= set(slots)


def test_the_second_text_that_says_nothing_is_met_with_an_example(search: Search) -> None:
    search("find a therapist in Sampletown for anxiety")
    assert search.asked == SLOTS["insurer"]
    assert search("well that is a long story about my old job and its plan", "no_answer") == []
    assert names(search("it is all very hard to say in a few words really", "no_answer")) == ["utter_search_example"]


def test_at_most_three_are_shown_with_more_on_a_button(search: Search) -> None:
    search("find me somebody")
    first = search.press("rest", "any")
    (more,) = [button for button in first[-1]["buttons"] if button["title"] == "Show more"]
    assert more["payload"] == '/provider_search{"field": "page", "value": "3"}' and len(cards(first)) == 3
    second = search.press("page", "3")
    assert len(cards(second)) == 3 and not set(cards(first)) & set(cards(second))
    last = search.press("page", "9")
    assert cards(last) and "Show more" not in [button["title"] for button in last[-1]["buttons"]]


def test_a_new_search_starts_from_nothing(search: Search) -> None:
    search(WHOLE)
    search.press("new", "search")
    assert search.wished == {} and search.asked == SLOTS["place"]


def test_a_card_says_who_where_for_whom_how_to_book_and_why(search: Search) -> None:
    (card, *_) = cards(search(WHOLE))
    for line in (
        "Offers: therapy and medicine",
        "Video visits: yes",
        "Insurance: Example Health, Sample Mutual, Medicaid",
        "Languages: English, Spanish",
        "Sees: adults, older adults",
        "New patients: yes",
        "To book: https://clinic.example/book/alma-example",
    ):
        assert line in card.split("\n")
    assert "takes Medicaid; speaks Spanish" in card


def test_the_checklist_comes_with_every_result(search: Search) -> None:
    assert search(WHOLE)[-1]["response"] == "utter_search_checklist"


def test_what_gave_way_is_said(search: Search) -> None:
    said = names([message for message in search(WHOLE.replace("Sampletown", "Faraway")) if message.get("response")])
    assert said[0] == "utter_search_relaxed_distance"
    said = names([message for message in search("in Atlantis") if message.get("response")])
    assert said[0] == "utter_search_place_unknown"


def test_nobody_is_said_honestly_and_a_person_offered(search: Search) -> None:
    providers.replace_all([listing for listing in providers.listings() if "child" not in listing.ages and listing.ages])
    search("find me somebody")
    search.press("age_group", "child")
    said = search.press("rest", "any")
    assert said[-1]["response"] == "utter_search_nobody" and said[-1]["buttons"][-1]["payload"] == "/handoff"


def test_an_empty_directory_is_said_honestly_with_the_topic_and_a_person(database: Path) -> None:
    said, slots = execute("validate_provider_search_form", "provider_search", "find a therapist")
    assert said == [] and slots["requested_slot"] is None
    said, slots = execute("action_provider_search", "provider_search", "find a therapist", **slots)
    assert names(said) == ["utter_search_no_directory", "utter_faq/find_provider"]
    assert said[-1]["buttons"][-1]["payload"] == "/handoff" and slots[DONE] is None


def test_a_button_after_a_new_start_of_the_engine_goes_on_from_what_it_says(search: Search) -> None:
    search.press("offers", "both")
    assert search.wished == {"offers": "both"} and search.asked == SLOTS["place"]


def test_every_button_of_the_form_is_understood(search: Search) -> None:
    assert len(BUTTONS) > 20
    for button in BUTTONS:
        search.slots = {}
        search("find me somebody", "provider_search")
        payload = yaml.safe_load(button["payload"].removeprefix("/provider_search"))
        search.press(**payload)
        assert search.wished, button["title"]
        assert shown(button["title"]), button["title"]


def test_every_bubble_may_leave(search: Search) -> None:
    said: list[dict[str, Any]] = []
    for text in (WHOLE, "in Atlantis", "in Faraway, with Aetna, who speaks Welsh", "telehealth for trauma"):
        said += search(text)
    replies = [Reply(filled(message), tuple((b["title"], b["payload"]) for b in message["buttons"])) for message in said]
    assert len(cards(said)) > 8
    assert [(reply.text, len(reply.choices)) for reply in serve(replies)] == [
        (reply.text, len(reply.choices)) for reply in replies
    ]


def filled(message: dict[str, Any]) -> str:
    return str(message.get("text") or load_clinic().fill(load_responses()[message["response"]][0]))


@pytest.mark.parametrize(
    ("kind", "codes"),
    [("fits", FITS), ("asks", ASKS), ("wish_offers", OFFERS), ("provider_offers", OFFERS), ("age", AGE_GROUPS)]
    + [("ask_search", QUESTIONS), ("search_relaxed", ("distance", "telehealth", "offers"))],
)
def test_every_code_has_words(kind: str, codes: Sequence[str]) -> None:
    assert {f"utter_{kind}_{code.replace(' ', '_')}" for code in codes} <= set(load_responses())


def test_the_forms_are_easy_to_read() -> None:
    said = {
        name: text
        for name, (text, *_) in load_responses().items()
        if name.startswith(("utter_search", "utter_ask_", "utter_call_back"))
    }
    assert len(said) > 20
    assert {name: round(grade(text), 1) for name, text in said.items() if len(text.split()) > 5 and grade(text) > MAX_GRADE} == {}
