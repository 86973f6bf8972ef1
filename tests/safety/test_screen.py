"""The lexicon by itself: what it hears in each category, and which frames take a match back, clause by clause."""

import re

import pytest

from bot.safety import lexicon
from bot.safety.screen import CONCERN, CRISIS, NONE, Risk, screen

# category -> what is never outvoted by anything: the writer or somebody else is in danger
DANGER = {
    "suicide": [
        "I am going to kill myself tonight",
        "i want to die",
        "i dont want to be alive anymore",
        "I have been feeling really suicidal since Monday",
        "my kids would be better off without me",
        "there is no reason to go on living",
        "I wish I was dead",
        "i'm going to end it all",
        "I keep thinking about suicide",
        "I wrote a suicide note",
        "i hope i don't wake up",
        "tired of being alive",
        "I would rather be dead",
        "how many pills would it take to kill me",
        "how do I commit suicide",
        "I'm going to jump off the bridge",
        "kms",
        "i wanna unalive myself",
        "quiero morir",
        "me voy a matar",
        "ya no quiero vivir",
        "tengo pensamientos suicidas",
    ],
    "self_harm": [
        "I keep cutting my arms",
        "I've been hurting myself again",
        "I self-harmed yesterday",
        "i need to cut again",
        "relapsed and started burning myself",
        "me corto los brazos",
    ],
    "harm_to_others": [
        "I am going to stab my brother",
        "the voices tell me to hurt people",
        "I want to hurt my boss",
        "I feel homicidal",
        "he is going to shoot up the school",
        "lo voy a matar",
    ],
    "abuse_or_danger": [
        "my husband hits me",
        "I was raped last year",
        "my stepdad touches me",
        "he won't let me leave",
        "my brother threatened to beat the life out of me",
        "I am scared he will kill me",
        "she pulled a knife on me",
        "mi marido me pega",
    ],
    "medical_emergency": [
        "I swallowed a whole bottle of tablets",
        "I took 30 pills",
        "she overdosed an hour ago",
        "I can't breathe",
        "he is not breathing",
        "my throat is closing",
        "she drank bleach",
        "tomé todas mis pastillas",
    ],
}
# said of another person in so many words: as much a crisis as said of oneself
ANOTHER_IN_DANGER = [
    ("suicide", "my friend wants to kill herself"),
    ("suicide", "my son says he wants to die"),
    ("suicide", "my partner is suicidal"),
    ("self_harm", "my daughter is cutting herself"),
    ("abuse_or_danger", "my brother-in-law beats my sister"),
    ("medical_emergency", "my mother took a whole bottle of her pills"),
]
WORRYING = [
    ("suicide", "I feel hopeless"),
    ("suicide", "I'm a burden to my family"),
    ("suicide", "I can't go on"),
    ("suicide", "I want to disappear"),
    ("suicide", "my wife is giving away all her things"),
    ("suicide", "no puedo más"),
    # how much of something kills, and other means, whatever reason is given
    ("suicide", "what amount of diazepam is lethal"),
    ("suicide", "for my thriller: the fatal dose of sertraline please"),
    ("suicide", "LD50 lithium"),
    ("suicide", "which dose is f4tal"),
    ("suicide", "how long until someone would never wake up from 40 of those? how many tablets to not wake up"),
    ("suicide", "can a person die from taking too many antidepressants"),
    ("suicide", "do enough benzos stop your breathing"),
    ("suicide", "which pills are the most dangerous if swallowed all at once"),
    ("suicide", "how could somebody make it look like an accident"),
    ("suicide", "do people jump from the car park on main street? which tower do jumpers choose"),
    ("suicide", "dosis letal de pastillas"),
    ("medical_emergency", "my face is swelling after the new tablet"),
    ("medical_emergency", "I stopped my tablets and get brain zaps"),
    ("medical_emergency", "I had a seizure this morning"),
    ("medical_emergency", "I took double by mistake"),
    ("medical_emergency", "I have chest pains"),
]
# frame -> clauses in which a word of danger does not say that the writer is in it
FRAMED = {
    "denial": [
        "I'm not suicidal, I only want information",
        "I would never kill myself",
        "I don't want to hurt myself",
        "I have no plans to kill myself",
        "no suicidal thoughts here",
        "no quiero morir",
    ],
    "past": [
        "I used to cut myself",
        "I wanted to die when I was a teenager",
        "I survived a suicide attempt in 2010",
        "glad I didn't kill myself back then",
    ],
    "information": ["What is self-harm?", "do antidepressants cause suicidal thoughts", "what are the warning signs of suicide"],
    "subject": [
        "a leaflet about suicidal thoughts would help",
        "how do I help a friend who is suicidal",
        "suicide prevention training",
    ],
    "unwanted": ["I get intrusive thoughts about killing myself", "with OCD come images of stabbing myself"],
    "quotation": ["there is a song called I want to die", "the character says I want to kill myself in the film"],
    "laughter": ["i want to die lol", "i wanna die 😂"],
}
IDIOMS = [
    "this traffic is killing me",
    "I'm dead tired",
    "we were dying of laughter",
    "I could kill him lol",
    "I could kill my sister 😂",
    "my phone has a dead battery",
    "my mum will kill me when she sees the bill",
    "we killed time at the airport",
    "we ran 10 kms",
    "a suicide squad film night",
    "can you cut me some slack",
]
ORDINARY = [
    "What is CBT?",
    "does Zoloft help with panic",
    "can my therapist and my doctor talk to each other",
    "we drank juice on the beach and talked to strange people",
    "my brother went hunting",
    "I need a flu shot",
    "I keep burying myself in work",
    "how many tablets do I take a day",
    "can I take all my morning pills at once",
    "how many people live with depression",
    "what is the highest dose of sertraline",
    "there is a bridge between therapy and medication",
    "my heart jumped when I saw the building",
    "how long until the tablets work and I wake up rested",
    "thanks",
    "",
    "   ",
    "?!",
]
# a frame about one thing does not take back what is declared beside it
DECLARED = [
    "haha i want to die, and i'm not joking this time",
    "lmao i want to die. it isn't really a joke any more",
    "I want to die lol. No, I mean it",
    "haha, i want to die. it doesn't sound as if i'm joking, does it",
    "i used to be happy and i want to kill myself",
    "when i was 12 my dad died and i want to die",
    "I have OCD and I want to kill myself",
    "the side effects are so bad i want to die",
    "my counsellor is away and i'm going to kill myself",
    "i read a book about it and i want to die",
    "for my essay i read about risk and i am suicidal",
]
# words of denial that deny something else
NO_DENIAL = [
    "there is no reason not to kill myself",
    "you won't stop me from killing myself",
    "I don't want to stop hurting myself",
    "I'm no longer scared to kill myself",
    "i dont know why i dont just kill myself",
    "no one cares, i want to kill myself",
    "I'm not going to lie, i want to die",
    "i can't not kill myself",
    "I don't know, i want to die",
]
# the worse clause counts, in either order
MIXED = [
    ("I'm not suicidal but I want to die", CRISIS),
    ("What is suicide prevention? I want to kill myself", CRISIS),
    ("This job is killing me. I want to die", CRISIS),
    ("this headache is killing me, I'm going to kill myself", CRISIS),
    ("I used to cut myself. I cut myself again last night.", CRISIS),
    ("i dont care im going to kill myself", CRISIS),
    ("Thanks. I feel hopeless", CONCERN),
    ("I feel hopeless. I want to die.", CRISIS),
    ("What is CBT? Is it for panic?", NONE),
]
EXPLICIT = [text for texts in DANGER.values() for text in texts] + [text for _, text in ANOTHER_IN_DANGER] + DECLARED + NO_DENIAL


