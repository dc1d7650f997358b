"""What is to be said of a night, in sentences that need no explanation: used by the page and by the screen alike."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from math import sqrt
from typing import Any, NamedTuple

from training.report.phrasing import count, listed, percent, plain, score, sentence

Report = Mapping[str, Any]

SURE = 1.96  # standard errors from which a difference is called clear, where nobody has drawn articles anew
SHORTEST, LONGEST = 20, 96  # characters of a reason in the headline
OUTCOMES = {"promoted": "Promoted", "refused": "Refused", "failed": "Failed"}
ON = {
    "known": "judged before",
    "new": "judged since the last night",
    "partly judged": "partly judged since the last night",
}
ON_SHORT = {"known": "known articles", "new": "new articles", "partly judged": "partly judged articles"}
_OPENINGS = {*"The A An On In It Its No There This Its Of".split()}  # words that begin no name


class Compared(NamedTuple):
    """One label under both models, on the same articles.

    Attributes:
        articles: that are about the label.
        before, after: its F1 with the champion and with the challenger, 0 to 1.
        clear: whether chance in the choice of articles hardly explains the difference.
    """

    id: str
    name: str
    articles: int
    before: float
    after: float
    clear: bool

    @property
    def difference(self) -> float:
        """How much better the challenger is."""
        return self.after - self.before


class Action(NamedTuple):
    """Something that a person can do."""

    told: str
    command: str | None = None


def in_words(reason: str, names: Mapping[str, str]) -> str:
    """Say a reason without the terms of the trade, its scores as points of 100.

    >>> in_words("F1 of LY on known articles falls from 0.900 to 0.712", {"LY": "Libya"})
    'the score of Libya on known articles falls from 90.0 to 71.2'
    >>> in_words("the current model (its micro F1 is 0.412 there)", {})
    'the current model (its score is 41.2 there)'
    """
    told = re.sub(r"\bF1 of (\S+)", lambda found: f"the score of {names.get(found[1], found[1])}", reason)
    told = re.sub(r"\b(its|model's) micro F1\b", r"\1 score", told)
    told = re.sub(r"\bmicro F1\b", "the score of all labels together", told)
    told = re.sub(r"\bmacro F1\b", "the mean score of the labels", told)
    return told if told == reason else re.sub(r"\b[01]\.\d{3}\b", lambda found: score(float(found[0])), told)


def ended(report: Report) -> str:
    """Say in one word how the night ended."""
    return OUTCOMES.get(str(report.get("outcome")), "Ended")


def headline(report: Report) -> str:
    """Say in one line how the night ended, and the main reason."""
    outcome, said = report.get("outcome"), ended(report)
    if outcome == "failed":
        return f"{said}: {_short(str(report.get('error') or (_reasons(report) or ['nobody knows why'])[0]))}"
    if outcome == "refused":
        reasons = _reasons(report) or ["the gate gave no reason"]
        more = f", and {count(len(reasons) - 1, 'reason')} more" if len(reasons) > 1 else ""
        return f"{said}: {_short(reasons[0])}{more}"
    if outcome != "promoted":
        return f"{said}, and nobody said how"
    if not report.get("champion"):
        scores = report.get("scores")
        return f"{said}: the first model" + (f", with {score(scores['micro']['f1'])} of 100 points" if scores else "")
    if not report.get("comparisons"):
        return f"{said}, though no judged article tells which model is better"
    better, worse = verdict(report)
    if better:
        return f"{said}: better at {listed(better)}, " + (
            f"worse at {listed(worse)}" if worse else "no label clearly worse"
        )
    if worse:
        return f"{said}: worse at {listed(worse)}, within what the gate allows"
    gain = _gain(report)
    return f"{said}: " + (
        "as good as the model before" if abs(gain) < 0.0005 else f"{_points(gain)}, at no single label clearly"
    )


def state(report: Report) -> str:
    """Say which model is in use now.

    >>> state({"outcome": "refused", "champion": "20261126T031502118"})
    'the model before stays in use'
    """
    if report.get("outcome") == "promoted":
        return "the new model is in use"
    return "the model before stays in use" if report.get("champion") else "there is no model in use"


def why(report: Report) -> list[str]:
    """Say why it ended so, in sentences, the most important one first; not what the headline says already."""
    reasons = _reasons(report)
    if (error := report.get("error")) and not any(str(error) in reason for reason in reasons):
        reasons.insert(0, str(error))
    told = [sentence(reason) for reason in reasons if sentence(_short(reason)) != sentence(reason)]
    if report.get("outcome") == "promoted":
        told += _scores(report) or ([] if report.get("comparisons") else _first(report))
    else:
        told += _scores(report)
    return told


def _scores(report: Report) -> list[str]:
    parts = [
        f"on {count(one['articles'], 'article')} {ON.get(one['on'], one['on'])} the score "
        + (
            f"stays at {score(before)}"
            if score(before) == score(after)
            else f"goes from {score(before)} to {score(after)} of 100"
        )
        for one in report.get("comparisons") or []
        for before, after in [(one["champion"]["micro"]["f1"], one["challenger"]["micro"]["f1"])]
    ]
    return [sentence("; ".join(parts))] if parts else []


def _first(report: Report) -> list[str]:
    scores = report.get("scores")
    if not scores:
        return []
    micro = scores["micro"]
    return [
        f"Of 100 countries it gives, {100 * micro['precision']:.0f} are right; of 100 that it should give, "
        f"it finds {100 * micro['recall']:.0f}."
    ]


def compared(comparison: Mapping[str, Any], names: Mapping[str, str]) -> list[Compared]:
    """Hold both models' labels against each other: those that any article is about, the clear and the large first."""
    drawn = {row["score"]: row["clear"] for row in comparison.get("differences") or []}
    olds, news = (comparison[who].get("labels", {}) for who in ("champion", "challenger"))
    rows = []
    for id in {**olds, **news}:
        old, new = olds.get(id), news.get(id)
        articles = max(side["support"] for side in (old, new) if side)
        if articles:
            before, after = (side["f1"] if side else 0.0 for side in (old, new))
            clear = drawn[id] if id in drawn else not drawn and _clear(before, after, articles)
            rows.append(Compared(id, names.get(id, id), articles, before, after, clear))
    return sorted(rows, key=lambda row: (not row.clear, -abs(row.difference), -row.articles, row.name))


