"""Find the seeds of all labels in one pass over an article.

A mention is the longest term that starts at a word. A region after a comma settles whose place stands before it.
Guards then refuse mentions that mean something else, and a term that several labels share goes to the one the rest of
the article names most. ``training.kernels.search`` does it; here seeds become the tables it works on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from training.kernels import guards, hashing, search
from training.kernels.guards import Terms
from training.kernels.hashing import Hashes, Numbers, sieve, table
from training.kernels.search import ALL, ANY, TITLE, Found
from training.kernels.words import Bytes
from training.seeds import KINDS, Guard, Seeds
from training.text import Reading, hashed, spell, tokenise

_ROLES = {
    guards.PREPOSITION: "in of to from with for by between against across into inside near outside over around and",
    guards.OFFICE: """king queen president prime foreign minister ministry army government parliament river valley
    police state national embassy ambassador border deputy defence defense interior crown prince royal supreme high
    times post first last and or the monday tuesday wednesday thursday friday saturday sunday january february march
    april may june july august september october november december""",
    guards.LISTING: "and or",
    guards.NO_INITIAL: "a",
}
_DECOY = 255  # kind of a term that only looks like a label
_SHAPES = {"x": ANY, "T": TITLE, "A": ALL}
_STRICTER = "xTA"  # x: written in any way, T: must start with a capital, A: must be all capitals


class Mention(NamedTuple):
    """One occurrence of a seed: which label, which kind of term, and the tokens from ``first`` to before ``end``."""

    label: str
    kind: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Mentions(Sequence[Mention]):
    """The mentions of an article in order of where they stand; no two overlap.

    Attributes:
        labels: ids of all labels there are, sorted.
        found: the mentions as arrays; labels are numbers of ``labels``, kinds of ``seeds.KINDS``.
    """

    labels: Sequence[str]
    found: Found

    def __len__(self) -> int:
        return len(self.found.labels)

    def __getitem__(self, number: int) -> Mention:  # type: ignore[override]  # slices are not asked for
        label, kind, first, end = (int(column[number]) for column in self.found)
        return Mention(self.labels[label], KINDS[kind], first, end)


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

    @property
    def bits(self) -> int:
        """What the search is told of it."""
        return search.REGION * self.region | search.BOUND * self.bound | search.FOLLOWED * self.dot


Words = tuple[str, ...]
_Senses = dict[Words, dict[tuple[str, bool], _Sense]]


class Finder:
    """Finds the mentions of all labels; made once, used for every article.

    Attributes:
        labels: ids of the labels, sorted.
        terms: their seeds as tables.
    """

    def __init__(self, labels: Sequence[str], terms: Terms) -> None:
        self.labels, self.terms = labels, terms

    @classmethod
    def of(cls, seeds: Seeds) -> Finder:
        """Make the finder of all that seeds say."""
        labels = sorted(seeds.labels)
        return cls(labels, _tables(_senses(seeds), labels, seeds.given_names))

    def find(self, reading: Reading) -> Mentions:
        """Give the mentions of all labels."""
        return Mentions(self.labels, search.find(reading.searched, self.terms, len(self.labels)))


def _senses(seeds: Seeds) -> _Senses:
    """Give the senses of each term, by label and by whether a dot must follow."""
    senses: _Senses = {}
    for label in seeds.labels.values():
        guards: dict[Words, tuple[Guard, ...]] = {}
        for guard in label.guards:
            for words in {spell(term) for term in guard.terms}:
                guards[words] = (*guards.get(words, ()), guard)
        for kind, term in label:
            _add(senses, term, label.id, kind, guards)
        for term in label.regions:
            _add(senses, term, label.id, "places", guards, region=True)
        for term in label.decoys:
            _add(senses, term, "", "decoy", {})
    return senses


def _add(
    senses: _Senses,
    term: str,
    label: str,
    kind: str,
    guards: Mapping[Words, tuple[Guard, ...]],
    *,
    region: bool = False,
) -> None:
    own = guards.get(spell(term), ())
    dot = region and term.endswith(".")
    spellings = [term]
    if term.isupper() and term.isalpha() and len(term) <= 5:
        spellings.append("".join(f"{letter}." for letter in term))
    for spelling in spellings:
        shape = _shape(spelling)
        known = senses.setdefault(spell(spelling), {})
        sense = _Sense(label, kind, shape, own, region, region and (dot or term.isupper()), dot)
        known[label, dot] = known[label, dot].merged(sense) if (label, dot) in known else sense


@lru_cache(maxsize=1 << 16)
def _shape(term: str) -> str:
    tokens = tokenise(term)
    words = [term[a:b] for a, b in zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)]
    return "".join("A" if w.isupper() and len(w) > 1 else "T" if w[0].isupper() else "x" for w in words)


def _tables(known: _Senses, labels: Sequence[str], given_names: frozenset[str]) -> Terms:
    numbers = {label: number for number, label in enumerate(labels)} | {"": -1}
    kinds = {kind: number for number, kind in enumerate(KINDS)} | {"decoy": _DECOY}
    senses = [sense for of in known.values() for sense in of.values()]
    guards = list(dict.fromkeys(guard for sense in senses for guard in sense.guards))
    cues = list(dict.fromkeys(cue for guard in guards for cue in guard.unless + guard.needs))
    of_guard, of_cue = ({one: number for number, one in enumerate(all_)} for all_ in (guards, cues))
    first_keys, first_values, lengths = _firsts(known)
    role_keys, role_values, roles = _roles(given_names)
    shapes_from, shapes = _ragged([[_SHAPES[letter] for letter in sense.shape] for sense in senses])
    guards_from, of_senses = _ragged([[of_guard[guard] for guard in sense.guards] for sense in senses])
    unless_from, unless = _ragged([[of_cue[cue] for cue in guard.unless] for guard in guards])
    needs_from, needs = _ragged([[of_cue[cue] for cue in guard.needs] for guard in guards])
    cue_words = [[hashed(word) for word in spell(cue)] for cue in cues]
    spelled = [np.array([hashed(word) for word in words], dtype=np.uint64) for words in known]
    terms = table(np.array([hashing.row_hash(words) for words in spelled], dtype=np.uint64))
    pairs = [hashing.row_hash(words[:2]) for words in spelled if len(words) > 1]
    return Terms(
        first_sieve=sieve(np.array([words[0] for words in spelled], dtype=np.uint64)),
        pair_sieve=sieve(np.array(pairs, dtype=np.uint64)),
        first_keys=first_keys,
        first_values=first_values,
        lengths=lengths,
        longest=np.array([int(bits).bit_length() - 1 for bits in lengths], dtype=np.uint8),
        term_keys=terms[0],
        term_values=terms[1],
        senses_from=_bounds([len(of) for of in known.values()]),
        widest=max(map(len, known.values()), default=0),
        labels=np.array([numbers[sense.label] for sense in senses], dtype=np.int32),
        kinds=np.array([kinds[sense.kind] for sense in senses], dtype=np.uint8),
        bits=np.array([sense.bits for sense in senses], dtype=np.uint8),
        shapes_from=shapes_from,
        shapes=shapes.astype(np.uint8),
        guards_from=guards_from,
        guards=of_senses,
        guard_bits=np.array([_bits(guard) for guard in guards], dtype=np.uint8),
        unless_from=unless_from,
        unless=unless,
        needs_from=needs_from,
        needs=needs,
        cues_from=_bounds([len(words) for words in cue_words]),
        cues=np.array([word for words in cue_words for word in words], dtype=np.uint64),
        cue_sieve=sieve(np.array([words[0] for words in cue_words], dtype=np.uint64)),
        role_keys=role_keys,
        role_values=role_values,
        roles=roles,
    )


def _bits(guard: Guard) -> int:
    return guards.PERSON * guard.person | guards.NATIONAL * guard.national | guards.CAPITALS * (not guard.capitals)


def _firsts(known: Iterable[Words]) -> tuple[Hashes, Numbers, Hashes]:
    """Give the table of all first words, and the lengths of their terms as bits."""
    lengths: dict[str, int] = defaultdict(int)
    for words in known:
        lengths[words[0]] |= 1 << len(words)
    keys, values = table(np.array([hashed(word) for word in lengths], dtype=np.uint64))
    return keys, values, np.array(list(lengths.values()), dtype=np.uint64)


def _roles(given_names: frozenset[str]) -> tuple[Hashes, Numbers, Bytes]:
    roles: dict[str, int] = defaultdict(int)
    for role, words in (*_ROLES.items(), (guards.GIVEN_NAME, " ".join(sorted(given_names)))):
        for word in words.split():
            roles[word] |= role
    keys, values = table(np.array([hashed(word) for word in roles], dtype=np.uint64))
    return keys, values, np.array(list(roles.values()), dtype=np.uint8)


def _ragged(lists: Sequence[Sequence[int]]) -> tuple[Numbers, Numbers]:
    """Give lists as one array, and where each starts and the last ends."""
    return _bounds([len(one) for one in lists]), np.array([n for one in lists for n in one], dtype=np.int32)


def _bounds(lengths: Sequence[int]) -> Numbers:
    return np.cumsum([0, *lengths], dtype=np.int32)