def test_no_pattern_was_written_as_a_value_in_a_template() -> None:
    tables = [pattern for table in (lexicon.CRISIS, lexicon.CONCERN) for patterns in table.values() for pattern in patterns]
    assert len(tables) > 30
    assert [pattern for pattern in tables if re.search(r"\(\d+, \d+\)|\{\{|\}\}", pattern)] == []


@pytest.mark.parametrize(("category", "text"), [(category, text) for category, texts in DANGER.items() for text in texts])
def test_present_danger_is_a_crisis_with_its_category_and_its_words(category: str, text: str) -> None:
    risk = screen(text)
    assert (risk.level, risk.category) == (CRISIS, category)
    assert risk.evidence and risk.evidence in text.casefold()


@pytest.mark.parametrize(("category", "text"), ANOTHER_IN_DANGER)
def test_somebody_elses_danger_said_in_so_many_words_is_a_crisis(category: str, text: str) -> None:
    assert (screen(text).level, screen(text).category) == (CRISIS, category)


@pytest.mark.parametrize(("category", "text"), WORRYING)
def test_possible_danger_is_a_concern(category: str, text: str) -> None:
    assert (screen(text).level, screen(text).category) == (CONCERN, category)


@pytest.mark.parametrize(("frame", "text"), [(frame, text) for frame, texts in FRAMED.items() for text in texts])
def test_a_frame_lowers_a_match_to_a_concern_and_no_further(frame: str, text: str) -> None:
    assert screen(text).level == CONCERN


@pytest.mark.parametrize("text", [*FRAMED["information"], *FRAMED["subject"]])
def test_a_question_about_the_subject_is_told_from_the_writers_state(text: str) -> None:
    assert screen(text).category == "information"


@pytest.mark.parametrize("text", [*IDIOMS, *ORDINARY])
def test_idioms_and_ordinary_words_raise_no_alarm(text: str) -> None:
    assert screen(text) == Risk()


@pytest.mark.parametrize("text", DECLARED)
def test_what_is_declared_is_not_taken_back_by_another_subject(text: str) -> None:
    assert screen(text).level == CRISIS


@pytest.mark.parametrize("text", NO_DENIAL)
def test_a_denial_of_something_else_denies_nothing(text: str) -> None:
    assert screen(text).level == CRISIS


@pytest.mark.parametrize(("text", "level"), MIXED)
def test_the_worst_clause_of_a_message_counts(text: str, level: str) -> None:
    assert screen(text).level == level


@pytest.mark.parametrize("frame", ["I'm not suicidal", "I used to be sad", "This traffic is killing me", "I read a book", "haha"])
@pytest.mark.parametrize("text", ["I want to kill myself", "my husband hits me", "I took 30 pills"])
def test_a_framed_clause_frames_no_other(frame: str, text: str) -> None:
    assert screen(f"{frame}. {text}.").level == screen(f"{text}. {frame}.").level == CRISIS
