"""What decided, as plain Python takes a score apart: what the compiled loops are held to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.plain_focus import features, places
from tests.plain_text import Reading, grams, is_term
from training.classifier import Classifier, Floats
from training.explain import Evidence
from training.focus import FEATURES, Bools, Ints
from training.kernels.placing import Places
from training.mentions import Mention

OF_THE_ARTICLE = ("labels named", "labels in lead", "length")  # features that no one mention is owed


@dataclass(frozen=True)
class Explainer:
    """Takes the scores of one article apart; ``columns`` are those of the classifier's terms."""

    classifier: Classifier
    columns: Mapping[str, int]
    reading: Reading
    mentions: Sequence[Mention]
    stop_words: Collection[str]

    def evidence(self, label: str) -> list[Evidence]:
        """Give every mention and word that moved the score of ``label``, heaviest first."""
        weights: dict[tuple[int, int, str], float] = defaultdict(float)
        row = self.classifier.rows.get(label)
        mine = [mention for mention in self.mentions if mention.label == label]
        if mine:
            gain = float(self.classifier.gains[row]) if row is not None else 1.0
            for mention, weight in zip(mine, self._mention_weights(label), strict=True):
                weights[mention.first, mention.end, mention.kind] += gain * weight
        if row is not None and (mine or not np.isnan(self.classifier.unnamed[row])):
            for (first, end), weight in self._word_weights(row).items():
                seed = next(
                    ((m.first, m.end, m.kind) for m in mine if m.first <= first and end <= m.end), (first, end, "word")
                )
                weights[seed] += weight
        found = [self._pinned(*place, weight) for place, weight in weights.items()]
        return sorted(found, key=lambda e: -abs(e.weight))

    def _mention_weights(self, label: str) -> Floats:
        """Share what each focus feature added beyond a mention in passing among the mentions it is owed to."""
        mine = np.array([mention.label == label for mention in self.mentions])
        at = Places(*(column[mine] for column in places(self.reading, self.mentions)))
        owed, everyone, weights = _owed(at), np.ones(mine.sum()), np.zeros(mine.sum())
        labels, rows = features(self.reading, self.mentions)
        contributions = self.classifier.focus.lift(rows)[labels.index(label)]
        for feature, contribution in zip(FEATURES, contributions, strict=True):
            shares = owed.get(feature, everyone)
            if feature not in OF_THE_ARTICLE and shares.any():
                weights += contribution * shares / shares.sum()
        return weights

    def _word_weights(self, row: int) -> dict[tuple[int, int], float]:
        """Share what each 1-2-gram added to the score among the places where it stands, as first and end token."""
        words, sentences = self.reading.tokens.words, self.reading.tokens.sentences
        tokens = [token for token, word in enumerate(words) if is_term(word) and word not in self.stop_words]
        values = tfidf([words[token] for token in tokens], self.columns, self.classifier.vocabulary.idf)
        found = [(token, token + 1) for token in tokens]
        found += [(a, b + 1) for a, b in zip(tokens, tokens[1:], strict=False)]
        by_gram: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for gram, place in zip(grams([words[token] for token in tokens]), found, strict=True):
            by_gram[gram].append(place)
        weights: dict[tuple[int, int], float] = defaultdict(float)
        for gram, (column, value) in values.items():
            for first, end in by_gram[gram]:
                apart = sentences[first] != sentences[end - 1]
                added = float(self.classifier.weights[column, row]) * value / len(by_gram[gram])
                weights[(end - 1, end) if apart else (first, end)] += added
        return weights

    def _pinned(self, first: int, end: int, kind: str, weight: float) -> Evidence:
        name, content = self.reading.field(first)
        start, stop = self.reading.tokens.starts[first], self.reading.tokens.ends[end - 1]
        return Evidence(start, stop, content[start:stop], kind, float(weight), name)


def tfidf(terms: list[str], columns: Mapping[str, int], idf: Floats) -> dict[str, tuple[int, float]]:
    """Give the known 1-2-grams of ``terms``, their columns and their TF-IDF (sublinear, of length 1)."""
    counts = Counter(gram for gram in grams(terms) if gram in columns)
    values = {gram: (1 + np.log(count)) * float(idf[columns[gram]]) for gram, count in counts.items()}
    length = sum(value**2 for value in values.values()) ** 0.5 or 1.0
    return {gram: (columns[gram], value / length) for gram, value in values.items()}


def _owed(at: Places) -> dict[str, Floats]:
    """Say which mentions of a label each feature is owed to, and in what proportion; all others to all alike."""
    owed = {
        "in headline": at.in_headline,
        "news peg": at.in_headline | at.in_opening,
        "peg alone": at.in_headline | at.in_opening,
        "in lead": at.in_lead,
        "lead share": at.in_lead,
        "in dateline": at.in_dateline,
        "dateline only": at.in_dateline,
        "sentences": _firsts(at.sentence),
        "spread": _firsts(at.fifth),
        "distinct seeds": _firsts(at.term),
        "by name": at.by_name,
        "starts at": at.first == at.first.min(),
        "ends at": at.first == at.first.max(),
        "text held": at.held,
    }
    return {feature: shares.astype(float) for feature, shares in owed.items()}


def _firsts(key: Ints) -> Bools:
    """Mark the first of each kind."""
    firsts = np.zeros(len(key), dtype=bool)
    firsts[np.unique(key, return_index=True)[1]] = True
    return firsts
