"""What is said in a crisis, filled with every region's facts: short, plain, safe to read, true of the place, and never alone."""

import re
from datetime import date, timedelta
from itertools import product

import pytest

from bot.clinic.crisis_pack import PACKS, load_pack
from bot.clinic.facts import load_clinic
from bot.safety.messages import load_messages, message
from bot.topics.lint import grade, lint_wording

CATEGORIES = ["suicide", "self_harm", "harm_to_others", "abuse_or_danger", "medical_emergency"]
STEPS = ["hear", "reach", "ask", "now", "barrier", "safe", "again"]
OTHERS = [
    "retraction",
    "check_in",
    "media",
    *(f"concern/{kind}" for kind in ("suicide", "information", "medical_emergency", "relative")),
]
KEYS = [f"{category}/{step}" for category, step in product(CATEGORIES, STEPS)]
REGIONS = sorted(path.stem for path in PACKS.glob("*.yml") if path.stem != "messages")
US_FACTS = [
    "call or text 988",
    "chat at 988lifeline.org",
    "press 1",
    "838255",
    "press 2",
    "ayuda",
    "asl",
    "call 911",
    "free",
    "confidential",
]
MAX_WORDS, MAX_GRADE, MAX_DAYS = 60, 8.0, 90

# what an answer about a suicide, and a program to a person in crisis, may not say (beside bot.topics.lint)
FORBIDDEN = {
    "method": r"\b(?:hang(?! up)|hanging|noose|overdose of|slit|wrists?|firearm|bullet|jump off|bleach|carbon monoxide)\b",
    "no-suicide contract": r"\b(?:promise|agree|swear|pledge) (?:me )?(?:that you|not to|you won'?t|to stay)\b|\bcontract\b",
    "coercion or blame": r"\b(?:or else|selfish|you should be ashamed|think of (?:your|what you)|how could you|attention)\b",
    "minimising": r"\b(?:others have it worse|it'?s not that bad|look on the bright side|get over it|just a phase)\b",
    "refusal": r"\b(?:can'?t|cannot|not able to|not allowed to) (?:talk|speak) about\b",
    "secrecy": r"\b(?:between us|won'?t tell|will not tell)\b|\bsecret",
    "dependency": r"\bI(?:'m| am) always here\b|\byou only need me\b|\bmiss you\b|\blove you\b",
    "assessment of plan or means": r"\bdo you have (?:a plan|access|the means)\b|\bhow would you\b",
    "leading question": r"\byou(?:'?re| are) not\b[^.?]*\?|\b(?:aren'?t|don'?t|won'?t) you\b|, (?:right|are you|do you)\?",
}  # fmt: skip


def variants(key: str, region: str = "us") -> list[str]:
    """Return a message's variants as a patient in a region reads them."""
    clinic = load_clinic().model_copy(update={"region": region})
    return [clinic.fill(text) for text in load_messages().messages[key]]


def every_text(region: str) -> list[tuple[str, str]]:
    return [(key, text) for key in load_messages().messages for text in variants(key, region)]


def test_every_step_of_every_category_is_there_and_nothing_else() -> None:
    assert set(load_messages().messages) == {*KEYS, *OTHERS}


@pytest.mark.parametrize("key", [*KEYS, *OTHERS])
def test_every_message_has_at_least_three_wordings_all_different(key: str) -> None:
    assert len(set(variants(key))) == len(variants(key)) >= 3


def test_no_two_messages_share_a_wording() -> None:
    texts = [text for _, text in every_text("us")]
    assert len(texts) == len(set(texts))


def test_the_wordings_come_one_after_the_other() -> None:
    key = "suicide/again"
    said = [message(key, times) for times in range(2 * len(variants(key)))]
    assert said == variants(key) * 2


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("key", [*KEYS, *OTHERS])
def test_a_bubble_is_short_plain_and_filled(key: str, region: str) -> None:
    for text in variants(key, region):
        assert len(text.split()) <= MAX_WORDS, text
        assert grade(text) <= MAX_GRADE, text
        assert "{" not in text and "}" not in text


@pytest.mark.parametrize("region", REGIONS)
def test_only_known_fields_stand_in_the_messages(region: str) -> None:
    known = {*load_clinic().facts, *load_pack(region).sentences}
    for key, texts in load_messages().messages.items():
        assert set(re.findall(r"\{(\w*)\}", " ".join(texts))) <= known, key
    assert not re.search(r"\d", " ".join(" ".join(texts) for texts in load_messages().messages.values())), (
        "facts stand in the packs"
    )


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(("reason", "pattern"), FORBIDDEN.items())
def test_nothing_unsafe_is_said(region: str, reason: str, pattern: str) -> None:
    for key, text in every_text(region):
        assert not re.search(pattern, text, re.IGNORECASE), (key, reason)