def verdict(report: Report) -> tuple[list[str], list[str]]:
    """Name the labels that are clearly better, and those that are clearly worse."""
    rows = [row for one in report.get("comparisons") or [] for row in compared(one, report.get("names") or {})]
    clear = sorted((row for row in rows if row.clear), key=lambda row: -abs(row.difference))
    return _once(row.name for row in clear if row.difference > 0), _once(
        row.name for row in clear if row.difference < 0
    )


def actions(report: Report) -> list[Action]:
    """Say what a person can do, the most pressing first."""
    outcome, challenger = report.get("outcome"), report.get("challenger")
    at = where(report)
    found = []
    if outcome == "failed":
        found.append(Action("Mend what the error says, and run the night again", report.get("command")))
    if outcome == "refused" and challenger:
        found.append(Action("See what the refused model does otherwise", f"desk models diff {challenger}{at}"))
        found.append(Action("If you trust it all the same, take it", f"desk models promote {challenger}{at}"))
    if disputed := report.get("disputed"):
        found.append(
            Action(f"Settle {count(len(disputed), 'label')} on which people disagree", f"desk review --disputed{at}")
        )
    if review := report.get("review"):
        told = f"Judge {count(len(review), 'article')} from which it would learn most"
        found.append(Action(told, f"desk review{at}"))
    if unknown := (report.get("collected") or {}).get("unknown"):
        files = listed([f"labels/{label}.toml" for label in unknown])
        given = listed([f"{label} to {count(articles, 'article')}" for label, articles in unknown.items()])
        found.append(Action(f"Add {files} to seeds/, as nothing is learned of it yet: people gave {given}"))
    if silent := report.get("silent_feeds"):
        which = listed([str(feed.get("title") or feed["url"]) for feed in silent])
        found.append(Action(f"Look after {count(len(silent), 'feed')} that fell silent: {which}"))
    if outcome == "promoted" and report.get("champion"):
        found.append(Action("If it turns out worse, go back to the model before", f"desk models rollback{at}"))
    return found


