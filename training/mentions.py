"""Find the seeds of all labels in one pass over an article.

A mention is the longest term that starts at a word. Guards then refuse mentions that mean something else, and a term
that several labels share goes to the one the rest of the article names most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from training.seeds import Guard, Seeds
from training.text import Reading, tokenise

NEAR = 30  # words to either side that an `unless` looks at

_PREPOSITIONS = frozenset(
    "in of to from with for by between against across into inside near outside over around and".split()
)
_OFFICES = frozenset(
    """king queen president prime foreign minister ministry army government parliament river valley police state
    national embassy ambassador border deputy defence defense interior crown prince royal supreme high times post first
    last and or the monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december""".split()
)
_STRICTER = "xTA"  # x: written in any way, T: must start with a capital, A: must be all capitals


class Mention(NamedTuple):
    """One occurrence of a seed: which label, which kind of term, and the tokens from ``first`` to before ``end``."""

    label: str
    kind: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class _Sense:
    label: str  # '' for a decoy
    kind: str
    shape: str  # a letter for each word, see _STRICTER
    guards: tuple[Guard, ...]


class Finder:
    """Finds the mentions of all labels of ``seeds``; made once, used for every article."""

    def __init__(self, seeds: Seeds) -> None:
        self._given_names = seeds.given_names
        self._senses: dict[tuple[str, ...], dict[str, _Sense]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._cues: dict[str, str] = {}
        for label in seeds.labels.values():
            guards: dict[tuple[str, ...], tuple[Guard, ...]] = {}
            for guard in label.guards:
                for words in {tuple(tokenise(term).words) for term in guard.terms}:
                    guards[words] = (*guards.get(words, ()), guard)
                for cue in guard.unless + guard.needs:
                    self._cues[cue] = f" {' '.join(tokenise(cue).words)} "
            for kind, term in label:
                self._add(term, label.id, kind, guards)
            for term in label.decoys:
                self._add(term, "", "decoy", {})

    def _add(self, term: str, label: str, kind: str, guards: Mapping[tuple[str, ...], tuple[Guard, ...]]) -> None:
        own = guards.get(tuple(tokenise(term).words), ())
        spellings = [term]
        if term.isupper() and term.isalpha() and len(term) <= 5:
            spellings.append("".join(f"{letter}." for letter in term))
        for spelling in spellings:
            tokens = tokenise(spelling)
            words = [spelling[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)]
            shape = "".join("A" if w.isupper() and len(w) > 1 else "T" if w[0].isupper() else "x" for w in words)
            senses = self._senses.setdefault(tuple(tokens.words), {})
            had = senses.get(label)
            if had:  # another spelling of the same words: the less strict one counts
                shape = "".join(min(pair, key=_STRICTER.index) for pair in zip(shape, had.shape, strict=True))
            senses[label] = _Sense(label, had.kind if had else kind, shape, own)
            lengths = {*self._lengths.get(tokens.words[0], ()), len(tokens)}
            self._lengths[tokens.words[0]] = tuple(sorted(lengths, reverse=True))

    def find(self, reading: Reading) -> list[Mention]:
        """Give the mentions of all labels in order of where they stand; no two overlap."""
        matches = list(self._matches(reading))
        sure = Counter(senses[0].label for _, _, senses in matches if len(senses) == 1 and not senses[0].guards)
        context = _Context(reading, self._given_names, self._cues)
        mentions = []
        for first, end, senses in matches:
            if not senses[0].label:
                context.remember_name(first, end)
            passed = [
                s
                for s in senses
                if s.label and all(context.lets(guard, first, end, sure[s.label]) for guard in s.guards)
            ]
            if passed:
                best = max(passed, key=lambda sense: sure[sense.label])
                mentions.append(Mention(best.label, best.kind, first, end))
        return mentions

    def _matches(self, reading: Reading) -> Iterator[tuple[int, int, list[_Sense]]]:
        words, sentences, at = reading.tokens.words, reading.tokens.sentences, 0
        while at < len(words):
            step = 1
            for length in self._lengths.get(words[at], ()):
                end = at + length
                known = self._senses.get(tuple(words[at:end]))
                if known and end <= len(words) and sentences[at] == sentences[end - 1]:
                    senses = [sense for sense in known.values() if _fits(sense.shape, reading, at)]
                    if senses:
                        yield at, end, senses
                        step = length
                        break
            at += step


def _fits(shape: str, reading: Reading, first: int) -> bool:
    for token, wanted in enumerate(shape, first):
        if wanted != "x":
            word = reading.surface(token, token + 1)
            if not (word.removesuffix("'s").removesuffix("’s").isupper() if wanted == "A" else word[0].isupper()):
                return False
    return True


class _Context:
    """What stands around the mentions of one article, for guards to look at."""

    def __init__(self, reading: Reading, given_names: frozenset[str], cues: dict[str, str]) -> None:
        self._reading, self._given_names, self._cues = reading, given_names, cues
        self._whole = ""
        self._persons: set[str] = set()

    def lets(self, guard: Guard, first: int, end: int, sure: int) -> bool:
        """Whether ``guard`` lets tokens ``first`` to ``end`` count, for a label with ``sure`` other mentions."""
        if guard.unless:
            near = self._text(max(0, first - NEAR), first) + self._text(end, end + NEAR)
            if any(self._cues[cue] in near for cue in guard.unless):
                return False
        if guard.needs:
            self._whole = self._whole or self._text(0, len(self._reading.tokens))
            if not any(self._cues[cue] in self._whole for cue in guard.needs):
                return False
        if not guard.capitals and self._shouted(first):
            return False
        return not (guard.person and self._is_person(first, end, sure))

    def remember_name(self, first: int, end: int) -> None:
        """Take a decoy such as 'Michael Jordan' for the full name of somebody called 'Jordan' from then on."""
        if end - first == 2:
            self._persons.add(self._reading.tokens.words[end - 1])

    def _text(self, first: int, end: int) -> str:
        return f" {' '.join(self._reading.tokens.words[first:end])} "

    def _shouted(self, first: int) -> bool:
        tokens = self._reading.tokens
        around = [
            t
            for t in range(first - 3, first + 4)
            if 0 <= t < len(tokens) and tokens.sentences[t] == tokens.sentences[first]
        ]
        beside = [self._reading.surface(t, t + 1) for t in around if t != first]
        return len(beside) > 1 and all(word.isupper() for word in beside)

    def _is_person(self, first: int, end: int, sure: int) -> bool:
        name = self._reading.tokens.words[first]
        if self._beside_a_name(first, end):
            self._persons.add(name)
            return True
        return name in self._persons and sure == 0  # 'Michael Jordan' is 'Jordan' from then on

    def _beside_a_name(self, first: int, end: int) -> bool:
        reading, words = self._reading, self._reading.tokens.words
        if self._adjoin(first - 1):
            before = words[first - 1]
            if before in self._given_names or (len(before) == 1 and before != "a"):
                return True
            if before in _PREPOSITIONS:
                return False
        capitals_say_nothing = first < reading.headline_end  # Headlines May Capitalise Every Word
        surface = reading.surface(first, end)
        if capitals_say_nothing or surface.isupper() or surface.endswith(("'s", "’s")) or not self._adjoin(end - 1):
            return False
        return reading.surface(end, end + 1)[0].isupper() and words[end] not in _OFFICES

    def _adjoin(self, token: int) -> bool:
        """Whether nothing but a blank stands between ``token`` and the next one."""
        reading, tokens = self._reading, self._reading.tokens
        if token < 0 or token + 1 >= len(tokens) or tokens.sentences[token] != tokens.sentences[token + 1]:
            return False
        return reading.field(token)[1][tokens.ends[token] : tokens.starts[token + 1]] in (" ", ". ", ".\xa0", "\xa0")
