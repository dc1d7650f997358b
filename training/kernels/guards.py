"""What lets a mention count: guards look at the words around it, and at what was learned of names before."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.beside import Text, adjoin
from training.kernels.compiling import inlined
from training.kernels.hashing import Hashes, Numbers, found, phrase
from training.kernels.words import CAPITAL, LOWERS, POSSESSIVE, SINGLE, UPPERS, Bytes, Offsets

PERSON, NATIONAL, CAPITALS = 1, 2, 4  # bits of a guard; the last refuses a line written in capitals
GIVEN_NAME, PREPOSITION, OFFICE, LISTING, NO_INITIAL = 1, 2, 4, 8, 16  # bits of the role of a word

_NEAR = 30  # words to either side that an `unless` looks at


class Terms(NamedTuple):
    """Seeds as tables; ``x_from[n]`` to before ``x_from[n + 1]`` are the x of the n-th.

    Attributes:
        first_sieve, pair_sieve: of the first words of terms, and of their first two.
        first_keys, first_values, lengths, longest: first words of terms, how many words those have (bit n for n of
            them), and how many the longest has.
        term_keys, term_values, senses_from: terms by the hash of their words, and their senses.
        widest: how many senses a term has at most.
        labels, kinds, bits: of each sense: label (-1: only looks like one), kind of term, see REGION.
        shapes_from, shapes: how each word of a sense must be written.
        guards_from, guards: of each sense.
        guard_bits, unless_from, unless, needs_from, needs: of each guard, its cues.
        cues_from, cues: hashes of the words of each cue.
        cue_sieve: of the first words of cues.
        role_keys, role_values, roles: what words say of those beside them, see GIVEN_NAME.
    """

    first_sieve: Hashes
    pair_sieve: Hashes
    first_keys: Hashes
    first_values: Numbers
    lengths: npt.NDArray[np.uint64]
    longest: Bytes
    term_keys: Hashes
    term_values: Numbers
    senses_from: Numbers
    widest: int
    labels: Numbers
    kinds: Bytes
    bits: Bytes
    shapes_from: Numbers
    shapes: Bytes
    guards_from: Numbers
    guards: Numbers
    guard_bits: Bytes
    unless_from: Numbers
    unless: Numbers
    needs_from: Numbers
    needs: Numbers
    cues_from: Numbers
    cues: Hashes
    cue_sieve: Hashes
    role_keys: Hashes
    role_values: Numbers
    roles: Bytes


class Known(NamedTuple):
    """What is known of an article so far.

    Attributes:
        first, end: (matches,) first token and end of each term that was found, the longest where several start.
        senses_from, senses: of each match, those of its senses that fit.
        persons: hashes of words that are names of persons here, each once.
        abroad: hashes of bodies that are another country's here, each once.
        counts: how many of each; then the token after the last country, and its match.
        met: (guards,) whether the article has what a guard needs: 1, -1, or 0 where nobody has looked yet.
        cued: (tokens,) whether a cue may start there.
    """

    first: Offsets
    end: Offsets
    senses_from: Numbers
    senses: Numbers
    persons: Hashes
    abroad: Hashes
    counts: Numbers
    met: npt.NDArray[np.int8]
    cued: npt.NDArray[np.bool_]


@inlined
def role(word: np.uint64, terms: Terms) -> int:
    """Give the bits of what a word says of those beside it."""
    number = found(terms.role_keys, terms.role_values, word)
    return int(terms.roles[number]) if number >= 0 else 0


@inlined
def _has_any(words: Hashes, first: int, end: int, numbers: Numbers, terms: Terms, known: Known) -> bool:
    """Whether the words of one of the cues with these ``numbers`` stand between tokens ``first`` and ``end``."""
    first, end = max(0, first), min(end, len(words))
    for at in range(first, end if len(numbers) else first):
        if not known.cued[at]:
            continue
        for number in numbers:
            start, size, here = terms.cues_from[number], terms.cues_from[number + 1] - terms.cues_from[number], 0
            while here < size and at + here < end and words[at + here] == terms.cues[start + here]:
                here += 1
            if here == size:
                return True
    return False


@inlined
def _lets(guard: int, label: int, text: Text, first: int, end: int, sure: int, terms: Terms, known: Known) -> bool:
    """Whether a guard lets tokens ``first`` to ``end`` count for a label with ``sure`` other mentions."""
    words = text.hashes
    refusing = terms.unless[terms.unless_from[guard] : terms.unless_from[guard + 1]]
    needs = terms.needs[terms.needs_from[guard] : terms.needs_from[guard + 1]]
    if _has_any(words, first - _NEAR, first, refusing, terms, known):
        return False
    if _has_any(words, end, end + _NEAR, refusing, terms, known):
        return False
    if len(needs):
        if known.met[guard] == 0:
            known.met[guard] = 1 if _has_any(words, 0, len(words), needs, terms, known) else -1
        if known.met[guard] < 0:
            return False
    bits = terms.guard_bits[guard]
    if bits & CAPITALS and _shouted(text, first):
        return False
    if bits & NATIONAL and _is_abroad(label, text, first, end, terms, known):
        return False
    return not (bits & PERSON and _is_person(text, first, end, sure, terms, known))


@inlined
def _is_among(word: np.uint64, words: Hashes, count: int) -> bool:
    among = False
    for number in range(count):
        among = among or words[number] == word
    return among


@inlined
def note(word: np.uint64, words: Hashes, counts: Numbers, which: int) -> None:
    """Add a word to those that are known, once."""
    if not _is_among(word, words, counts[which]):
        words[counts[which]] = word
        counts[which] += 1


@inlined
def _shouted(text: Text, first: int) -> bool:
    beside = 0
    for token in range(max(0, first - 3), min(len(text.hashes), first + 4)):
        if token != first and text.sentences[token] == text.sentences[first]:
            if not text.shapes[token] & UPPERS or text.shapes[token] & LOWERS:
                return False
            beside += 1
    return beside > 1


@inlined
def _is_abroad(label: int, text: Text, first: int, end: int, terms: Terms, known: Known) -> bool:
    """Whether a body that many countries have is another one's; if once, then from then on."""
    body, other = phrase(text.hashes, first, end), known.counts[2] == first and adjoin(text, first - 1)
    match = known.counts[3]
    for number in range(known.senses_from[match], known.senses_from[match + 1] if other else 0):
        other = other and terms.labels[known.senses[number]] != label
    if other:
        note(body, known.abroad, known.counts, 1)
    return _is_among(body, known.abroad, known.counts[1])


