"""How a patient's words answer the safety question: yes, no, not sure, taken back; and whether they are about somebody else.

Plain patterns over normalised text, English and Spanish. In doubt an answer is "not sure", which is treated like yes.
"""

import re

from bot.safety.text import normalise

_NO = re.compile(
    r"^(?:no+|nope|nah|n|not (?:now|right now|at the moment|today|any ?more|really|at all)|no[,.]? (?:not|i'?m|im|i (?:am|don'?t|dont|do not|won'?t|wont)|thanks|thank|gracias|estoy).*|never|"
    r"i (?:don'?t|dont|do not|won'?t|wont)|(?:i'?m|im|i am) (?:not(?! sure)|safe|ok(?:ay)?|fine)\b.*|ahora no|estoy bien|no estoy)[.!]*$"
)
# A no that is none: not safe, not well, not joking, fine with dying, or a "but" behind it.
_DOUBT = re.compile(
    r"\b(?:not|never|isn'?t|aren'?t|don'?t|dont|can'?t|cant)(?: (?:really|so|very|too|all that|exactly|even|feel|feeling|doing|think|being|be|stay|keep|sure|i'?m|im|i am|i))* (?:safe|ok(?:ay)?|fine|well|good|all ?right)(?! (?:idea|time|place))\b|"
    r"\b(?:not|n't) (?:joking|kidding|lying)\b|\b(?:safe|ok(?:ay)?|fine) with (?:it|that|this|dying|being|not)\b|\bno estoy (?:bien|segur[oa]|a salvo)\b|"
    r"^(?:no+|nope|nah|not \w+|never|i'?m|im|i am|i do)\b.*\b(?:but|except|unless|until|yet|though|pero)\b"
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
# What a writer says of their own part in it before they speak of the other.
_WORRY = re.compile(
    r"\bi (?:just )?(?:think|believe|know|worry|fear|noticed|found|heard|love)\b|\b(?:i'?m|im|i am) (?:\w+ )?(?:worried|scared|afraid|concerned|frightened)\b|"
    r"\b(?:how|what|when|should|can|do) (?:do |can |should |could )?i (?:help|support|talk to|speak to|do|say|tell|ask|protect)\b|\b(?:i|to) (?:want to |can )?help\b|\b(?:tells?|told) me\b"
)
_WRITER = re.compile(r"\b(?:i|i'?m|im|i'?ve|ive|me|myself|yo|estoy|me siento)\b")


def is_yes(text: str) -> bool:
    """Tell whether a reply says yes."""
    return bool(_YES.match(normalise(text)))


def is_no(text: str) -> bool:
    """Tell whether a reply says no and nothing else."""
    return bool(_NO.match(normalise(text))) and not is_unsure(text)


def is_unsure(text: str) -> bool:
    """Tell whether a short reply leaves it open, or a longer one says no and takes it back."""
    normalised = normalise(text)
    return bool(_DOUBT.search(normalised)) or (len(normalised.split()) <= 12 and bool(_UNSURE.search(normalised)))


def is_retraction(text: str) -> bool:
    """Tell whether a reply takes back what was said."""
    return bool(_RETRACTION.search(normalise(text)))


def says_now(text: str) -> bool:
    """Tell whether a message says that it is happening, or about to."""
    return bool(_NOW.search(normalise(text)))


def is_about_another(text: str) -> bool:
    """Tell whether a message speaks of a relative, a friend or another person the writer worries about, not of the writer."""
    without_worry = _WORRY.sub(" ", normalise(text))
    return bool(_ANOTHER.search(without_worry)) and not _WRITER.search(without_worry)
