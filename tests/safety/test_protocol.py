"""What is said when the screen found a risk."""

from bot.clinic import load_clinic
from bot.safety.protocol import crisis_texts, is_crisis, supportive_line
from bot.safety.screen import CONCERN, CRISIS, NONE, Risk


def test_only_a_crisis_speaks_the_crisis_texts_and_only_a_concern_adds_a_line() -> None:
    clinic = load_clinic()
    assert crisis_texts(clinic) == clinic.pack.crisis
    assert [is_crisis(Risk(level)) for level in (NONE, CONCERN, CRISIS)] == [False, False, True]
    assert supportive_line(clinic, Risk()) is None and supportive_line(clinic, Risk(CRISIS, "suicide")) is None
    assert supportive_line(clinic, Risk(CONCERN, "suicide")) == clinic.pack.concern[0]
    assert supportive_line(clinic, Risk(CONCERN, "medical_emergency")) == clinic.pack.urgent_care[0]
