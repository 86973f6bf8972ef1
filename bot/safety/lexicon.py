"""What a message in danger sounds like: patterns by category, and the frames that take a match back.

Plain regular expressions over normalised text (see screen.normalise). Imports nothing of ours, and only what the engine's
older Python packages have too.
"""

import re

_I = r"(?:i|i'?m|im|i am|ive|i'?ve|i'?ll|ill|id|i'?d|me|my)"
_WANT = r"(?:want(?:ed|ing)?|wanna|wish|need|going|gonna|plan(?:ning|ned)?|ready|about|try(?:ing)?|tried|intend(?:ing)?|decided|hope|would rather|thinking (?:of|about)|thoughts? (?:of|about)|feel like|urges?)"
_SELF_END = (
    r"(?:kill(?:ing)? (?:myself|meself|my ?self)|end(?:ing)? (?:my life|it all|things|my own life|my existence)|"
    r"take (?:my (?:own )?life)|taking my (?:own )?life|"
    r"hang(?:ing)? myself|shoot(?:ing)? myself|drown(?:ing)? myself|overdos(?:e|ing)|unaliv(?:e|ing)(?: myself)?|kms|"
    r"jump(?:ing)? (?:off|in front|from)|slit(?:ting)? my (?:wrists?|throat))"
)

# category -> patterns that name present danger
CRISIS = {
    "suicide": (
        rf"\b{_SELF_END}\b",
        rf"\b{_WANT}\b[^.!?]{{0,30}}\b(?:die|be dead|not be alive|not exist|disappear forever|sleep forever|never wake up)\b",
        r"\b(?:i'?m|im|i am|i feel|i'?ve been|ive been|i have been|feeling|been|so|very|really) (?:\w+ ){0,3}suicidal\b",
        r"\b(?:i have|i'?ve|ive|having|i get|my|constant|these) (?:\w+ ){0,4}suicidal (?:thoughts?|ideation|feelings?|urges?)\b",
        r"\bthoughts? of (?:suicide|ending)\b|\bcommit(?:ting)? suicide\b|\b(?:my|a) suicide (?:note|plan|attempt)\b|\battempt(?:ed|ing)? suicide\b",
        r"\b(?:don'?t|dont|do not|no longer) (?:want|wanna|wish|care) (?:to |about )?(?:be alive|live|living|exist|be here|wake up|go on living)\b",
        r"\bbetter off (?:dead|without me|if i (?:was|were|am) (?:dead|gone))\b|\brather be dead\b|\bno (?:reason|point) (?:to|in|for) (?:live|living|go on|going on|being alive)\b",
        r"\bwish i (?:was|were|wasn'?t|weren'?t|had never been|could (?:just )?(?:die|disappear)) ?(?:dead|never born|alive|born|here)?\b",
        r"\b(?:goodbye|bye) (?:cruel world|everyone|forever)\b|\bquiero (?:morir|matarme|suicidarme)\b|\bno quiero vivir\b|\bme quiero (?:morir|matar)\b",
    ),
    "self_harm": (
        r"\b(?:cut(?:ting)?|hurt(?:ing)?|harm(?:ing)?|burn(?:ing)?|injur(?:e|ing)|hit(?:ting)?|scratch(?:ing)?) (?:myself|meself|my ?self|my (?:arms?|legs?|wrists?|thighs?|skin))\b",
        r"\b(?:i|i'?m|im|i'?ve|ive|started|relapsed) (?:\w+ ){0,3}(?:self[- ]?harm(?:ed|ing)?|sh'?ing)\b",
    ),
    "harm_to_others": (
        r"\b(?:kill|stab|shoot|strangle|murder|poison|hurt) (?:him|her|them|everyone|people|my (?:\w+ )?(?:wife|husband|partner|boyfriend|girlfriend|ex|mum|mom|dad|mother|father|brother|sister|son|daughter|kids?|child(?:ren)?|baby|boss|neighbou?r|roommate|family|parents?|stepdad|stepmum))\b",
        r"\b(?:voices?|demons?) (?:\w+ ){0,4}(?:tell(?:ing|s)?|say(?:ing|s)?|want(?:s|ing)?) (?:\w+ ){0,3}(?:kill|hurt|harm|stab)\b",
    ),
    "abuse_or_danger": (
        r"\b(?:he|she|they|my (?:\w+ )?(?:husband|wife|partner|boyfriend|girlfriend|ex|dad|father|mum|mom|mother|stepdad|stepfather|uncle|brother|boss)) (?:\w+ ){0,3}(?:hits?|beats?|beating|hitting|chok(?:es?|ed|ing)|rap(?:es?|ed|ing)|abus(?:es?|ed|ing)|molest(?:s|ed|ing)|punch(?:es|ed)?|threaten(?:s|ed)? to (?:kill|hurt)|tr(?:ies|ied) to kill) (?:me|us|my|the kids)\b",
        r"\b(?:i was|i'?ve been|i got|being|been) (?:\w+ ){0,2}(?:raped|molested|sexually (?:abused|assaulted)|beaten|strangled)\b",
        r"\b(?:afraid|scared|terrified) (?:that )?(?:he|she|they)(?:'?s| is| are|'?ll| will)? (?:\w+ ){0,3}(?:kill|hurt) (?:me|us)\b",
    ),
    "medical_emergency": (
        r"\b(?:took|taken|swallowed|taking|take) (?:\w+ ){0,3}(?:whole|entire|full) (?:bottle|pack(?:et)?|box|strip)\b",
        r"\b(?:took|swallowed|taken) (?:\w+ ){0,3}(?:too many|all (?:of )?(?:my|the|his|her)|a (?:bunch|handful|load|lot) of|[2-9]\d|1\d\d) (?:\w+ ){0,3}(?:pills?|tablets?|tabs|capsules|meds|medication|medicines?)\b",
        r"\b(?:i|i'?ve|ive|he|she|they|my \w+|have|has) (?:\w+ ){0,2}(?:overdosed|od'?d|o\.d\.d)\b",
        r"\b(?:can'?t|cannot|cant) breathe\b|\b(?:not|stopped) breathing\b|\b(?:won'?t|wont|can'?t|cant) wake (?:him|her|them|up my \w+)\b",
    ),
}  # fmt: skip