def where(report: Report) -> str:
    """Give what commands are told about where the models are; nothing where they look there anyway."""
    return f" --models {shlex.quote(str(report['models']))}" if report.get("models") else ""


def unlike(kind: Mapping[str, Any], what: str) -> str:
    """Say whether tonight's labels, topics or words are spread as usual, with the figure and its bounds."""
    drifted = kind.get("drifted")
    if drifted:
        return f"{what} are {'very' if drifted == 'large' else 'moderately'} different from the days before"
    return f"{what} are spread as on other nights"


def shares(change: Mapping[str, Any]) -> str:
    """Say how a share has changed, and what it mostly is."""
    usual = change.get("usual")
    told = f"{percent(change['before'])} → {percent(change['now'])}"
    return told + (f", usually {percent(usual[0])} to {percent(usual[1])}" if usual else "")


def topic_changes(report: Report) -> list[tuple[str, str, str]]:
    """Say what became of topics: what happened, the topic's name, its first words or where it is from or went."""
    changes = report.get("topics") or {}
    names = {row["id"]: row.get("name") or row["id"] for rows in changes.values() for row in rows}
    told = []
    for row in changes.get("new", []):
        of = row.get("split_from")
        detail = [f"out of “{names.get(of, of)}”"] if of else []
        told.append(("split" if of else "new", names[row["id"]], "; ".join([*detail, *_words(row)])))
    for row in changes.get("retired", []):
        into = row.get("merged_into")
        detail = [f"into “{names.get(into, into)}”"] if into else []
        told.append(("merged" if into else "faded", names[row["id"]], "; ".join([*detail, *_words(row)])))
    return told


def _reasons(report: Report) -> list[str]:
    return [in_words(str(reason), report.get("names") or {}) for reason in report.get("reasons") or []]


def _words(row: Mapping[str, Any]) -> list[str]:
    words = [word["word"] if isinstance(word, Mapping) else str(word) for word in row.get("words") or []]
    return [", ".join(words)] if words else []


def _once(names: Iterable[str]) -> list[str]:
    return [*dict.fromkeys(names)]


def _gain(report: Report) -> float:
    """Give how much better the challenger is over all articles, in F1."""
    told = [
        (int(one["articles"]), float(one["challenger"]["micro"]["f1"] - one["champion"]["micro"]["f1"]))
        for one in report["comparisons"]
    ]
    return sum(articles * gain for articles, gain in told) / max(1, sum(articles for articles, _ in told))


def _points(gain: float) -> str:
    return f"{score(abs(gain))} points of 100 {'better' if gain > 0 else 'worse'} in all"


def _clear(before: float, after: float, articles: int) -> bool:
    """Whether two F1 differ beyond chance, judged from themselves alone; rather not, as both have the same articles.

    F1 is 2 s / (1 + s), s the part of right answers among all that are right, wrong or missed, of which there are at
    least as many as ``articles``; so its variance is that of s times (2 / (1 + s) squared) squared.
    """

    def variance(f1: float) -> float:
        s = (f1 / (2 - f1) * articles + 1) / (articles + 2)  # Laplace's rule, so that 0 and 1 are no certainty
        return s * (1 - s) / articles * (2 / (1 + s) ** 2) ** 2

    return articles >= 5 and abs(after - before) > SURE * sqrt(variance(before) + variance(after))


def _short(reason: str) -> str:
    """Give the first part of a reason, as far as a headline has room."""
    told = re.sub(r"^(article )?\S+: ", "", plain(reason))  # where it happened is told below, whole
    opening, _, rest = told.partition(" ")
    told = f"{opening.lower()} {rest}" if opening in _OPENINGS else told
    first = re.split(r" \(|: |; ", told)[0]
    first = (first if len(first) >= SHORTEST else told).rstrip(".")
    return first if len(first) <= LONGEST else first[:LONGEST].rsplit(" ", 1)[0] + " …"
