"""How the screen reads a text: disguises taken off, then cut into clauses and windows. Pure; imports nothing of ours.

People write around filters: k1ll, k i l l, sui*cide, Cyrillic letters that look Latin, a slip of the finger. A disguise is
taken off only where a word of danger appears under it, so that "20mg", "b12" or "a b c" stay what they are.
"""

import re
import unicodedata
from itertools import product

# Words that may stand under a disguise. Every form is spelt out: what is not here is left alone.
WORDS = frozenset(
    """
    abuse abused abusing attempt blade bleach bleed bleeding bridge burn burning cut cuts cutting dead death die died
    dies drown dying end ended ending exist forever goodbye gun hang hanging harm harming hate hit hits hurt hurting
    hurts jump kill killed killing kills kms knife life live living molest molested murder myself overdose overdosed
    overdosing pills rape raped razor rope self shoot shooting sleep slit stab strangle suicidal suicide suicides
    unalive unaliving wake want wants weapon wrist wrists lethal fatal deadly
    """.split()  # noqa: SIM905  (one word a line would be a page)
)
LONG = tuple(sorted((word for word in WORDS if len(word) >= 6), key=lambda word: (-len(word), word)))  # overdosd: overdosed
_LONG_BY_INITIAL = {word[0]: [other for other in LONG if other[0] == word[0]] for word in LONG}
# Words and names that are one slip or one doubled letter away from those, and mean what they say.
ORDINARY = frozenset(
    """
    amusing attempts beach bled blending breeding bride brides bridged bridges bridget burnings burying cutts cuttings
    endings gunn hamming handing harding harping hitt hunting hurling hurtling killings livings molesta molesto murders
    overdoing rapped shootings shorting shot shots shouting strange stranger strangled strangler strangles suicida
    suicidas weapons
    """.split()  # noqa: SIM905
)
_RUN_TOGETHER = re.compile(
    r"(?:im|i)?(?:want|wanna|feel|going|gonna|need|to|just|be|so)*"
    r"(?:kill|killing|end|ending|hurt|hurting|die|dying|dead|suicidal)(?:my|it|all|life|self|myself|now|tonight)*"
)
_LEET = dict(zip("013457$@!|89€", ("o", "il", "e", "a", "s", "t", "s", "a", "il", "il", "b", "g", "e"), strict=True))
_LOOKALIKES = str.maketrans("абвгеѕіјкмнорстухһԁԛԝɡαβεικνορτυχωıłø", "abbresijkmhopctyxhdqwgabeikvoptuxwilo")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "‑": "-", "–": "-", "—": "-"})
_PICTURES = {"🔪": " knife ", "🗡": " knife ", "🔫": " gun ", "⚰": " coffin ", "💊": " pills ", "🩸": " blood "}
_CLAUSE_END = re.compile(r"(?<=[.!?;…])\s+|\s+(?=but\b|pero\b)|,\s+(?=but\b|and i\b|so i\b|y\b|pero\b)")
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-_*][^\W\d_]){2,}(?![^\W_])")
_PICTURE = re.compile("([\u2190-\u2bff\U0001f000-\U0001faff]+)")
_IN_RUN = re.compile("|".join(sorted({*WORDS, "wanna", "my", "to", "it", "all"}, key=len, reverse=True)))
WINDOW, STRIDE = 60, 40  # words


def _single(word: str) -> str:
    """Return a word with each run of a letter as one letter: "kiiilll" and "kill" are both "kil"."""
    return re.sub(r"(.)\1+", r"\1", word)


_BY_SINGLE_LETTERS = {_single(word): word for word in sorted(WORDS)}


def normalise(text: str) -> str:
    """Return the text in one width, case, alphabet and kind of quote, with single spaces, nothing invisible and no disguises."""
    folded = unicodedata.normalize("NFKC", _visible(text)).casefold().translate(_QUOTES)
    for picture, word in _PICTURES.items():
        folded = folded.replace(picture, word)
    paragraphs = re.sub(r"\s*\n\s*\n\s*", ". ", folded)
    spaced = _SPACED.sub(lambda run: _join_spaced_letters(run.group()), re.sub(r"[\n\t]+", " ", paragraphs))
    return " ".join(" ".join(_undisguise(part) for part in _parts(word)) for word in spaced.split())


