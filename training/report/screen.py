"""The morning report as text: one screen of a terminal, what matters most first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from training.characters import columns
from training.report import telling
from training.report.phrasing import count, listed, percent, plain, score, sentence, span
from training.report.telling import Report, compared

COLUMNS, LINES = 80, 23  # of the smallest terminal, and a line for what is typed next
_NAME = 11  # columns of what stands before each line
_WHY = 3  # lines at most
_TOLD = 0.05  # part of the night from which a step is told


def text(report: Report) -> str:
    """Give the report as text of at most LINES lines of COLUMNS columns; the first two say how the night ended."""
    why = " ".join([sentence(telling.state(report)), *telling.why(report)])
    top = [
        *_wrapped(f"{report.get('night') or ''}  {telling.headline(report)}", COLUMNS, 2),
        *_wrapped(why, COLUMNS, _WHY),
    ]
    body = [(name, told) for name, told in _lines(report) if told]
    actions = [line for action in telling.actions(report) for line in _action(action)]
    bottom = [_named("" if number else "To do", told) for number, told in enumerate(actions)]
    room = LINES - len(top) - len(bottom) - 2
    shown = [_wrapped(told, COLUMNS - _NAME, 2) for _, told in body]
    for number in reversed(range(len(body))):
        if sum(map(len, shown)) > room:
            shown[number] = _wrapped(body[number][1], COLUMNS - _NAME, 1)
    lines = [
        _named("" if number else name, line)
        for (name, _), its in zip(body, shown, strict=True)
        for number, line in enumerate(its)
    ]
    parts = [map(_cut, top), map(_cut, lines[: max(0, room)]), bottom]
    return "\n".join(chain(*(["", *part] for part in map(list, parts) if part))).lstrip("\n") + "\n"


def _named(name: str, told: str) -> str:
    return f"{name:<{_NAME}}{told}"


def _action(action: telling.Action) -> list[str]:
    """Say what to do in a line, or where that is too long, its command below it: whole, as it is to be copied."""
    room = COLUMNS - _NAME
    if not action.command:
        return [_cut(line, room) for line in _wrapped(action.told, room, 2)]
    whole = f"{action.told}: {plain(action.command)}"
    if columns(whole) <= room:
        return [whole]
    parts = textwrap.wrap(plain(action.command), room - 4, break_long_words=False, break_on_hyphens=False)
    return [_cut(f"{action.told}:", room), *(f"  {part} \\" for part in parts[:-1]), f"  {parts[-1]}"]


def _wrapped(told: str, columns: int, most: int) -> list[str]:
    return textwrap.wrap(plain(told), columns, max_lines=most, placeholder=" …")


def _lines(report: Report) -> Iterator[tuple[str, str]]:
    """Give what each line begins with, and what it tells; those that come first stay where there is no room."""
    names = report.get("names") or {}
    for one in report.get("comparisons") or []:
        rows = [row for row in compared(one, names) if row.clear]
        for word, its in (
            ("Better", [row for row in rows if row.difference > 0]),
            ("Worse", [row for row in rows if row.difference < 0]),
        ):
            told = [f"{row.name} {score(row.before)} → {score(row.after)}" for row in its]
            yield word, f"{listed(told, 4)}, on {telling.ON_SHORT.get(one['on'], one['on'])}" if told else ""
    yield "News", _collected(report.get("collected") or {})
    yield from _drift(report.get("drift") or {})
    yield "Topics", _topics(report)
    yield from _review(report)
    silent = report.get("silent_feeds") or []
    yield "Silent", listed([str(feed.get("title") or feed["url"]) for feed in silent])
    yield "Took", _took(report)


def _collected(collected: Mapping[str, Any]) -> str:
    parts = []
    if "new" in collected:
        copies = f" ({collected['copies']:,} of them copies)" if collected.get("copies") else ""
        parts.append(f"{count(collected['new'], 'new article')}{copies}")
    if "judgments" in collected:
        parts.append(count(collected["judgments"], "new judgment"))
    if "articles" in collected:
        parts.append(f"{count(collected['articles'], 'article')} in training")
    return ", ".join(parts)


def _drift(drift: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if drift.get("told"):
        yield "Drift", drift["told"]
    for key, what in (("labels", "Labels"), ("topics", "Topics"), ("vocabulary", "Words")):
        kind = drift.get(key) or {}
        clear = [f"{change['name']} {telling.shares(change)}" for change in kind.get("changes", []) if change["clear"]]
        if clear or kind.get("drifted"):
            yield what, "; ".join([*([telling.unlike(kind, what)] if kind["drifted"] else []), *clear[:3]])
    if drift.get("labels") and not any(_moved(drift.get(key)) for key in ("labels", "topics", "vocabulary")):
        yield "Drift", "none: labels, topics and words are spread as on other nights"
    stories = (drift.get("vocabulary") or {}).get("stories") or []
    for number, story in enumerate(stories[:3]):
        share = f"{count(story['articles'], 'article')}, {percent(story['before'])} → {percent(story['now'])}"
        yield "" if number else "Stories", f"{', '.join(story['words'][:5])} ({share})"


def _moved(kind: Mapping[str, Any] | None) -> bool:
    return bool(kind and (kind["drifted"] or any(change["clear"] for change in kind.get("changes", []))))


def _topics(report: Report) -> str:
    changes = telling.topic_changes(report)
    return "; ".join(
        f"{what} {listed([name for kind, name, _ in changes if kind == what])}"
        for what in ("new", "split", "merged", "faded")
        if any(kind == what for kind, _, _ in changes)
    )


def _review(report: Report) -> Iterator[tuple[str, str]]:
    review, disputed = report.get("review") or [], report.get("disputed") or []
    if review:
        yield "Review", _articles(review)
    if disputed:
        yield "Disputed", _articles(disputed)


def _articles(rows: Iterable[Mapping[str, Any]]) -> str:
    rows = list(rows)
    first = rows[0]
    more = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
    name = first.get("name") or first.get("label")
    return f"{name}? {textwrap.shorten(plain(first.get('title') or first['article']), 60, placeholder=' …')}{more}"


def _took(report: Report) -> str:
    steps = report.get("steps") or []
    whole = sum(step["seconds"] for step in steps)
    told = [f"{step['name']} {span(step['seconds'])}" for step in steps if step["seconds"] >= _TOLD * whole]
    return f"{span(whole)}: {', '.join(told)}" if steps else ""


def _cut(line: str, room: int = COLUMNS) -> str:
    """Give as much of a line as has room; some characters take two columns, some none."""
    if columns(line) <= room:
        return line.rstrip()
    kept, width = [], 1
    for char in line:
        width += columns(char)
        if width > room:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"
