"""The model card: what a version was made of, how good it is, what decides, and where it fails.

After Mitchell, Wu, Zaldivar and others: Model cards for model reporting, 2019.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, expm1
from typing import Any

import numpy as np

from training import drawing, sheets
from training.classifier import Classifier
from training.focus import FEATURES, FocusModel
from training.model import Model

WORDS = 12  # shown of each label and topic
FEW = 10  # articles about a label below which its scores are mostly chance
SHOWN = 12  # labels named in one sentence
WEAK = 0.7  # F1 below which a label is named among the limits

YES = ("no", "yes")
_PLAIN: dict[str, tuple[str, Any]] = {  # a feature in plain words, and how to say its value
    "in headline": ("named in the headline", YES),
    "news peg": ("named in the headline and in the opening", YES),
    "peg alone": ("in headline and opening, then hardly again", YES),
    "in lead": ("times named in the first 60 words", lambda x: f"{x:.0f}"),
    "in dateline": ("named in the dateline", YES),
    "mentions": ("times named", lambda x: f"{expm1(x):.0f}"),
    "density": ("times named in 100 words", lambda x: f"{x:.1f}"),
    "share": ("share of all countries' mentions", lambda x: f"{x:.0%}"),
    "ratio to top": ("named as often as the most named", lambda x: f"{x:.0%}"),
    "is top": ("named most often of all", YES),
    "sentences": ("share of sentences that name it", lambda x: f"{x:.0%}"),
    "spread": ("share of the article's fifths that name it", lambda x: f"{x:.0%}"),
    "distinct seeds": ("different names, places, people", lambda x: f"{expm1(x):.0f}"),
    "by name": ("mentions by its own name", lambda x: f"{x:.0%}"),
    "starts at": ("how far down it is first named", lambda x: f"{x:.0%}"),
    "labels named": ("countries named in all", lambda x: f"{exp(x):.0f}"),
    "length": ("words of the article", lambda x: f"{expm1(x):.0f}"),
    "text held": ("share of the text it holds until another is named", lambda x: f"{x:.0%}"),
    "lead share": ("share of the mentions in the first 60 words", lambda x: f"{x:.0%}"),
    "ends at": ("how far down it is last named", lambda x: f"{x:.0%}"),
    "dateline only": ("named in the dateline alone", YES),
    "labels in lead": ("countries named in the first 60 words", lambda x: f"{expm1(x):.0f}"),
}
_TOPS = {"in lead": 3.0, "density": 3.0}  # the largest value of a feature
_TOPS |= dict.fromkeys(
    ("mentions", "distinct seeds", "labels named", "labels in lead", "length"), np.inf
)  # of all others it is 1


def card(model: Model, libraries: Mapping[str, str]) -> dict[str, Any]:
    """Describe a model, ready for JSON.

    Args:
        model: what was fitted; figures its ``about`` does not have are left out.
        libraries: names and versions of those that wrote it.
    """
    about = model.about
    scores = about.get("out_of_fold", {})
    settings = about.get("settings", {})
    labels = _labels(model, scores.get("labels", {}))
    described = {
        "version": model.version,
        "trained_at": about.get("trained_at"),
        "command": about.get("command"),
        "settings": settings,
        "seeds": about.get("seeds"),
        "libraries": dict(libraries),
        "data": {
            "files": [*(["seeds/ (sample articles)"] if settings.get("samples") else []), *settings.get("corpora", [])],
            "articles": about.get("articles", {}),
            "dates": about.get("dates"),
        },
        "scores": {key: value for key, value in scores.items() if key != "labels"},
        "labels": labels,
        "choices": about.get("choices", {}),
        "focus": _effects(model.classifier.focus),
        "topics": _topics(model),
        "topic_scores": {key: value for key, value in about.get("topics", {}).items() if key != "changes"},
    }
    return {**described, "limits": _limits(described)}


def _topics(model: Model) -> list[dict[str, Any]]:
    """Give every topic with its first words, the largest first and junk last."""
    themes = {topic["id"]: topic.get("theme") for topic in model.topics.about}
    rows = [
        {**row, "theme": themes[row["id"]], "words": [word["word"] for word in row["words"]]}
        for row in model.topics.as_rows(WORDS, junk=True)
    ]
    return sorted(rows, key=lambda row: bool(row.get("junk")))


def page(described: Mapping[str, Any]) -> str:
    """Give a card as one HTML page that needs nothing else."""
    added = [0.0, *(value for feature in described["focus"] for _, value in feature["points"])]
    effects = [
        {
            **feature,
            "picture": drawing.effect(feature["points"], min(added), max(added)),
            "adds": [f"{value:+.1f}" if abs(value) >= 0.05 else "0" for _, value in feature["points"]],
        }
        for feature in sorted(described["focus"], key=_spread, reverse=True)
    ]
    return (
        sheets.environment()
        .get_template("card.html")
        .render(
            card=described,
            few=FEW,
            scored=[label for label in described["labels"] if "f1" in label],
            unscored=[label for label in described["labels"] if "f1" not in label],
            chosen=_chosen(described),
            curve=drawing.reliability(described["scores"].get("calibration", {}).get("curve", [])),
            effects=effects,
        )
    )


def _chosen(described: Mapping[str, Any]) -> list[str]:
    """Say in plain words what was chosen by answers to articles not seen."""
    choices = described["choices"]
    if not choices:
        return []
    losses, hints = choices["log_loss"], choices["hints"]
    kept, fallen = choices["words"], choices["fallen_back"]
    told = []
    if kept or fallen:
        tried = {name: loss for name, loss in losses.items() if name.startswith("words")}
        told.append(
            f"Words were tried for {_count([*kept, *fallen], 'label', 'labels')} with enough labelled articles, with "
            f"strengths {', '.join(sorted((name.split()[-1] for name in tried), key=float))}. Strength "
            f"{choices['strength']:g} had the "
            f"least log loss, {min(tried.values()):.4f}."
        )
        told.append(
            f"{_count(kept, 'label keeps', 'labels keep')} the words, as they did no worse than focus alone; "
            f"{_count(list(fallen), 'label falls', 'labels fall')} back to focus."
        )
    if hints["labels"]:
        before, after = losses["focus"], losses["focus and hints"]
        told.append(
            f"Unjudged news gave hints, words that go with a label, for {_count(hints['labels'], 'label', 'labels')}. "
            + (
                f"They are trusted: log loss fell from {before:.4f} to {after:.4f}. Labels without words from labelled "
                "articles are decided by focus and hints, the others see them beside their words."
                if hints["trusted"]
                else f"They are not trusted: log loss was {before:.4f} without them and {after:.4f} with them."
            )
        )
    else:
        told.append("There was too little unjudged news to learn hints from.")
    return told


def _spread(feature: Mapping[str, Any]) -> float:
    added = [value for _, value in feature["points"]]
    return float(max(added) - min(added))


def _labels(model: Model, scores: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give every label with its threshold and method, its scores and its words if it has them; best known first."""
    fitted = model.classifier
    rows = [
        {
            "id": label,
            "name": model.seeds.labels[label].name,
            "method": fitted.method(label),
            "threshold": round(float(threshold), 4),
            **scores.get(label, {}),
            **({"words": _words(fitted, fitted.rows[label])} if label in fitted.rows else {}),
        }
        for label, threshold in zip(fitted.labels, fitted.thresholds, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row.get("support", -1), row["name"]))


