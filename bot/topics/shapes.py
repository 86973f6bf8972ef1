"""The shapes of texts that may leave: exact ones, and templates whose variables are declared here, once. Pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_NAMES = r"[^\n{}<>]{1,300}"
# what may stand in the place of a variable that is no fact of the clinic
VARIABLES = {
    "sources": r"[^\n{}<>]{1,1000}",
    "reviewer": r"[^\n{}<>]{1,250}, \d{4}-\d\d-\d\d",
    "position": r"\d{1,3}",
    "person": _NAMES,
    "opening": _NAMES,
    # of a provider's card and of what was looked for
    "provider": _NAMES,
    "partner": _NAMES,
    "place": _NAMES,
    "distance": r"\d{1,5}(\.\d{1,2})?",
    "names": _NAMES,
    "booking": _NAMES,
    "reasons": r"[^\n{}<>]{1,1000}",
    "value": _NAMES,
}
LETTERS_TO_TELL = 10  # of a template's own: with fewer, almost any text would fit it
_VARIABLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Template:
    """A text with variables and the content it belongs to; what is hardly more than a variable may only be a line of a card."""

    pattern: re.Pattern[str]
    content: str
    is_telling: bool


@dataclass(frozen=True)
class Shapes:
    """Filled texts by themselves and as templates, each with the content it belongs to."""

    exact: dict[str, str]
    templates: tuple[Template, ...]

    def owner(self, text: str) -> str | None:
        """Return the content that a text belongs to; None when it has no such shape."""
        if content := self._telling(text):
            return content
        lines = text.split("\n")
        return self._card(lines) if len(lines) > 1 else None

    def _card(self, lines: list[str]) -> str | None:
        """Return the one content of all the lines, when at least two of them tell more than their variables do."""
        told = [content for line in lines if (content := self._telling(line))]
        found = {self._telling(line) or self._line(line) for line in lines}
        return found.pop() if len(told) > 1 and len(found) == 1 else None

    def _telling(self, text: str) -> str | None:
        if text in self.exact:
            return self.exact[text]
        fits = (template.content for template in self.templates if template.is_telling and template.pattern.fullmatch(text))
        return next(fits, None)

    def _line(self, line: str) -> str | None:
        return next((template.content for template in self.templates if template.pattern.fullmatch(line)), None)


def compile_shapes(texts: Iterable[tuple[str, str]], fill: Callable[[str], str]) -> Shapes:
    """Return the shapes of (text, content) pairs, with facts put in by `fill`; raises KeyError with an undeclared variable."""
    exact: dict[str, str] = {}
    templates: list[Template] = []
    for text, content in texts:
        parts = _VARIABLE.split(fill(text))  # literal, variable, literal, ...
        if len(parts) == 1:
            exact[parts[0]] = content
            continue
        pattern = "".join(VARIABLES[part] if at % 2 else re.escape(part) for at, part in enumerate(parts))
        letters = sum(letter.isalpha() for part in parts[::2] for letter in part)
        templates.append(Template(re.compile(pattern), content, letters >= LETTERS_TO_TELL))
    return Shapes(exact, tuple(templates))