# category -> patterns that may mean danger, or need urgent medical care
CONCERN = {
    "suicide": (
        r"\bsuicid\w*\b|\bself[- ]?harm\w*\b|\bunalive\w*\b",
        r"\b(?:kill|hang|shoot|drown|hurt|harm|cut)(?:t?ing|s)? (?:him|her|them|your)sel(?:f|ves)\b",
        r"\b(?:he|she|they|friend|son|daughter|mum|mom|mother|dad|father|brother|sister|wife|husband|partner|boyfriend|girlfriend|child|kid|roommate)"
        r" (?:\w+ ){0,4}(?:wants?|wanted|going|ready|wish(?:es)?) to (?:die|be dead|not be (?:alive|here))\b",
        r"\b(?:hopeless|worthless|a burden|no way out|can'?t go on|cant go on|can'?t do this any ?more|cant do this any ?more|can'?t take (?:it|this) any ?more|cant take (?:it|this) any ?more|give up on life|giving up on life|done with life|tired of (?:life|living|being alive)|hate (?:my life|being alive|living)|no one would (?:care|miss)|nobody would (?:care|miss))\b",
        r"\b(?:want|wanna) to disappear\b|\bnot wake up\b|\bnever wake up\b|\bwhat'?s the point (?:of|in) (?:living|life|anything|going on)\b",
    ),
    "medical_emergency": (
        r"\b(?:face|lips?|tongue|throat) (?:\w+ ){0,3}(?:swell(?:ing|ed|s)?|swollen|closing)\b|\bswollen (?:face|lips?|tongue|throat)\b|\bhives\b|\ballergic reaction\b|\banaphyla\w*\b",
        r"\bserotonin (?:syndrome|toxicity)\b|\b(?:high )?fever\b[^.!?]{0,60}\b(?:stiff|rigid|confus|shak|twitch)\w*|\b(?:stiff|rigid|confus|shak|twitch)\w*[^.!?]{0,60}\bhigh fever\b",
        r"\bseizures?\b|\bconvuls\w*\b|\b(?:hallucinat\w+|delirium)\b[^.!?]{0,40}\b(?:stopp|quit|withdraw)\w*",
        r"\bbrain zaps?\b|\bwithdrawals?\b[^.!?]{0,40}\b(?:bad|awful|terrible|severe|hell|shak|sick|sweat|vomit)\w*|\b(?:shaking|sweating|vomiting|throwing up)\b[^.!?]{0,60}\b(?:stopped|quit|ran out|came off|coming off|cold turkey)\b|\b(?:stopped|quit|ran out|came off|cold turkey)\b[^.!?]{0,80}\b(?:shaking|sweats?|sweating|vomiting|zaps?|can'?t sleep|dizzy)\b",
        r"\b(?:took|taken|take) (?:\w+ ){0,4}(?:too many|too much|double|twice|extra)\b|\b(?:accidentally|by mistake|by accident)\b[^.!?]{0,30}\b(?:took|taken)\b|\b(?:took|taken)\b[^.!?]{0,40}\b(?:by mistake|by accident|twice)\b",
        r"\blithium\b[^.!?]{0,60}\b(?:shak|tremor|vomit|confus|slur|diarr)\w*|\bchest pain\b|\bpassed out\b|\bfaint(?:ed|ing)\b|\brash\b[^.!?]{0,40}\b(?:spread|blister|peel|face)\w*",
    ),
}  # fmt: skip

