"""The phrases by which patients say what they look for, as patterns and names, in English; bot.providers.words uses them."""

import re

from bot.providers.listing import MEDICATION, THERAPY


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)


LANGUAGES = (  # beside those in the directory
    *("English", "Spanish", "French", "German", "Italian", "Portuguese", "Polish", "Russian", "Ukrainian", "Romanian", "Arabic"),
    *(
        "Farsi",
        "Turkish",
        "Hindi",
        "Urdu",
        "Punjabi",
        "Bengali",
        "Gujarati",
        "Tamil",
        "Mandarin",
        "Cantonese",
        "Chinese",
        "Japanese",
    ),
    *("Korean", "Vietnamese", "Tagalog", "Thai", "Somali", "Swahili", "Amharic", "Haitian Creole", "Greek", "Hebrew", "Welsh"),
    *("Irish", "Dutch", "Sign Language", "ASL", "BSL"),
)
INSURERS = (  # beside those in the directory
    *(
        "Aetna",
        "Cigna",
        "Humana",
        "Kaiser",
        "UnitedHealthcare",
        "United Healthcare",
        "Blue Cross Blue Shield",
        "Blue Cross",
        "BCBS",
    ),
    *("Anthem", "Medicaid", "Medicare", "Medi-Cal", "Tricare", "Molina", "Ambetter", "Optum", "Centene", "Premera", "Regence"),
    *("Highmark", "Bupa", "AXA", "Vitality", "Aviva", "VHI", "Laya", "NHS"),
)

_MEDICINE = r"(?:meds?|medications?|medicines?|pills|tablets)"
THERAPY_WORDS = _any(
    r"(?:psycho)?therap(?:y|ies|ists?)", r"counsell?(?:ing|ors?)", "psychologists?", "talking", "cbt", "dbt", "emdr"
)
MEDICATION_WORDS = _any(_MEDICINE, r"prescri\w+", r"psychiatr(?:y|ists?|ic nurses?)", "pmhnps?", "nurse practitioners?")
BOTH_WORDS = _any("both", "integrated", "combine[ds]?", "under one roof")
ONLY = {
    THERAPY: _any(r"(?:only|just) (?:want )?therapy", "therapy only", rf"(?:no|without) {_MEDICINE}"),
    MEDICATION: _any(rf"(?:only|just) (?:want )?{_MEDICINE}", rf"{_MEDICINE} only", "(?:no|without) therapy"),
}
TELEHEALTH = _any("telehealth", "telemedicine", "online", "video", r"virtual(?:ly)?", r"remote(?:ly)?", "zoom")
EVENINGS = _any("evenings?", "after (?:work|hours|school|[4-9] ?(?:pm)?)", "nights?", "late (?:appointments?|hours|slots?)")
UNINSURED = _any("no insurance", "uninsured", "not insured", r"self[- ]?pay\w*", "out of pocket", "pay (?:for it )?my ?self")
AGES = {  # the likelier reading first: an "older adult" is an adult too
    "older adult": _any(
        r"older (?:adults?|people|m[ae]n|lady|gentleman)", "seniors?", "elderly", "geriatric", r"grand(?:m|p|f)a?\w+"
    ),
    "teen": _any(r"teen(?:s|ager|agers|aged?)?", "adolescents?", "high school"),
    "child": _any(r"child(?:ren)?", "kids?", "toddlers?", r"little (?:boy|girl)"),
    "adult": _any("adults?", "grown[- ]?ups?", "wife", "husband", "college"),
}
YEARS = re.compile(
    r"\b(\d{1,2})[ -]?(?:years?|yrs?|y/?o)\b"
    r"|\b(?:aged?|(?:he|she|who) is|i'?m|i am|(?:he|she)'s) (\d{1,2})\b(?! (?:miles|minutes))",
    re.IGNORECASE,
)

NEAR = _any("near", "around", "close to", "closer to", "outside", "in", "by", "at", "from", "to", "actually")
SURELY_NEAR = re.compile(
    r"\b(?:near|around|close to|closer to|outside|live in|based in|actually in)\s+([^\W\d_][\w'’-]+)", re.IGNORECASE
)
POSTCODE = re.compile(r"\b(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?(?: ?\d[A-Z]{2})?)\b")
AREA = re.compile(r"\b([A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?) area\b")
INSTEAD = re.compile(r"\W*(?:maybe |try |what about |how about )?([^\W\d_][\w'’ -]{2,30}?) instead\W*", re.IGNORECASE)
CAPITALS = re.compile(r"\s+(?:the )?([A-Z][\w'’.-]*(?:,? [A-Z][\w'’.-]*){0,2})")
NO_PLACES = frozenset(
    ("me", "my", "our", "us", "you", "your", "here", "home", "there", "work", "school", "it", "the", "this", "a", "an", "i")
    + ("mind", "person", "town", "area", "city", "somewhere", "anywhere", "both", "video", "online", "monday", "tuesday")
    + ("wednesday", "thursday", "friday", "saturday", "sunday")
)

SKIP = re.compile(
    r"\W*(?:skip(?: (?:it|this))?|any(?:thing|one|where|body)?|either|no|nope|none|no preference|whatever|(?:i'?m )?not sure"
    r"|i (?:don'?t|do not) (?:know|mind|care)|(?:it )?(?:doesn'?t|does not) matter|don'?t mind)(?: please| is fine)?\W*",
    re.IGNORECASE,
)
LEADS_IN = re.compile(  # what stands before the answer itself
    r"^\W*(?:(?:actually|maybe|ok(?:ay)?|well|um|oh|sorry|it is|it'?s|i have|i'?ve got|we have|i speak|i need|need|help with"
    r"|something|for|because of|with|(?:my )?insurance is|in|near|around|close to|by|at|from|i live|i am|i'?m|my|a|the|about"
    r"|mainly|mostly|just|please)\b[\s,]*)+",
    re.IGNORECASE,
)
