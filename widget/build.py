"""Builds the widget's scripts and stylesheet from this folder into bot/web/static; `make widget` runs it.

The frame's modules become one script, each in a function of its own, so that their names cannot collide.
"""

import re
import sys
from pathlib import Path

import rcssmin
import rjsmin

SOURCES = Path(__file__).parent
STATIC = SOURCES.parent / "bot" / "web" / "static"
NOTICE = "/* built from widget/ by widget/build.py; do not edit */\n"

IMPORT = re.compile(r'^import (?:\* as (\w+)|\{ (\w+(?:, \w+)*) \}) from "\./(\w+)\.js";$', re.M)
EXPORT = re.compile(r"^export (?=(?:(?:async )?function\*? |const |class )(\w+))", re.M)
REFUSED = {
    "an import or export of another form": re.compile(r"(?:^|;)[ \t]*(?:import|export)\b.*|\bimport ?[(.].*", re.M),
    "await outside of a function": re.compile(r"^(?:(?:const|let) .*= )?await\b.*", re.M),
    # rjsmin takes what is inside for code, and its spaces away
    "a template inside a template": re.compile(r"\$\{[^}`]*`.*"),
}


class CannotBundle(Exception):
    """A module uses what the build does not know; the text says which and where."""


def bundle(folder: Path, entry: str) -> str:
    """Join a module and all it imports into one script, each module after those it imports."""
    exports: dict[str, list[str]] = {}
    parts: list[str] = []

    def add(name: str, importers: tuple[str, ...] = ()) -> None:
        if name in importers:
            raise CannotBundle(f"{name}.js and {importers[-1]}.js import each other, at once or by way of others.")
        if name in exports:
            return
        if not (folder / f"{name}.js").is_file():
            raise CannotBundle(f"{folder.name}/{name}.js is not there; {', '.join(importers) or 'the build'} needs it.")
        source = (folder / f"{name}.js").read_text(encoding="utf-8")
        for _, names, module in IMPORT.findall(source):
            add(module, (*importers, name))
            if missing := set(filter(None, names.split(", "))) - set(exports[module]):
                raise CannotBundle(f"{name}.js imports {', '.join(sorted(missing))}, which {module}.js does not export.")
        exports[name] = EXPORT.findall(source)
        body = EXPORT.sub("", IMPORT.sub(lambda found: f"const {found[1] or f'{{ {found[2]} }}'} = ${found[3]};", source))
        for what, pattern in REFUSED.items():
            if found := pattern.search(body):
                raise CannotBundle(f"{name}.js has {what}, which the build cannot bundle: {found[0].strip()}")
        parts.append(f"const ${name} = (() => {{\n{body}\nreturn {{ {', '.join(exports[name])} }};\n}})();\n")

    add(entry)
    return "".join(parts)


def build(folder: Path = SOURCES) -> dict[str, str]:
    """Return the text of each file to serve, by its name."""
    loader, style = ((folder / name).read_text(encoding="utf-8") for name in ("widget.js", "chat.css"))
    frame = rjsmin.jsmin(bundle(folder, "chat"))
    built = {"widget.js": rjsmin.jsmin(loader), "chat.js": frame, "chat.css": rcssmin.cssmin(style)}
    return {name: f"{NOTICE}{text}\n" for name, text in built.items()}


if __name__ == "__main__":
    try:
        for name, text in build().items():
            (STATIC / name).write_text(text, encoding="utf-8")
    except CannotBundle as error:
        sys.exit(f"widget: {error}")
