"""What is served is what widget/ gives, it is small, and the build refuses what it would get wrong."""

import gzip
from pathlib import Path

import httpx
import pytest

from bot.web.pages import LANGUAGES, STATIC
from widget.build import CannotBundle, build, bundle

LIMIT = 15_000  # bytes


def test_the_committed_files_are_what_the_build_gives() -> None:
    built = build()
    committed = {name: (STATIC / name).read_text(encoding="utf-8") for name in built}
    assert committed == built, "run `make widget`"


def test_loader_script_stylesheet_and_page_of_the_frame_are_small_when_compressed(site: httpx.Client) -> None:
    def size(path: str) -> int:
        return len(gzip.compress(site.get(path).raise_for_status().content, 9))

    page = max(size(f"/chat?lang={language}") for language in LANGUAGES)
    files = [size(path) for path in ("/widget.js", "/static/chat.js", "/static/chat.css")]
    assert page + sum(files) <= LIMIT, (page, files)


def test_each_module_comes_once_after_those_it_imports_and_keeps_its_names(tmp_path: Path) -> None:
    (tmp_path / "chat.js").write_text('import * as log from "./log.js";\nimport { own } from "./words.js";\nlog.show(own());\n')
    (tmp_path / "log.js").write_text('import { own } from "./words.js";\nexport const show = (text) => own(text);\n')
    (tmp_path / "words.js").write_text("export async function own() {}\n")
    script = bundle(tmp_path, "chat")
    starts = [script.index(f"const ${name} = (() => {{") for name in ("words", "log", "chat")]
    assert starts == sorted(starts) and script.count("(() => {") == 3
    for line in ("const log = $log;", "const { own } = $words;", "return { show };", "return { own };"):
        assert line in script
    assert "import" not in script and "export" not in script


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('import { a as b } from "./log.js";', "an import or export of another form"),
        ('import log from "./log.js";', "an import or export of another form"),
        ('import "./log.js";', "an import or export of another form"),
        ('const log = await import("./log.js");', "an import or export of another form"),
        ("export default 1;", "an import or export of another form"),
        ("export let count = 0;", "an import or export of another form"),
        ("export { a };", "an import or export of another form"),
        ("const answer = await fetch('/');", "await outside of a function"),
        ("a = `${b ? `. ${b}` : ''}`;", "a template inside a template"),
        ('import { missing } from "./log.js";', "chat.js imports missing, which log.js does not export."),
        ('import { a } from "./none.js";', "none.js is not there; chat needs it."),
        ('import { main } from "./circle.js";', "chat.js and circle.js import each other"),
    ],
)
def test_what_cannot_be_bundled_is_refused_with_a_sentence(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "chat.js").write_text(f"// The frame.\n{line}\nexport const main = 1;\n")
    (tmp_path / "log.js").write_text("export const a = 1;\n")
    (tmp_path / "circle.js").write_text('import { main } from "./chat.js";\n')
    with pytest.raises(CannotBundle, match=reason.replace(".", r"\.")):
        bundle(tmp_path, "chat")
