"""The protocol: what is said first, what follows an answer, what comes later; never the same words before all were said."""

import pytest

from bot.clinic.facts import load_clinic
from bot.safety.messages import load_messages
from bot.safety.protocol import QUIET_TURNS, TURNS_TO_CHECK_IN, Progress, Step, answer_media, crisis_texts, take_step
from bot.safety.screen import CONCERN, CRISIS, Risk

CATEGORIES = ["suicide", "self_harm", "harm_to_others", "abuse_or_danger", "medical_emergency"]
NOTHING = Risk()
YES = ["yes", "Yes, right now", "yeah i am", "i do", "tonight", "y", "sí"]
NO = ["no", "No.", "not right now", "nope", "I'm safe", "i'm not", "No I don't", "no, thank you", "ahora no", "no estoy"]
# in doubt: what opens with a no, or sounds like one, and is none
UNSURE = [
    "I am not sure",
    "idk",
    "maybe",
    "tal vez",
    "I'm not safe",
    "im not okay",
    "no, I'm not safe",
    "I don't feel safe",
    "I'm not joking",
    "I'm fine with dying",
    "no but I have been thinking about it a lot these days and it scares me",
    "I'm okay but I keep thinking of it",
    "no estoy bien",
]
OTHER = [
    "what does therapy cost",
    "no problem, how much is it",
    "I'm not sure how the payment works for a first visit with somebody new to me",
]


def keys(step: Step) -> list[str]:
    return [reply.about["message"] for reply in step.replies]


def after_crisis(category: str = "suicide") -> Progress:
    return take_step(Progress(), Risk(CRISIS, category), "...").progress


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_crisis_is_heard_pointed_to_people_and_asked_one_question(category: str) -> None:
    step = take_step(Progress(), Risk(CRISIS, category), "...")
    assert keys(step) == [f"{category}/hear", f"{category}/reach", f"{category}/ask"] and step.ends_turn
    assert [title for title, _ in step.replies[-1].choices] == list(load_messages().answers.values())
    said = " ".join(reply.text for reply in step.replies)
    assert load_clinic().pack.emergency_number in said or load_clinic().pack.lifeline in said
    assert "{" not in said and tuple(reply.text for reply in step.replies) == crisis_texts(Risk(CRISIS, category))


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("answer", [*YES, *UNSURE])
def test_yes_or_not_sure_leads_to_what_to_do_now(category: str, answer: str) -> None:
    step = take_step(after_crisis(category), NOTHING, answer)
    assert keys(step) == [f"{category}/now", f"{category}/barrier"] and step.ends_turn
    assert load_clinic().pack.emergency_number in step.replies[0].text


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("answer", NO)
def test_no_leaves_the_lines_and_a_way_through_the_moment(category: str, answer: str) -> None:
    step = take_step(after_crisis(category), NOTHING, answer)
    assert keys(step) == [f"{category}/safe"] and step.ends_turn


@pytest.mark.parametrize("text", OTHER)
def test_what_is_no_answer_is_not_taken_for_one(text: str) -> None:
    step = take_step(after_crisis(), NOTHING, text)
    assert step.replies == () and not step.ends_turn


@pytest.mark.parametrize("text", ["just kidding", "jk", "I was joking, forget it", "nvm", "I didn't mean it", "era broma"])
def test_a_retraction_is_taken_seriously_and_the_check_in_still_comes(text: str) -> None:
    step = take_step(after_crisis(), NOTHING, text)
    assert keys(step) == ["retraction"] and step.ends_turn and step.progress.check_in == TURNS_TO_CHECK_IN


def test_danger_this_minute_is_acted_on_not_asked_about() -> None:
    step = take_step(Progress(), Risk(CRISIS, "suicide"), "I am going to do it tonight")
    assert keys(step) == ["suicide/hear", "suicide/now", "suicide/barrier"]


def test_another_subject_leaves_the_question_open_and_the_engine_answers() -> None:
    step = take_step(after_crisis(), NOTHING, "what does therapy cost")
    assert not step.ends_turn and step.replies == () and step.progress.is_asked
    assert keys(take_step(step.progress, NOTHING, "yes")) == ["suicide/now", "suicide/barrier"]


def test_some_turns_later_the_patient_is_asked_once_how_they_are() -> None:
    progress, said = take_step(after_crisis(), NOTHING, "no").progress, []
    for _ in range(3 * TURNS_TO_CHECK_IN):
        step = take_step(progress, NOTHING, "what is CBT")
        assert not step.ends_turn
        progress = step.progress
        said.append(keys(step))
    assert said.count(["check_in"]) == 1 and said[TURNS_TO_CHECK_IN - 1] == ["check_in"]