@pytest.mark.parametrize("region", REGIONS)
def test_the_wording_keeps_to_the_content_rules(region: str) -> None:
    for key, text in every_text(region):
        assert list(lint_wording(text)) == [], key
    for name, text in load_pack(region).sentences.items():
        assert list(lint_wording(text)) == [], name


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("category", CATEGORIES)
def test_what_is_said_first_and_again_names_a_resource(category: str, region: str) -> None:
    pack = load_pack(region)
    resources = {pack.lifeline, pack.abuse_line, pack.poison_line}
    for text in [*variants(f"{category}/hear", region), *variants(f"{category}/again", region)]:
        assert any(resource in text for resource in resources), text
        assert category == "suicide" or category == "self_harm" or pack.emergency_number in text, text


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_way_to_people_names_somebody_trusted_and_a_professional_and_says_what_it_is(category: str) -> None:
    for text in variants(f"{category}/reach"):
        assert re.search(
            r"\btrust|\bfriend|\bfamily|\bparent|[Ss]omeone close|\bsomeone near|\bsomeone who is on your side|stay with you",
            text,
        ), text
        assert re.search(r"\bcare team|\bdoctor|\bnurse|\bcounselor|\bclinic\b|treats you|emergency room", text), text
        assert re.search(r"\bprogram\b", text), text


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_safety_question_is_one_and_what_follows_only_says_how_to_answer(category: str) -> None:
    for text in variants(f"{category}/ask"):
        question, mark, rest = text.rpartition("?")
        assert mark and "?" not in question, text
        assert re.search(r"\bright now\b|\bat this moment\b|\bhow things are\b", question, re.IGNORECASE), text
        for sentence in filter(None, re.split(r"(?<=[.])\s+", rest.strip())):
            assert re.search(r"\b[Aa]nswer\b|^You can say|^It may be", sentence), sentence


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_question_of_suicide_names_it_plainly(category: str) -> None:
    if category == "suicide":
        assert all(re.search(r"\bkill(?:ing)? (?:or hurting )?yourself", text) for text in variants("suicide/ask"))


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("category", CATEGORIES)
def test_danger_now_is_answered_with_the_emergency_number_and_company(category: str, region: str) -> None:
    for text in variants(f"{category}/now", region):
        assert load_pack(region).emergency_number in text, text
        # to an emergency the way to people has said it already
        assert category == "medical_emergency" or re.search(r"person|someone|people|others", text), text
    if category in ("suicide", "self_harm", "harm_to_others"):
        for text in variants(f"{category}/now", region):
            assert re.search(r"could (?:hurt|harm|cause|be used)|things that could hurt", text) or "get yourself safe" in text, (
                text
            )


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_no_still_leaves_the_lines_and_names_the_clinic(category: str) -> None:
    clinic = load_clinic()
    for text in variants(f"{category}/safe"):
        assert clinic.phone in text and clinic.hours in text and clinic.name in text, text
        assert re.search(r"\blines\b|\bcall 911\b", text), text


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("key", ["concern/suicide", "concern/information", "concern/relative", "media"])
def test_a_supportive_line_holds_the_lifeline(key: str, region: str) -> None:
    assert all(load_pack(region).lifeline in text for text in variants(key, region))


def test_the_check_in_and_the_retraction_keep_the_lines() -> None:
    assert all(re.search(r"\blines\b", text) for key in ("check_in", "retraction") for text in variants(key))


def test_the_answers_are_the_words_the_protocol_understands() -> None:
    from bot.safety.answers import is_no, is_unsure, is_yes

    answers = load_messages().answers
    assert list(answers) == ["yes", "unsure", "no"]
    assert is_yes(answers["yes"]) and is_unsure(answers["unsure"]) and is_no(answers["no"])


def test_messages_and_packs_name_who_keeps_them_and_have_not_expired() -> None:
    for kept in [load_messages(), *map(load_pack, REGIONS)]:
        assert kept.owner and kept.sources and all(source.startswith("http") for source in kept.sources)
        assert kept.checked_on < kept.expires_on <= kept.checked_on + timedelta(days=MAX_DAYS)
        assert date.today() <= kept.expires_on, "check the facts, then set new dates"


@pytest.mark.parametrize("region", REGIONS)
def test_a_regions_facts_are_its_own(region: str) -> None:
    said = " ".join(text for _, text in every_text(region)) + load_pack(region).static
    assert load_pack(region).emergency_number in load_pack(region).static
    assert re.search(r"free, confidential|free and confidential|confidential", said)
    if region not in ("us", "canada"):
        assert not re.search(r"\b(?:988|911)\b", said)


def test_the_united_states_are_told_all_of_988_and_nothing_that_ended() -> None:
    pack = load_pack("us")
    said = " ".join([pack.static, *pack.sentences.values()]).casefold()
    for fact in US_FACTS:
        assert fact in said, fact
    assert "press 3" not in (PACKS / "us.yml").read_text().casefold()
    assert not any("press 3" in text.casefold() for _, text in every_text("us"))


@pytest.mark.parametrize("part", ["press 1", "press 2", "AYUDA", "ASL"])
def test_a_patient_in_a_crisis_is_told_of_each_way_into_988(part: str) -> None:
    assert all(part in text for text in variants("suicide/reach"))
