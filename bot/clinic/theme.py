"""How the chat looks on the clinic's pages."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

READABLE_CONTRAST = 4.5  # of text on its background, WCAG 2.2, 1.4.3
_COLOUR = r"^#[0-9a-fA-F]{6}$"


class Theme(BaseModel):
    """Colours as #rrggbb, the names of installed fonts, round corners in pixels."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    accent: str = Field(default="#1f6f6b", pattern=_COLOUR)
    on_accent: str = Field(default="#ffffff", pattern=_COLOUR)
    font: str = Field(default="system-ui, sans-serif", pattern=r"^[A-Za-z][A-Za-z, -]{0,120}$")
    radius: int = Field(default=12, ge=0, le=32)

    @model_validator(mode="after")
    def _can_be_read(self) -> "Theme":
        dark, light = sorted((_luminance(self.accent), _luminance(self.on_accent)))
        if (light + 0.05) / (dark + 0.05) < READABLE_CONTRAST:
            raise ValueError("on_accent cannot be read on accent: take two colours with a contrast of at least 4.5 to 1")
        return self


def _luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