@inlined
def _is_person(text: Text, first: int, end: int, sure: int, terms: Terms, known: Known) -> bool:
    name = text.hashes[first]
    if _beside_a_name(text, first, end, terms):
        note(name, known.persons, known.counts, 0)
        return True
    return sure == 0 and _is_among(name, known.persons, known.counts[0])  # 'Michael Jordan' is 'Jordan' from then on


@inlined
def _beside_a_name(text: Text, first: int, end: int, terms: Terms) -> bool:
    if adjoin(text, first - 1):
        before, said = text.shapes[first - 1], role(text.hashes[first - 1], terms)
        if said & GIVEN_NAME or (before & SINGLE and not said & NO_INITIAL):
            return True
        if said & PREPOSITION:
            return False
    if first < text.marks[2] or text.shapes[end - 1] & POSSESSIVE:  # Headlines May Capitalise Every Word
        return False
    uppers, lowers = 0, 0
    for token in range(first, end):
        uppers, lowers = uppers | (text.shapes[token] & UPPERS), lowers | (text.shapes[token] & LOWERS)
    if (uppers and not lowers) or not adjoin(text, end - 1):
        return False
    return text.shapes[end] & CAPITAL != 0 and not role(text.hashes[end], terms) & OFFICE


@inlined
def let(sense: int, text: Text, first: int, end: int, sure: int, terms: Terms, known: Known) -> bool:
    """Whether all guards of a sense let tokens ``first`` to ``end`` count."""
    for number in range(terms.guards_from[sense], terms.guards_from[sense + 1]):
        if not _lets(terms.guards[number], terms.labels[sense], text, first, end, sure, terms, known):
            return False
    return True
