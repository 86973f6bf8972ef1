"""The reading of a message: which route its rankings give, what is answered beside it, and what is offered."""

import pytest

from bot.nlu.reading import Reading, read

LABELS = (
    "faq/cost", "faq/cbt", "faq/ssri", "faq/teens", "faq/privacy", "faq/about_assistant", "faq/clinic_contact",
    "clinical/dose", "clinical/stop", "greet", "help", "handoff", "provider_search", "emotional_support", "erase", "out_of_scope",
)  # fmt: skip


def ranking(**chances: float) -> dict[str, float]:
    """Return a ranking of every label: those given ("faq__cost" for "faq/cost"), the rest shared among the others."""
    given = {name.replace("__", "/"): chance for name, chance in chances.items()}
    rest = (1 - sum(given.values())) / (len(LABELS) - len(given))
    return {label: given.get(label, rest) for label in LABELS}


def test_a_sure_topic_is_answered() -> None:
    assert read([ranking(faq__cost=0.9)]) == Reading("answer", "faq/cost", 0.9, key="cost")


def test_clinical_beats_a_likelier_topic() -> None:
    reading = read([ranking(faq__cost=0.7, clinical__dose=0.25)])
    assert (reading.route, reading.kind, reading.key) == ("clinical", "dose", None)


def test_clinical_kinds_count_together_and_the_likeliest_names_it() -> None:
    reading = read([ranking(faq__cost=0.7, clinical__dose=0.1, clinical__stop=0.12)])
    assert (reading.route, reading.label, reading.kind) == ("clinical", "clinical/stop", "stop")
    assert reading.confidence == pytest.approx(0.22)


def test_a_clinical_clause_beats_what_the_whole_asks() -> None:
    reading = read([ranking(faq__cost=0.9), ranking(faq__cost=0.95), ranking(clinical__stop=0.6)])
    assert (reading.route, reading.kind) == ("clinical", "stop")


def test_a_faintly_clinical_clause_does_not() -> None:
    assert read([ranking(faq__cost=0.9), ranking(faq__cost=0.9), ranking(clinical__stop=0.3)]).route == "answer"


def test_topics_too_close_to_call_are_offered() -> None:
    reading = read([ranking(faq__cost=0.45, faq__cbt=0.42)])
    assert (reading.route, reading.key, reading.candidates) == ("clarify", None, ["cost", "cbt"])


def test_at_most_three_topics_are_offered_likeliest_first() -> None:
    reading = read([ranking(faq__teens=0.19, faq__cost=0.22, faq__cbt=0.2, faq__ssri=0.21)])
    assert (reading.route, reading.candidates) == ("clarify", ["cost", "ssri", "cbt"])


def test_a_message_no_topic_fits_has_no_answer() -> None:
    reading = read([ranking(greet=0.3, erase=0.28, handoff=0.27)])
    assert (reading.route, reading.key, reading.candidates) == ("no_answer", None, [])


@pytest.mark.parametrize("chance", [0.9, 0.3])
def test_another_subject_has_no_answer_however_sure(chance: float) -> None:
    assert read([ranking(out_of_scope=chance, faq__cost=0.1)]).route == "no_answer"


def test_a_second_clause_is_answered_with_the_first() -> None:
    reading = read([ranking(faq__cbt=0.6, faq__cost=0.3), ranking(faq__cbt=0.9), ranking(faq__cost=0.8)])
    assert (reading.route, reading.key, reading.also, reading.candidates) == ("answer", "cbt", ["cost"], [])


def test_a_second_topic_waits_until_a_clause_asks_for_the_first() -> None:
    reading = read([ranking(faq__cbt=0.95), ranking(greet=0.9), ranking(faq__cost=0.78, faq__cbt=0.2)])
    assert (reading.route, reading.key, reading.also, reading.candidates) == ("answer", "cbt", [], ["cost"])


def test_a_half_sure_clause_is_not_answered_but_offered() -> None:
    reading = read([ranking(faq__cbt=0.6, faq__cost=0.3), ranking(faq__cbt=0.9), ranking(faq__cost=0.5)])
    assert (reading.also, reading.candidates) == ([], ["cost"])


def test_likely_runners_up_are_offered_beside_an_answer() -> None:
    reading = read([ranking(faq__cost=0.6, faq__cbt=0.2, faq__ssri=0.12)])
    assert (reading.route, reading.key, reading.candidates) == ("answer", "cost", ["cbt", "ssri"])


def test_a_question_at_the_end_of_a_story_is_answered() -> None:
    reading = read([ranking(faq__cost=0.3, greet=0.3), ranking(greet=0.5), ranking(faq__cost=0.9)])
    assert (reading.route, reading.key) == ("answer", "cost")


@pytest.mark.parametrize(
    ("label", "route", "key"),
    [
        ("faq/about_assistant", "about", "about_assistant"),
        ("faq/privacy", "privacy", "privacy"),
        ("faq/clinic_contact", "contact", "clinic_contact"),
        ("help", "about", "about_assistant"),
        ("handoff", "handoff", None),
        ("provider_search", "provider_search", "find_provider"),
        ("emotional_support", "emotional_support", None),
        ("erase", "erase", None),
        ("greet", "smalltalk", None),
    ],
)
def test_special_topics_and_intents_have_a_route_of_their_own(label: str, route: str, key: str | None) -> None:
    reading = read([ranking(**{label.replace("/", "__"): 0.95})])
    assert (reading.route, reading.key) == (route, key)
