"""Reads FHIR JSON element by element, and names the path of what has another shape than R4 says. Pure."""

from dataclasses import dataclass
from typing import Any


class ShapeError(ValueError):
    """An element that is not what FHIR R4 says; the text names its path."""


@dataclass(frozen=True)
class Element:
    """An object of a resource, and its path for errors, such as entry 3, PractitionerRole.telecom[0]."""

    value: dict[str, Any]
    path: str

    def text(self, name: str) -> str:
        """Return a text, empty when it is not there."""
        return str(self._get(name, str, "a text") or "")

    def flag(self, name: str) -> bool | None:
        """Return true or false, None when it is not there."""
        found = self._get(name, bool, "true or false")
        return None if found is None else bool(found)

    def number(self, name: str) -> float | None:
        """Return a number, None when it is not there."""
        found = self._get(name, (int, float), "a number")
        try:
            return None if found is None else float(found)
        except OverflowError as error:
            raise ShapeError(f"{self.path}.{name}: the number is too large.") from error

    def one(self, name: str) -> "Element":
        """Return an object, an empty one when it is not there."""
        return Element(self._get(name, dict, "an object") or {}, f"{self.path}.{name}")

    def many(self, name: str) -> list["Element"]:
        """Return the objects of a list, none when it is not there."""
        found = self._get(name, list, "a list") or []
        return [_object(item, f"{self.path}.{name}[{number}]") for number, item in enumerate(found)]

    def texts(self, name: str) -> list[str]:
        """Return the texts of a list, none when it is not there."""
        found = self._get(name, list, "a list") or []
        for number, item in enumerate(found):
            if not isinstance(item, str):
                raise ShapeError(f"{self.path}.{name}[{number}]: FHIR R4 has a text here.")
        return list(found)

    def extensions(self, url: str) -> list["Element"]:
        """Return the extensions with a URL."""
        return [extension for extension in self.many("extension") if extension.text("url") == url]

    def concept(self) -> str:
        """Return what a CodeableConcept says: its text, else the display or the code of its first coding."""
        codings = self.many("coding")
        return self.text("text") or next((coding.text("display") or coding.text("code") for coding in codings), "")

    def codes(self) -> list[str]:
        """Return the codes of a CodeableConcept."""
        return [coding.text("code") for coding in self.many("coding")]

    def _get(self, name: str, kind: type | tuple[type, ...], expected: str) -> Any:
        found = self.value.get(name)
        if found is None:
            return None
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
            raise ShapeError(f"{self.path}.{name}: FHIR R4 has {expected} here.")
        return found


def _object(item: Any, path: str) -> Element:
    if not isinstance(item, dict):
        raise ShapeError(f"{path}: FHIR R4 has an object here.")
    return Element(item, path)
