"""What a text gives for a field of a call-back request: a name, a phone number or e-mail address, a time. Pure.

A text that gives nothing is an ordinary message and is answered like one, so that a question is not swallowed by the form.
"""

import re
import unicodedata

FIELDS = ("name", "contact", "time")
WORDS_OF_A_QUESTION = 3
_LONGEST = 80  # characters of a name or a time
_LONGEST_CONTACT = 200  # kept with what stands beside it, such as "text me, do not call"; of a longer text the contact alone


def _any_of(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words.split())})(?!\w)", re.I)


_MAIL = re.compile(r"\w[\w.+'’-]*@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<!\d)\+?\(?\d[\d\s().-]{5,20}\d(?!\d)")

_WORD = r"[^\W\d_][^\s\d_!?@#:;,/\\<>()\[\]{}\"*=+]*"
_BEFORE_A_NAME = r"(?:my name is|my name's|name is|i am|i'm|im|it is|it's|this is|call me)\s+"
_NAME = re.compile(rf"(?:{_BEFORE_A_NAME})?({_WORD}(?:,? {_WORD}){{0,3}})[.!]?", re.I)
_NO_NAME = _any_of(r"""
    i i'm im i'd i've you your he she it it's we they my mine this that the is are am was were be have has had and or but if
    no nope not none nothing never\s?mind skip stop cancel quit back forget later yes yeah yep ok okay sure maybe please thanks?
    why what who whose how when where which can could would should does don'?t doesn'?t won'?t can'?t cannot
    will\s(?:i|it|this|that|you|they) tell say want need feel feeling help more simpler about with for very too just good bad
    hello hi hey bye goodbye sorry fine person human someone anyone nobody anonymous cost price insurance appointment
    therap(?:y|ist)s? treatments? medic(?:ine|ation)s? meds? pills? drugs? dos(?:e|age)s? side\seffects? symptoms?
    anxi(?:ety|ous) depress\w* panic\w* stress\w* bipolar adhd ptsd ocd cbt dbt trauma sleep\w* tired lonely sad scared afraid
    worried upset angry insomnia nightmares? terrors? hurt\w* pain crisis suicid\w* emergency alone voices? everything again
""")  # words of short texts that answer or ask something else

_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_ALONE = r"(?![\d.:-]?\d)"  # not the start of a date or of a phone number
_TIME = re.compile(
    rf"""(?<![\d.:-]) (?:
        \d{{1,2}} (?:[:.]\d\d)? \s? (?: [ap]\.?m\b | h\b | o'?clock )          # 5pm, 17h, 9 o'clock
        | \d{{1,2}} [:.] \d\d {_ALONE}
        | \d{{1,2}} \s? (?: - | – | to | and | or | until | till ) \s? \d{{1,2}} {_ALONE} )
    | \b (?: after | before | around | about | at | by | from | past | until | till ) \s+
         (?: \d{{1,2}} {_ALONE} | work | school | lunch | dinner | class ) \b
    | \b (?: mornings? | noon | midday | midnight | lunch(?:\s?time)? | afternoons? | evenings? | nights? | today | tonight
         | tomorrow | week(?:day|end)s? | (?: this | next )\sweek | (?: any | every | all )\s?(?: day | time )
         | whenever | asap | as\ssoon\sas | right\saway | now | soon | pm | {_DAY}
         | no\spreference | (?: does\s?n[o']?t | don'?t )\s(?: matter | mind | care ) ) \b
    | ^\d{{1,2}}$""",
    re.I | re.X,
)
_NO_TIME = _any_of(r"""
    why what how tell explain stop cancel quit forget never\s?mind person human feel\w* felt anxi(?:ety|ous) panic\w* sad
    depress\w* cry\w* scared hurt\w* mg milligrams? pills? tablets? dos(?:e|age)s? meds? medic(?:ine|ation)s? drugs?
    side\seffects? sleep\w* insomnia terrors? sweats? nightmares? symptoms? (?:take|taking|took|taken)\s(?:it|them)
    alone lonely voices? nobody hits? hate\w* angry afraid lost bad worse\w* can(?:'?t|not)\s(?:go|wait|cope|stop|take|stand)
""")  # words of texts that are about something else, although they name a time


def read(field: str, text: str) -> str | None:
    """Return what a text gives for a field; None when it is no answer to it."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if field == "contact":
        return _contact(text)
    if not text or "?" in text or len(text) > _LONGEST:
        return None
    if field == "time":
        return text if _TIME.search(text) and not _NO_TIME.search(text) else None
    found = _NAME.fullmatch(text)
    return found[1] if found and not _NO_NAME.search(found[1]) else None


def question_beside(contact: str) -> str:
    """Return what a text that gives a contact asks too, without the contact; empty when it asks nothing."""
    parts = (part.strip(" ,;.") for part in _PHONE.sub("\n", _MAIL.sub("\n", contact)).splitlines())
    return " ".join(part for part in parts if "?" in part and len(part.split()) >= WORDS_OF_A_QUESTION)


def _contact(text: str) -> str | None:
    numbers = [found[0].strip() for found in _PHONE.finditer(_MAIL.sub(" ", text))]
    found = [*_MAIL.findall(text), *(number for number in numbers if 7 <= len(re.sub(r"\D", "", number)) <= 15)]
    if not found:
        return None
    return text if len(text) <= _LONGEST_CONTACT else ", ".join(found)