def clauses(normalised: str) -> list[str]:
    """Return the clauses of a normalised text: its sentences, cut again before "but" and "and I"."""
    return [clause for clause in _CLAUSE_END.split(normalised) if clause]


def windows(normalised: str) -> list[str]:
    """Return the text in overlapping windows of 60 words, so that the end of a long one is read like its start."""
    words = normalised.split()
    if len(words) <= WINDOW:
        return [normalised] if words else []
    return [" ".join(words[start : start + WINDOW]) for start in range(0, len(words) - WINDOW + STRIDE, STRIDE)]


def plain_words(normalised: str) -> str:
    """Return a normalised text without pictures and quotation marks, so that none stands between the words of a pattern."""
    return " ".join(_PICTURE.sub(" ", normalised).replace('"', " ").split())


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character for character in text if unicodedata.category(character) not in ("Cf", "Cc", "Mn") or character in "\n\t"
    )


def _join_spaced_letters(run: str) -> str:
    """Return the words of danger that letters written apart spell, "k i l l" or "k.i.l.l"; other letters as they stand."""
    letters = re.sub(r"[ .\-_*]", "", run)
    if not any(word in letters for word in WORDS):
        return run
    return letters if letters in WORDS else " ".join(_split_run(letters).split())


def _split_run(letters: str) -> str:
    return _IN_RUN.sub(lambda word: f" {word.group()} ", letters)


def _parts(word: str) -> list[str]:
    """Return a word in parts where pictures join it to others; whole where they only hide it: ki😭ll."""
    bare = _PICTURE.sub("", word)
    return [bare] if bare in WORDS else [part for part in _PICTURE.split(word) if part]


def _undisguise(token: str) -> str:
    """Return the word of danger under a token's disguise, with the marks around it; the token itself if there is none."""
    found = re.fullmatch(r"([\"'(\[]*)(.*?)([\"')\],.?…;:]*)", token)
    before, core, after = found.groups() if found else ("", token, "")
    if core in WORDS or core in ORDINARY or len(core) < 3:
        return token
    word = _plain(core)
    return f"{before}{word}{after}" if word else token


def _plain(core: str) -> str | None:
    """Return the word of danger a token stands for, by lookalikes, leet, masks, stretched letters or a slip of the finger."""
    latin = core if core.isascii() else _without_accents(core.translate(_LOOKALIKES))
    if latin in WORDS:
        return latin
    if not any(character.isalpha() for character in latin):
        return None
    for candidate in _leet_readings(latin):
        if word := _BY_SINGLE_LETTERS.get(_single(candidate)):
            return word
    bare = re.sub(r"[^\w]|_", "", latin)
    if bare != latin and bare in WORDS:
        return bare
    if len(bare) > 6 and _RUN_TOGETHER.fullmatch(bare):
        return " ".join(_split_run(bare).split())
    if re.search(r"[*#]", latin):
        mask = re.compile("".join("[a-z]" if character in "*#" else re.escape(character) for character in latin))
        return next((word for word in sorted(WORDS) if len(latin) > 3 and mask.fullmatch(word)), None)
    return next((word for word in _LONG_BY_INITIAL.get(latin[0], []) if _is_a_slip(latin, word)), None)


def _without_accents(word: str) -> str:
    return "".join(character for character in unicodedata.normalize("NFD", word) if unicodedata.category(character) != "Mn")


def _leet_readings(core: str) -> list[str]:
    if core.isalpha() and core.isascii():
        return [core]
    choices = [_LEET.get(character, character) for character in core]
    if sum(len(choice) > 1 for choice in choices) > 3:
        return [core]
    return ["".join(reading) for reading in product(*choices)]


def _is_a_slip(typed: str, word: str) -> bool:
    """Tell whether two neighbouring letters changed places, or one is missing, doubled or wrong; both begin alike."""
    if abs(len(typed) - len(word)) > 1 or not typed.isalpha():
        return False
    if len(typed) == len(word):
        different = [index for index in range(len(word)) if typed[index] != word[index]]
        if len(different) == 2 and different[1] == different[0] + 1:
            return typed[different[0]] == word[different[1]] and typed[different[1]] == word[different[0]]
        return len(different) == 1 and len(word) >= 7
    shorter, longer = sorted((typed, word), key=len)
    return any(shorter == longer[:index] + longer[index + 1 :] for index in range(1, len(longer)))
