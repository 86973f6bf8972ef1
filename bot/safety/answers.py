"""How a patient's words answer the safety question: yes, no, not sure, taken back; and whether they are about somebody else.

Plain patterns over normalised text, English and Spanish. In doubt an answer is "not sure", which is treated like yes.
"""

import re

from bot.safety.text import normalise

_NO = re.compile(
    r"^(?:no+|nope|nah|n|not (?:now|right now|at the moment|today|any ?more|really|at all)|no[,.]? (?:not|i'?m|im|i am|thanks|thank|gracias|estoy).*|never|"
    r"i'?m (?:not|safe|ok(?:ay)?|fine)\b.*|im (?:not|safe|ok(?:ay)?|fine)\b.*|i am (?:not|safe|ok(?:ay)?|fine)\b.*|ahora no|estoy bien|no estoy)[.!]*$"
)
_YES = re.compile(
    r"^(?:y(?:es+|eah|ep|up|a|eh)?|i am|i do|i think so|right now|now|tonight|today|both|always|s[ií]|ahora(?: mismo)?|esta noche|claro)\b(?! (?:fine|ok|okay|safe|not)).*"
)
_UNSURE = re.compile(
    r"\b(?:not sure|unsure|don'?t know|dont know|idk|dunno|maybe|kind of|kinda|sort of|a (?:little|bit)|sometimes|no s[eé]|tal vez|quiz[aá]s?|un poco)\b"
)
_RETRACTION = re.compile(
    r"\b(?:(?:just|only|was|am|i'?m|im) (?:kidding|joking|messing)|jk|j/k|a joke|didn'?t mean (?:it|that)|did not mean (?:it|that)|forget (?:it|i said|what i said|that)|never ?mind|nvm|es(?:taba)? (?:broma|bromeando)|era broma|olv[ií]dalo)\b"
)
_NOW = re.compile(
    r"\b(?:right now|as we speak|already (?:took|taken|swallowed|cut|done)|i(?:'?ve| have) (?:just )?(?:taken|swallowed|cut)|just (?:took|swallowed|cut)|in my hand|tonight|this minute|about to|ahora mismo|esta noche|voy a hacerlo ya)\b"
)
_ANOTHER = re.compile(
    r"\b(?:my (?:\w+ )?(?:husband|wife|partner|boyfriend|girlfriend|bf|gf|ex|mum|mom|dad|mother|father|brother|sister|son|daughter|kids?|child(?:ren)?|friend|"
    r"roommate|flatmate|teen|teenager|nephew|niece|cousin|uncle|aunt|student|neighbou?r|colleague|coworker|grand\w+)|a friend|someone i|mi (?:hij[oa]|espos[oa]|novi[oa]|amig[oa]|herman[oa]|madre|padre|mam[aá]|pap[aá]))\b"
)


def is_yes(text: str) -> bool:
    """Tell whether a reply says yes."""
    return bool(_YES.match(normalise(text)))


def is_no(text: str) -> bool:
    """Tell whether a reply says no and nothing else."""
    return bool(_NO.match(normalise(text)))


def is_unsure(text: str) -> bool:
    """Tell whether a short reply leaves it open."""
    normalised = normalise(text)
    return len(normalised.split()) <= 8 and bool(_UNSURE.search(normalised))


def is_retraction(text: str) -> bool:
    """Tell whether a reply takes back what was said."""
    return bool(_RETRACTION.search(normalise(text)))


def says_now(text: str) -> bool:
    """Tell whether a message says that it is happening, or about to."""
    return bool(_NOW.search(normalise(text)))


def is_about_another(text: str) -> bool:
    """Tell whether a message speaks of a relative, a friend or another person the writer worries about."""
    return bool(_ANOTHER.search(normalise(text)))
