"""The report as one page: tables and the plot of the intervals, written by hand; no scripts, nothing from elsewhere."""

from collections.abc import Iterable, Sequence
from html import escape

from tests.safety.evidence.statistics import Share

STYLE = """
:root { color-scheme: light dark; --line: #767676; --good: #1f6f6b; --bad: #b3261e; --ink: #1b1b1b; --paper: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --line: #9a9a9a; --good: #7fd1cb; --bad: #ffb4ab; --ink: #ececec; --paper: #16181a; }
}
body { color: var(--ink); background: var(--paper); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; margin: 0.5rem 0 1.5rem; }
.wide { overflow-x: auto; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
th, td { border: 1px solid var(--line); padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.long { min-width: 15rem; overflow-wrap: anywhere; }
a { color: var(--good); }
.no { color: var(--bad); font-weight: 600; }
svg text { fill: currentColor; font: 13px system-ui, sans-serif; }
:focus-visible { outline: 3px solid var(--good); }
"""
LONG = 36  # characters, from which a cell needs room
ROW, LEFT, WIDTH = 24, 330, 520  # pixels: a row's height, where the scale starts, its length


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; the first cell of a row is its header; "not met" and "fail" stand out by word and by colour."""
    heading = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(f'<tr><th scope="row">{escape(str(row[0]))}</th>{"".join(map(_cell, row[1:]))}</tr>' for row in rows)
    shown = f"<table><caption>{escape(caption)}</caption><thead><tr>{heading}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide" role="region" aria-label="{escape(caption)}" tabindex="0">{shown}</div>'


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "<td>met</td>" if value else '<td class="no">not met</td>'
    if isinstance(value, int | float):
        return f'<td class="number">{value}</td>'
    text = str(value)
    kind = "no" if text.startswith("fail") else "long" if len(text) > LONG else ""
    return f'<td class="{kind}">{escape(text)}</td>' if kind else f"<td>{escape(text)}</td>"


def plot(title: str, rows: Sequence[tuple[str, Share, float, bool]]) -> str:
    """Return a plot of shares with their intervals, 0 to 100 %, and each one's floor as a tick; what misses it is square.

    A row is (name, share, floor in per cent, whether it is met). The same numbers stand in the table below the plot.
    """
    height = ROW * len(rows) + 40
    parts = [f'<text x="{_at(mark)}" y="{height - 8}" text-anchor="middle">{mark} %</text>' for mark in range(0, 101, 20)]
    parts += [f'<path d="M{_at(mark)} 8V{height - 26}" stroke="var(--line)" stroke-opacity=".4"/>' for mark in range(0, 101, 20)]
    for index, (name, share, floor, is_met) in enumerate(rows):
        y = ROW * index + 20
        low, high = (_at(100 * end) for end in share.interval)
        colour, at = ("var(--good)" if is_met else "var(--bad)"), _at(100 * share.value)
        point = f'<circle cx="{at}" cy="{y}" r="5"' if is_met else f'<rect x="{at - 5:.1f}" y="{y - 5}" width="10" height="10"'
        parts.append(f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<path d="M{low} {y}H{high}" stroke="{colour}" stroke-width="2"/>{point} fill="{colour}"/>')
        parts.append(f'<path d="M{_at(floor)} {y - 9}V{y + 9}" stroke="currentColor" stroke-width="2"/>')
    about = (
        "Points are shares, lines their 95 % intervals, upright strokes the floors; squares miss their floor. "
        "The numbers are in the table below."
    )
    return (
        f'<figure><svg role="img" aria-label="{escape(title)}. {about}" viewBox="0 0 {LEFT + WIDTH + 30} {height}" '
        f'width="100%">{"".join(parts)}</svg><figcaption>{escape(title)}. {about}</figcaption></figure>'
    )


def _at(percent: float) -> float:
    return round(LEFT + WIDTH * percent / 100, 1)


def page(title: str, sections: Sequence[tuple[str, str, Sequence[str]]]) -> str:
    """Return the whole page; a section is (heading, one paragraph, parts already in HTML)."""
    links = "".join(f'<li><a href="#s{index}">{escape(heading)}</a></li>' for index, (heading, _, _) in enumerate(sections))
    body = "".join(
        f'<section aria-labelledby="s{index}"><h2 id="s{index}">{escape(heading)}</h2>'
        f"<p>{escape(text)}</p>{''.join(parts)}</section>"
        for index, (heading, text, parts) in enumerate(sections)
    )
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head = f"<head>{meta}<title>{escape(title)}</title><style>{STYLE}</style></head>"
    main = f'<main><h1>{escape(title)}</h1><nav aria-label="Contents"><ol>{links}</ol></nav>{body}</main>'
    return f'<!doctype html><html lang="en">{head}<body>{main}</body></html>\n'