def _words(fitted: Classifier, row: int) -> list[dict[str, Any]]:
    """Give the words that speak most for a label: their weights, per unit of TF-IDF."""
    weights = np.asarray(fitted.weights[:, row])
    best = np.argsort(-weights, kind="stable")[:WORDS]
    return [
        {"word": fitted.vocabulary.terms[int(at)], "weight": round(float(weights[at]), 3)}
        for at in best
        if weights[at] > 0
    ]


def _effects(focus: FocusModel) -> list[dict[str, Any]]:
    """Give what each feature adds beyond a mention in passing, in log-odds, at the ends and bends of its line."""
    effects = []
    for column, feature in enumerate(FEATURES):
        knots = [float(knot) for knot in focus.knots[column] if knot > 0]
        top = _TOPS.get(feature, 1.0)
        before, after = (knots[1] - knots[0], knots[-1] - knots[-2]) if len(knots) > 1 else (np.inf, 0.0)
        first = max(0.0, knots[0] - before) if knots else 0.0
        last = min(knots[-1] + (after or knots[-1]), top) if knots else min(top, 3.0)
        values = sorted({first, *knots, last})
        grid = np.zeros((len(values), len(FEATURES)))
        grid[:, column] = values
        added = focus.lift(grid)[:, column]
        plain, say = _PLAIN.get(feature, (feature, lambda x: f"{x:.2f}"))
        effects.append(
            {
                "feature": feature,
                "plain": plain,
                "from": say[0] if say is YES else say(values[0]),
                "to": say[1] if say is YES else say(values[-1]),
                "points": [[round(x, 4), round(float(y), 4)] for x, y in zip(values, added, strict=True)],
            }
        )
    return effects


