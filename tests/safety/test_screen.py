"""The safety screen: our own sentences by level and category, and what may never lower a level."""

import pytest

from bot.safety.screen import CONCERN, CRISIS, NONE, Risk, screen

DANGER = [
    ("suicide", "I am going to kill myself tonight"),
    ("suicide", "i want to die"),
    ("suicide", "I don't want to be alive anymore"),
    ("suicide", "I have been feeling really suicidal since Monday"),
    ("suicide", "my kids would be better off without me"),
    ("suicide", "there is no reason to go on living"),
    ("suicide", "I wish I was dead"),
    ("suicide", "i'm going to end it all"),
    ("suicide", "kms"),
    ("suicide", "quiero morir"),
    ("self_harm", "I keep cutting my arms"),
    ("self_harm", "I've been hurting myself again"),
    ("harm_to_others", "I am going to stab my brother"),
    ("harm_to_others", "the voices tell me to hurt people"),
    ("abuse_or_danger", "my husband hits me"),
    ("abuse_or_danger", "I was raped last year"),
    ("medical_emergency", "I swallowed a whole bottle of tablets"),
    ("medical_emergency", "I took 30 pills"),
    ("medical_emergency", "she overdosed an hour ago"),
    ("medical_emergency", "I can't breathe"),
]
WORRYING = [
    ("suicide", "my friend wants to kill herself"),
    ("suicide", "my son says he wants to die"),
    ("suicide", "I feel hopeless"),
    ("suicide", "I'm a burden to my family"),
    ("suicide", "I can't go on"),
    ("suicide", "I want to disappear"),
    ("medical_emergency", "my face is swelling after the new tablet"),
    ("medical_emergency", "I stopped my tablets and get brain zaps"),
    ("medical_emergency", "I had a seizure this morning"),
    ("medical_emergency", "I took double by mistake"),
]
DENIED = ["I'm not suicidal, I only want information", "I would never kill myself", "I don't want to hurt myself"]
ASKED_ABOUT = [
    "how does therapy help people who are suicidal",
    "What is self-harm?",
    "do antidepressants cause suicidal thoughts",
]
IDIOMS = [
    "this traffic is killing me",
    "I'm dead tired",
    "we were dying of laughter",
    "I could kill him lol",
    "my phone has a dead battery",
]
ORDINARY = [
    "What is CBT?",
    "does Zoloft help with panic",
    "can my therapist and my doctor talk to each other",
    "thanks",
    "",
    "   ",
    "?!",
]

# one sentence says something harmless, the other does not: the worse one counts, in either order
MIXED = [
    ("I'm not suicidal but I want to die", CRISIS),
    ("What is suicide prevention? I want to kill myself", CRISIS),
    ("This job is killing me. I want to die", CRISIS),
    ("Thanks. I feel hopeless", CONCERN),
    ("I feel hopeless. I want to die.", CRISIS),
    ("What is CBT? Is it for panic?", NONE),
]


@pytest.mark.parametrize(("category", "text"), DANGER)
def test_present_danger_is_a_crisis(category: str, text: str) -> None:
    risk = screen(text)
    assert (risk.level, risk.category) == (CRISIS, category)
    assert risk.evidence and risk.evidence in text.casefold()


@pytest.mark.parametrize(("category", "text"), WORRYING)
def test_possible_danger_is_a_concern(category: str, text: str) -> None:
    risk = screen(text)
    assert (risk.level, risk.category) == (CONCERN, category)


@pytest.mark.parametrize("text", [*DENIED, *ASKED_ABOUT])
def test_a_denial_or_a_question_about_it_is_still_a_concern(text: str) -> None:
    assert screen(text).level == CONCERN


@pytest.mark.parametrize("text", [*IDIOMS, *ORDINARY])
def test_idioms_and_ordinary_questions_raise_no_alarm(text: str) -> None:
    assert screen(text) == Risk()


@pytest.mark.parametrize(("text", "level"), MIXED)
def test_the_worst_clause_of_a_message_counts(text: str, level: str) -> None:
    assert screen(text).level == level


@pytest.mark.parametrize(
    "text",
    [
        "My job is killing me and I want to die",
        "this headache is killing me, I'm going to kill myself",
        "I am scared he will kill me",
        "i dont care im going to kill myself",
        "I am going to kill\nmyself",
        "I want to kill my\u200bself",
        "how do I commit suicide",
    ],
)
def test_danger_beside_an_idiom_a_negation_or_in_another_person_is_a_crisis(text: str) -> None:
    assert screen(text).level == CRISIS