@pytest.mark.parametrize("category", CATEGORIES)
def test_nothing_repeats_word_for_word_in_three_crises_of_a_chat(category: str) -> None:
    progress, texts = Progress(), []
    for _ in range(4):
        step = take_step(progress, Risk(CRISIS, category), "...")
        progress = step.progress
        texts += [reply.text for reply in step.replies if not reply.about["message"].endswith("/ask")]
        assert step.ends_turn and step.replies
    assert len(texts) == len(set(texts))


def test_a_crisis_is_always_answered_however_often_it_comes() -> None:
    progress = Progress()
    for _ in range(20):
        step = take_step(progress, Risk(CRISIS, "self_harm"), "...")
        assert step.replies and step.ends_turn
        progress = step.progress


@pytest.mark.parametrize(
    ("risk", "key"),
    [
        (Risk(CONCERN, "suicide", "i feel hopeless"), "concern/suicide"),
        (Risk(CONCERN, "suicide", "my son is so withdrawn"), "concern/relative"),
        (Risk(CONCERN, "information", "does zoloft raise the risk"), "concern/information"),
        (Risk(CONCERN, "medical_emergency", "my face is swelling"), "concern/medical_emergency"),
    ],
)
def test_a_concern_adds_one_line_and_not_at_every_turn(risk: Risk, key: str) -> None:
    step = take_step(Progress(), risk, "...")
    assert keys(step) == [key] and not step.ends_turn
    progress = step.progress
    for _ in range(QUIET_TURNS - 1):
        step = take_step(progress, risk, "...")
        assert step.replies == ()
        progress = step.progress
    assert keys(take_step(progress, risk, "...")) == [key]


def test_a_supportive_line_does_not_silence_an_urgent_one_nor_the_other_way_round() -> None:
    hopeless, swelling = Risk(CONCERN, "suicide", "hopeless"), Risk(CONCERN, "medical_emergency", "swelling")
    for first, second, key in [(hopeless, swelling, "concern/medical_emergency"), (swelling, hopeless, "concern/suicide")]:
        progress = take_step(Progress(), first, "...").progress
        assert keys(take_step(progress, second, "...")) == [key]


def test_after_a_crisis_no_supportive_line_comes_on_top_and_an_urgent_one_does() -> None:
    assert take_step(after_crisis(), Risk(CONCERN, "suicide", "hopeless"), "hopeless").replies == ()
    urgent = Risk(CONCERN, "medical_emergency", "swelling")
    assert keys(take_step(after_crisis(), urgent, "swelling")) == ["concern/medical_emergency"]


def test_a_check_in_waits_for_a_turn_without_a_line() -> None:
    progress = after_crisis()
    for _ in range(TURNS_TO_CHECK_IN - 1):
        progress = take_step(progress, NOTHING, "what is CBT").progress
    step = take_step(progress, Risk(CONCERN, "medical_emergency", "swelling"), "swelling")
    assert keys(step) == ["concern/medical_emergency"]
    assert keys(take_step(step.progress, NOTHING, "what is CBT")) == ["check_in"]


@pytest.mark.parametrize(
    ("text", "evidence", "key"),
    [
        ("I think my friend might be suicidal", "suicidal", "concern/relative"),
        ("how do I help a friend who is suicidal", "suicidal", "concern/relative"),
        ("I'm worried my son is hopeless", "hopeless", "concern/relative"),
        ("I feel hopeless, my mother does not understand", "hopeless", "concern/suicide"),
        ("My wife is well. I feel hopeless.", "hopeless", "concern/suicide"),
    ],
)
def test_the_line_is_for_the_one_who_may_be_in_danger(text: str, evidence: str, key: str) -> None:
    assert keys(take_step(Progress(), Risk(CONCERN, "suicide", evidence), text)) == [key]


def test_a_picture_is_told_that_it_cannot_be_read_before_anything_else() -> None:
    step = answer_media(take_step(Progress(), Risk(CONCERN, "suicide", "hopeless"), "hopeless"))
    assert keys(step) == ["media", "concern/suicide"] and not step.ends_turn
    assert answer_media(Step(progress=step.progress)).replies[0].text != step.replies[0].text


def test_progress_survives_as_plain_data() -> None:
    progress = after_crisis("abuse_or_danger")
    assert Progress(**progress.as_dict()) == progress
