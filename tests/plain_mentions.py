"""Mentions as plain Python finds them, in dictionaries of words: what the compiled search is held to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tests.plain_text import Reading, bare, letters_of, owns, tokenise
from training.mentions import Mention
from training.seeds import Guard, Seeds

NEAR = 30  # words to either side that an `unless` looks at
FULL_LINE = range(30, 100)  # characters of a line that was broken because it was full, in text with a fixed width

_PREPOSITIONS = frozenset(
    "in of to from with for by between against across into inside near outside over around and".split()
)
_OFFICES = frozenset(
    """king queen president prime foreign minister ministry army government parliament river valley police state
    national embassy ambassador border deputy defence defense interior crown prince royal supreme high times post first
    last and or the monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december""".split()
)
_PLACES = ("names", "capital", "places")
_STRICTER = "xTA"  # x: written in any way, T: must start with a capital, A: must be all capitals


@dataclass(frozen=True, slots=True)
class _Sense:
    label: str  # '' for a decoy
    kind: str
    shape: str  # a letter for each word, see _STRICTER
    guards: tuple[Guard, ...]
    region: bool = False  # it settles whose place stands before it: 'Moscow, Idaho'
    bound: bool = False  # it counts right after a place and a comma only: 'GARY, Ind.'
    dot: bool = False  # it wants a dot or comma behind it

    def merged(self, other: _Sense) -> _Sense:
        """Give the sense of two spellings of the same words: what is stricter in one of them does not count."""
        shape = "".join(min(pair, key=_STRICTER.index) for pair in zip(self.shape, other.shape, strict=True))
        return replace(self, shape=shape, region=self.region or other.region, bound=self.bound and other.bound)


_Match = tuple[int, int, list[_Sense]]


class Finder:
    """Finds the mentions of all labels of ``seeds``; made once, used for every article."""

    def __init__(self, seeds: Seeds) -> None:
        self._given_names = seeds.given_names
        self._senses: dict[tuple[str, ...], dict[tuple[str, bool], _Sense]] = {}
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
            for term in label.regions:
                self._add(term, label.id, "places", guards, region=True)
            for term in label.decoys:
                self._add(term, "", "decoy", {})

    def _add(
        self,
        term: str,
        label: str,
        kind: str,
        guards: Mapping[tuple[str, ...], tuple[Guard, ...]],
        *,
        region: bool = False,
    ) -> None:
        own = guards.get(tuple(tokenise(term).words), ())
        dot = region and term.endswith(".")
        spellings = [term]
        if term.isupper() and term.isalpha() and len(term) <= 5:
            spellings.append("".join(f"{letter}." for letter in term))
        for spelling in spellings:
            tokens = tokenise(spelling)
            words = [spelling[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)]
            shape = "".join("A" if w.isupper() and len(w) > 1 else "T" if w[0].isupper() else "x" for w in words)
            senses = self._senses.setdefault(tuple(tokens.words), {})
            sense = _Sense(label, kind, shape, own, region, region and (dot or term.isupper()), dot)
            senses[label, dot] = senses[label, dot].merged(sense) if (label, dot) in senses else sense
            lengths = {*self._lengths.get(tokens.words[0], ()), len(tokens)}
            self._lengths[tokens.words[0]] = tuple(sorted(lengths, reverse=True))

    def find(self, reading: Reading) -> list[Mention]:
        """Give the mentions of all labels in order of where they stand; no two overlap."""
        context = _Context(reading, self._given_names, self._cues)
        matches = _settled(list(self._matches(reading)), reading, context)
        sure = Counter(
            senses[0].label
            for _, _, senses in matches
            if not senses[0].guards and (len(senses) == 1 or senses[0].label == senses[-1].label)
        )
        mentions = []
        for first, end, senses in matches:
            if not senses[0].label:
                context.remember_name(first, end)
            passed = [s for s in senses if s.label and (not s.guards or context.let(s, first, end, sure[s.label]))]
            context.pass_by(first, end, senses)
            if passed:
                best = max(passed, key=lambda sense: sure[sense.label])
                mentions.append(Mention(best.label, best.kind, first, end))
        return mentions

    def _matches(self, reading: Reading) -> Iterator[_Match]:
        words, sentences, lengths, free = reading.tokens.words, reading.tokens.sentences, self._lengths, 0
        for at, word in enumerate(words):
            if word not in lengths or at < free:
                continue
            for length in lengths[word]:
                end = at + length
                known = self._senses.get(tuple(words[at:end]))
                if known and end <= len(words) and (sentences[at] == sentences[end - 1] or _wraps(reading, at, end)):
                    senses = [sense for sense in known.values() if _fits(sense, reading, at)]
                    if senses:
                        yield at, end, senses
                        free = end
                        break


def _fits(sense: _Sense, reading: Reading, first: int) -> bool:
    for token, wanted in enumerate(sense.shape, first):
        if wanted != "x":
            word = reading.surface(token, token + 1)
            if not (bare(word).isupper() if wanted == "A" else word[0].isupper()):
                return False
    if sense.bound and not (_gap(reading, first).strip() == "," and reading.surface(first - 1, first)[0].isupper()):
        return False
    return not sense.dot or _gap(reading, first + len(sense.shape))[:1] in (".", ",")


def _settled(matches: list[_Match], reading: Reading, context: _Context) -> list[_Match]:
    """Give places to the label whose region or name follows them: 'Moscow, Idaho', 'Tripoli, Lebanon'."""
    for number, (at, after, owners) in enumerate(matches[1:]):
        first, end, places = matches[number]
        if end == at and _gap(reading, at).strip() == "," and places[0].kind in _PLACES:
            labels = {place.label for place in places}
            for owner in owners:
                names_one = len(labels) > 1 and owner.label in labels and owner.kind == "names"
                whole = owner.region and (owner.bound or _closed(reading, first, after))
                if (names_one or whole) and context.let(owner, at, after, 0):
                    matches[number] = (first, end, [_Sense(owner.label, "places", "", ())])
    return matches


def _closed(reading: Reading, first: int, after: int) -> bool:
    """Whether tokens ``first`` to before ``after`` are closed off by a sign, and no part of a longer list."""
    listed = _gap(reading, first).strip() == "," or reading.tokens.words[after : after + 1] in (["and"], ["or"])
    gap = _gap(reading, after)
    return not listed and (gap == "" or gap.strip(" \xa0") != "")


def _wraps(reading: Reading, first: int, end: int) -> bool:
    """Whether tokens ``first`` to before ``end`` would be in one sentence, had a line not been broken between them."""
    sentences = reading.tokens.sentences
    breaks = [token for token in range(first + 1, end) if sentences[token] != sentences[token - 1]]
    return len(breaks) == 1 and _broken(reading, breaks[0])


def _broken(reading: Reading, token: int) -> bool:
    """Whether ``token`` starts a line only because the line before was full."""
    gap, before = _gap(reading, token), reading.tokens.ends[token - 1]
    if token == reading.headline_end or gap.strip(" ") != "\n":
        return False
    return before - reading.field(token)[1].rfind("\n", 0, before) in FULL_LINE


def _gap(reading: Reading, token: int) -> str:
    """Give what stands between ``token`` and the one before it, or the end of the field where it is another one."""
    tokens = reading.tokens
    if not token:
        return ""
    field, content = reading.field(token - 1)
    goes_on = token < len(tokens) and reading.field(token)[0] == field
    return content[tokens.ends[token - 1] : tokens.starts[token] if goes_on else len(content)]


class _Context:
    """What stands around the mentions of one article, for guards to look at."""

    def __init__(self, reading: Reading, given_names: frozenset[str], cues: dict[str, str]) -> None:
        self._reading, self._given_names, self._cues = reading, given_names, cues
        self._whole = ""
        self._persons: set[str] = set()
        self._abroad: set[tuple[str, ...]] = set()
        self._country: tuple[int, set[str]] = (0, set())

    def let(self, sense: _Sense, first: int, end: int, sure: int) -> bool:
        """Whether all guards let tokens ``first`` to ``end`` count, for a label with ``sure`` other mentions."""
        return all(self._lets(guard, sense.label, first, end, sure) for guard in sense.guards)

    def _lets(self, guard: Guard, label: str, first: int, end: int, sure: int) -> bool:
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
        if guard.national and self._is_abroad(label, first, end):
            return False
        return not (guard.person and self._is_person(first, end, sure))

    def pass_by(self, first: int, end: int, senses: list[_Sense]) -> None:
        """Keep in mind that what follows tokens ``first`` to ``end`` is a country's: 'Nigerian', 'Nigeria's'."""
        kind = senses[0].kind
        if kind == "demonyms" or (kind == "names" and owns(self._reading.surface(first, end))):
            self._country = (end, {sense.label for sense in senses})

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
        return len(beside) > 1 and all(letters_of(word).isupper() for word in beside)

    def _is_abroad(self, label: str, first: int, end: int) -> bool:
        """Whether a body that many countries have is another one's; if once, then from then on."""
        body, (at, countries) = tuple(self._reading.tokens.words[first:end]), self._country
        if at == first and label not in countries and self._adjoin(first - 1):
            self._abroad.add(body)
        return body in self._abroad

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
        if capitals_say_nothing or letters_of(surface).isupper() or owns(surface) or not self._adjoin(end - 1):
            return False
        return reading.surface(end, end + 1)[0].isupper() and words[end] not in _OFFICES

    def _adjoin(self, token: int) -> bool:
        """Whether nothing but a blank stands between ``token`` and the next one."""
        reading, tokens = self._reading, self._reading.tokens
        if token < 0 or token + 1 >= len(tokens):
            return False
        if tokens.sentences[token] != tokens.sentences[token + 1]:
            return _broken(reading, token + 1)
        return _gap(reading, token + 1) in (" ", ". ", ".\xa0", "\xa0")
