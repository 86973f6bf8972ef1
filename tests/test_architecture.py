"""The rules of the house: who may import whom, and who may read the environment."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bot.settings import ROOT, Settings

FILES = sorted(path for room in ("bot", "actions") for path in (ROOT / room).rglob("*.py") if path.name != "__init__.py")
FEATURES = ("conversations", "figures", "handoff", "privacy", "providers", "safety", "staff", "topics")
ANYWHERE = ("bot.settings", "bot.clinic.*")  # the clinic's facts are settings too
READS_ENVIRONMENT = {"bot.settings", "bot.cli", "bot.processes"}

# who -> what of ours it may import; the first pattern that fits holds
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "bot.settings": (),
    "bot.logs": (),
    "bot.commands": (),
    "bot.minilm": (),
    "bot.network": (),
    "bot.clinic.opening": (),
    "bot.clinic.theme": (),
    "bot.clinic.facts": ("bot.settings", "bot.clinic.*"),
    "bot.clinic.files": ("bot.settings",),
    "bot.clinic.lines": ("bot.settings", "bot.clinic.files"),
    "bot.clinic.crisis_pack": ("bot.settings", "bot.clinic.files"),
    "bot.backup": ANYWHERE,
    "bot.doctor": ("bot.*",),  # it asks every room how it is
    "bot.db": ("bot.settings",),
    "bot.engine": (*ANYWHERE, "bot.conversations.service"),
    "bot.locks": (),
    "bot.inbound": (*ANYWHERE, "bot.conversations.*", "bot.safety.*", "bot.handoff.*", "bot.privacy.*", "bot.commands"),
    # the replies and the ticket they call for are one commit, so the turn opens the transaction
    "bot.turns": (*ANYWHERE, "bot.db", "bot.inbound", "bot.locks", "bot.conversations.*",
        "bot.safety.*", "bot.handoff.*", "bot.privacy.*", "bot.engine",
        "bot.topics.responses", "bot.topics.approved", "bot.figures.*"),
    "bot.processes": ANYWHERE,
    "bot.cli": ("bot.*",),
    # what the command line changes is written down like what the desk changes
    "bot.providers.commands": (*ANYWHERE, "bot.db", "bot.providers.*", "bot.staff.audit"),
    "bot.safety.screen": ("bot.safety.lexicon", "bot.safety.text", "bot.safety.model"),
    "bot.safety.text": (),
    "bot.safety.loading": ("bot.safety.screen", "bot.safety.model", "bot.minilm"),  # in the engine's environment too
    "bot.safety.answers": ("bot.safety.text",),
    "bot.safety.service": (*ANYWHERE, "bot.safety.*"),
    "bot.safety.model": (),
    "bot.safety.lexicon": (),
    "bot.nlu.*": ("bot.nlu.*",
        *(f"bot.safety.{name}" for name in ("lexicon", "screen", "model", "text", "loading")), "bot.minilm", "bot.commands"),
    # beside what the turn needs, a channel names an answer's topic and sources, which it reads in the catalogue
    # a platform's channel keeps tables of its own, answers a crisis that nothing can keep, and tells the staff of it
    "bot.channels.*": (*ANYWHERE, "bot.turns", "bot.conversations.*", "bot.channels.*", "bot.topics.*",
        "bot.db", "bot.privacy.encryption", "bot.safety.*", "bot.handoff.unrecorded"),
    # the app sets up logs, engine and redaction when it starts, goes the hand-off's rounds, and screens what it refuses
    "bot.web.*": (*ANYWHERE, "bot.channels.*", "bot.web.*", "bot.network",
        "bot.handoff.rounds", "bot.handoff.senders", "bot.desk.app", "bot.desk.slack", "bot.doctor", "bot.turns",
        "bot.conversations.*", "bot.engine", "bot.logs", "bot.privacy.*", "bot.safety.*", "bot.topics.*"),
    "bot.desk.*": (*ANYWHERE, "bot.desk.*", "bot.db", "bot.logs", "bot.network", *(f"bot.{name}.*" for name in FEATURES)),
    "bot.migrations.*": ("bot.db", "bot.settings", "bot.*.models"),
    "bot.*.models": ("bot.db", "bot.settings", "bot.conversations.models", "bot.privacy.encryption"),
    "actions.*": (*ANYWHERE, "actions.*", *(f"bot.{name}.*" for name in FEATURES)),
} | {f"bot.{name}.*": (*ANYWHERE, "bot.db", "bot.conversations.*", f"bot.{name}.*") for name in FEATURES}  # fmt: skip

# who -> packages of others it must not know
MUST_NOT_IMPORT = {
    "bot.turns": {"rasa", "rasa_sdk", "starlette", "sse_starlette", "uvicorn"},
    "bot.safety.screen": {"pydantic", "sqlalchemy", "yaml"},
    "bot.safety.lexicon": {"pydantic", "sqlalchemy", "yaml"},
    "bot.safety.text": {"pydantic", "sqlalchemy", "yaml"},
    "bot.safety.model": {"pydantic", "sqlalchemy", "yaml"},
    "bot.safety.loading": {"pydantic", "sqlalchemy", "yaml"},
    "bot.*": {"rasa_sdk"},
    "actions.*": {"rasa", "starlette"},
}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports(path: Path) -> Iterator[str]:
    """Yield every module a file imports, by its full name, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} has a relative import"
            for alias in node.names:
                inner = ROOT.joinpath(*str(node.module).split("."), alias.name)
                is_module = inner.is_dir() or inner.with_suffix(".py").exists()
                yield f"{node.module}.{alias.name}" if is_module else str(node.module)