# a match that only these frames explain is idiom, information or denial
IDIOM = (
    r"\b(?:killing|kills) me\b|\bdying (?:to|of (?:laughter|boredom|heat|hunger)|for a)\b|\bdead (?:tired|battery|line)\b|\bdie (?:of|from) (?:laugh\w*|embarrass\w*|boredom|shame|cringe)\b|\bto die for\b",
    r"\bkill (?:time|the (?:lights?|engine|mood|process))\b|\bcould (?:just |have )?(?:kill|strangle) (?:him|her|them|my \w+)\b[^.!?]{0,20}(?:lol|haha|\blove)",
)
INFORMATION = (
    r"\b(?:what is|what are|what's|how (?:common|does|do|many)|does|do|can|is|are|why (?:do|does|is))\b[^.!?]{0,80}\b(?:suicid\w*|self[- ]?harm)\b",
    r"\bsuicide (?:prevention|hotline|lifeline|warning|risk|rates?|statistics|watch|awareness)\b|\bblack box\b",
)
DENIAL = (
    r"\b(?:not|never|isn'?t|ain'?t|no longer|wasn'?t|don'?t feel|dont feel) (?:\w+ ){0,3}suicidal\b",
    r"\b(?:not|never|no|don'?t|dont|wouldn'?t|won'?t|didn'?t|not going to|not gonna) (?:(?!(?:i|im|i'm)\b)[\w']+ ){0,4}(?:kill|hurt|harm|cut|end) (?:myself|my life|it all|anyone|anybody)\b",
    r"\b(?:no|not having|don'?t have|dont have|without|deny|denies) (?:\w+ ){0,3}(?:suicidal|thoughts? of (?:suicide|dying|death))\b",
)

_FLAGS = re.IGNORECASE


def compiled(table: dict[str, tuple[str, ...]]) -> dict[str, tuple[re.Pattern[str], ...]]:
    """Compile a table of patterns by category."""
    return {category: tuple(re.compile(pattern, _FLAGS) for pattern in patterns) for category, patterns in table.items()}


def compiled_list(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Compile a list of patterns."""
    return tuple(re.compile(pattern, _FLAGS) for pattern in patterns)
