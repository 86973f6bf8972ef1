"""`tandem content list | lint | sign-off | export`: what patients read, where it stands, and who approved it."""

import json
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path
from typing import Any

from bot.topics.contents import Content, is_topic, load_contents
from bot.topics.lint import grade, lint, lint_groups
from bot.topics.review import APPROVED, AWAITING, CHANGED, EXPIRED, Review
from bot.topics.service import DAYS_APPROVED, SignOffError, review_states, sign_off


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the command `content` and its verbs."""
    content = subparsers.add_parser("content", help="what patients read: list it, check it, sign it off, export it")
    verbs = content.add_subparsers(required=True, metavar="VERB")

    listing = verbs.add_parser("list", help="one line a topic or group: state, expiry, grade, source")
    listing.add_argument("--state", choices=(AWAITING, APPROVED, EXPIRED, CHANGED), help="only what is in this state")
    listing.set_defaults(run=_list)

    verbs.add_parser("lint", help="check every text against the rules of docs/editing-content.md").set_defaults(run=_lint)

    signing = verbs.add_parser("sign-off", help="record that a clinician has read and approved texts as they are now")
    signing.add_argument("keys", nargs="+", metavar="KEY", help="topics or groups, as `content list` names them")
    signing.add_argument("--name", required=True, help="who approves, such as 'Dr. A. Example'")
    signing.add_argument("--role", required=True, help="their role, such as 'Psychiatrist'")
    signing.add_argument("--days", type=int, default=DAYS_APPROVED, help="how long the approval holds (default: %(default)s)")
    signing.add_argument("--yes", action="store_true", help="they have read the texts elsewhere: do not show them and ask")
    signing.set_defaults(run=_sign_off)

    export = verbs.add_parser("export", help="write every text with its source and state, to read or to keep")
    export.add_argument("file", nargs="?", type=Path, help="where to (default: the screen)")
    export.add_argument("--format", choices=("markdown", "json"), default="markdown", help="(default: %(default)s)")
    export.set_defaults(run=_export)


def _list(chosen: Namespace) -> int:
    for key, review in review_states().items():
        content = load_contents()[key]
        if chosen.state in (None, review.state):
            until = f"{review.expires_at:%Y-%m-%d}" if review.expires_at else "-"
            print(f"{key:34} {review.state:9} {until:11} {_grades(content):>4}  {content.source}")
    return 0


def _grades(content: Content) -> str:
    """Return the highest grade of a topic's texts; a group's sentences are too short for one."""
    return f"{max(map(grade, content.texts.values())):.1f}" if is_topic(content.key) else "-"


def _lint(_: Namespace) -> int:
    problems = [*lint(), *lint_groups()]
    print("\n".join(problems) or "content: no problems")
    return 1 if problems else 0


def _sign_off(chosen: Namespace) -> int:
    for key in chosen.keys:
        content = load_contents().get(key)
        if content and not chosen.yes:
            print(f"\n{_as_markdown(content, Review())}")
            if input(f"Does {chosen.name} approve these words as they are? yes or no: ").strip().lower() not in ("y", "yes"):
                print(f"{key}: not signed")
                continue
        try:
            review = sign_off(key, chosen.name, chosen.role, content.text_hash if content else "", chosen.days)
        except SignOffError as error:
            print(f"tandem: {error}", file=sys.stderr)
            return 1
        print(f"{key}: approved by {review.reviewer}, until {review.expires_at:%Y-%m-%d}")
    return 0


def _export(chosen: Namespace) -> int:
    states = review_states()
    contents = load_contents()
    if chosen.format == "json":
        text = json.dumps([_as_data(contents[key], review) for key, review in states.items()], indent=2, ensure_ascii=False)
    else:
        text = "\n".join(_as_markdown(contents[key], review) for key, review in states.items())
    if chosen.file:
        chosen.file.write_text(text + "\n", encoding="utf-8")
        print(f"wrote {len(states)} contents to {chosen.file}")
    else:
        print(text)
    return 0


def _as_data(content: Content, review: Review) -> dict[str, Any]:
    return {
        "key": content.key,
        "title": content.title,
        "source": content.source,
        "texts": content.texts | content.parts,
        "labels": content.labels,
        "hash": content.text_hash,
        "state": review.state,
        "reviewer": review.reviewer,
        "expires": review.expires_at.isoformat() if review.expires_at else None,
    }


def _as_markdown(content: Content, review: Review) -> str:
    state = review.state + (f" ({review.reviewer}; until {review.expires_at:%Y-%m-%d})" if review.is_approved else "")
    texts = [f"**{name}**: {text}\n" for name, text in (content.texts | content.parts).items()]
    labels = [f"Buttons: {'; '.join(content.labels)}\n"] if content.labels else []
    head = [f"## {content.title} (`{content.key}`)\n", f"Source: {content.source}. Review: {state}.\n"]
    return "\n".join([*head, *texts, *labels])
