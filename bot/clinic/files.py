"""Reads what a clinic edits (clinic/*.yml) into checked models; an error names the file, the line, the field and the reason."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.settings import ROOT

Model = TypeVar("Model", bound=BaseModel)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_REASONS = {"missing": "this field is missing", "extra_forbidden": "this field is unknown; check how it is spelt"}


class ClinicError(ValueError):
    """A clinic file that cannot be used; the text names the file, the line, the field and the reason."""


class Kept(BaseModel):
    """A file of facts or words that go stale: who keeps it, where it comes from, and until when it holds."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    owner: str
    sources: tuple[str, ...] = Field(min_length=1)
    checked_on: date
    expires_on: date


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Read a YAML file into a model; raises ClinicError."""
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        for key in _repeated(root):
            raise ClinicError(f"{name}, line {_line(key)}: {key.value}: this field stands twice.")
        return model.model_validate(loader.construct_document(root) if root else None)
    except (OSError, UnicodeDecodeError) as error:
        raise ClinicError(f"{name} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}.") from error
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ClinicError(f"{name}{line}: this is not valid YAML: {error.problem}.") from error
    except yaml.YAMLError as error:
        raise ClinicError(f"{name}: this is not valid YAML: {str(error).splitlines()[0]}.") from error
    except ValidationError as error:
        errors = error.errors(include_input=False)
        first = min(errors, key=lambda found: found["type"] != "extra_forbidden")  # a misspelt field explains a missing one
        place = [part for part in first["loc"] if part != "[key]"]
        line = f", line {_line(found)}" if (found := _find(root, place)) else ""
        field = ".".join(str(part) for part in place) or "the file"
        reason = _REASONS.get(first["type"]) or first["msg"].removeprefix("Value error, ")
        raise ClinicError(f"{name}{line}: {field}: {reason}.") from error


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _find(node: Any, place: Sequence[str | int]) -> Any:
    """Return the node of a place in the document, or the nearest one above it; a field is found by its name."""
    found = None
    for part in place:
        if isinstance(node, yaml.MappingNode):
            key, node = next(((key, value) for key, value in node.value if key.value == str(part)), (None, None))
            found = key or found
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = found = node.value[part]
        else:
            break
    return found


def _repeated(node: Any) -> Iterator[Any]:
    """Yield the keys that stand twice in one mapping, of which YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key
            if isinstance(key, yaml.ScalarNode):
                seen.add(key.value)
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item)