def allowed(name: str) -> tuple[str, ...]:
    return next(may for pattern, may in MAY_IMPORT.items() if fnmatch(name, pattern))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_imports_only_what_its_room_may_know(path: Path) -> None:
    may = allowed(name_of(path))
    ours = {module for module in imports(path) if module.split(".")[0] in ("bot", "actions", "tests")}
    assert not {module for module in ours if not any(fnmatch(module, pattern) for pattern in may)}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_knows_no_library_that_its_room_must_not_know(path: Path) -> None:
    packages = {module.split(".")[0] for module in imports(path)}
    for pattern, banned in MUST_NOT_IMPORT.items():
        if fnmatch(name_of(path), pattern):
            assert not packages & banned
    assert "rasa" not in packages or name_of(path).startswith("bot.nlu.")


def test_no_feature_imports_the_tables_of_another() -> None:
    for path in (ROOT / "bot").glob("*/*.py"):
        room = path.parent.name
        foreign = {module for module in imports(path) if module.endswith(".models")} - {f"bot.{room}.models"}
        if room in FEATURES:
            assert foreign <= {"bot.conversations.models"}, path


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_settings_and_what_starts_processes_read_the_environment(path: Path) -> None:
    read = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert name_of(path) in READS_ENVIRONMENT or not read & {"environ", "environb", "getenv"}
    assert "dotenv" not in {module.split(".")[0] for module in imports(path)}


def test_every_setting_is_named_in_the_example_and_every_name_there_is_a_setting() -> None:
    named = re.findall(r"^#?(TANDEM_\w+)=", (ROOT / ".env.example").read_text(), re.M)
    assert sorted(named) == sorted(f"TANDEM_{name.upper()}" for name in Settings.model_fields)


def test_the_rules_would_notice_a_breach(tmp_path: Path) -> None:
    breach = tmp_path / "breach.py"
    breach.write_text("def f():\n    from bot import turns\n    import bot.web.app\n    from bot.settings import ROOT\n")
    assert list(imports(breach)) == ["bot.turns", "bot.web.app", "bot.settings"]
    assert not any(fnmatch("bot.turns", pattern) for pattern in allowed("actions.answers"))
    assert not any(fnmatch("bot.topics.models", pattern) for pattern in allowed("bot.handoff.service"))
