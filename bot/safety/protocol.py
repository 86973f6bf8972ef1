"""What is said when the screen found a risk. Needs neither engine nor database."""

from bot.clinic import Clinic
from bot.safety.screen import CONCERN, CRISIS, Risk


def crisis_texts(clinic: Clinic) -> tuple[str, ...]:
    """Return the crisis texts of the clinic's region, in the order they are said."""
    return clinic.pack.crisis


def supportive_line(clinic: Clinic, risk: Risk) -> str | None:
    """Return the one line a concern adds to the normal answer: urgent care, or someone to talk to."""
    if risk.level != CONCERN:
        return None
    texts = clinic.pack.urgent_care if risk.category == "medical_emergency" else clinic.pack.concern
    return texts[0]


def is_crisis(risk: Risk) -> bool:
    """Tell whether the crisis texts go out before anything else."""
    return risk.level == CRISIS