def _limits(described: Mapping[str, Any]) -> list[str]:
    """Say in plain words where the model should not be believed; from the data where they know."""
    labels, scores, data = described["labels"], described["scores"], described["data"]
    own, hinted = (
        sum(label["method"] == method for label in labels)
        for method in ("words and focus", "focus and words of unjudged news")
    )
    known = [label for label in labels if label.get("support")]
    few = [label["name"] for label in known if label["support"] < FEW]
    few_named = ", ".join(few[:SHOWN]) + (f" and {len(few) - SHOWN} more" if len(few) > SHOWN else "")
    weak = [label["name"] for label in known if label["support"] >= FEW and label["f1"] < WEAK]
    error = scores.get("calibration", {}).get("error")
    limits = [
        "It reads English. Articles in other languages get labels too, but nobody has measured how good they are.",
        f"{own} of its {len(labels)} labels have learned words of their own"
        + (f", {hinted} more have words from news that nobody judged" if hinted else "")
        + f". The other {len(labels) - own - hinted} are given by focus alone: by where and how often their names, "
        "places and people stand in an article.",
        f"No labelled article is about {len(labels) - len(known)} of the labels; how well it finds these is not known.",
        "It knows a country by what seeds/ lists of it. An article that never uses one of those names is not found, "
        "unless enough labelled articles about the country did without them.",
        "Its scores are out of fold: each article was answered by models that had not seen it. They hold for articles "
        "like those it was trained on; news of another time, length or source may be harder.",
        _topics_limit(described),
        "It sorts articles for people who read them. It was not made to decide on its own what is published or paid "
        "for, nor anything about a person.",
    ]
    if few:
        limits.insert(
            3,
            f"{_count(few, 'label has', 'labels have')} fewer than {FEW} labelled articles, so their scores are "
            f"largely chance: {few_named}.",
        )
    if weak:
        limits.insert(3, f"It is weak at: {', '.join(weak)} (F1 below {WEAK}).")
    if described["settings"].get("samples"):
        alone = "" if described["settings"].get("corpora") else " alone"
        limits.append(
            f"It was trained on sample articles{alone} that were written for it; they are shorter and tidier than most "
            "news."
        )
    if data["dates"]:
        limits.append(
            f"The articles that say when they appeared are from {data['dates'][0]} to {data['dates'][1]}; people and "
            "places that came into the news later are unknown to it."
        )
    if error is not None:
        limits.append(f"Its probabilities are off by {100 * error:.1f} points on average, for some labels by more.")
    return limits


def _topics_limit(described: Mapping[str, Any]) -> str:
    pinned = sum(bool(topic.get("theme")) for topic in described["topics"])
    return (
        "Topics are habits of words, found without anybody's judgment; how coherent they are is measured, whether they "
        "are what you need is not."
        + (f" {pinned} of {len(described['topics'])} are pinned to themes that seeds/ lists." if pinned else "")
    )


def _count(things: list[str], one: str, many: str) -> str:
    return f"{len(things)} {one if len(things) == 1 else many}"
