"""What a patient looks for. Pure."""

from dataclasses import dataclass

from bot.providers.listing import AGE_GROUPS, OFFERS


@dataclass(frozen=True)
class Wish:
    """What a provider should be like; what is left empty does not matter.

    place: a town or a postcode, as the patient wrote it. telehealth: by video is fine, wherever the provider is.
    needs: conditions or kinds of therapy, in words. offers: medication, therapy or both. age_group: one of AGE_GROUPS.
    """

    place: str = ""
    telehealth: bool = False
    needs: tuple[str, ...] = ()
    offers: str = ""
    insurer: str = ""
    language: str = ""
    age_group: str = ""
    evenings: bool = False

    def __post_init__(self) -> None:
        """Refuse words that the search does not know; the error names the field and never what was written."""
        if self.offers and self.offers not in OFFERS:
            raise ValueError(f"offers: must be one of {', '.join(OFFERS)}, or empty.")
        if self.age_group and self.age_group not in AGE_GROUPS:
            raise ValueError(f"age_group: must be one of {', '.join(AGE_GROUPS)}, or empty.")
