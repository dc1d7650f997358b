"""A short name for a topic, from its first words and phrases and from how its typical articles spell them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

TERMS = 3  # in a name, at most
LETTERS = 34  # of a name, at most
CANDIDATES = 12  # first words and phrases that it may be made of
STEM = 5  # letters that two forms of one word share
PHRASE = 1.5  # times that a phrase counts for more than a word
ACRONYM = 4  # letters that one has, at most
TITLES = 1.0  # how much more a word counts that stands in all typical titles


def name(terms: Sequence[str], titles: Sequence[str], leads: Sequence[str], taken: Collection[str] = ()) -> str:
    """Name a topic.

    Args:
        terms: its words and phrases, those that tell most first.
        titles: of its typical articles.
        leads: how these begin; there words are spelled as they are inside of sentences.
        taken: names of other topics.

    >>> name(["north korea", "missile", "missiles", "kim"], ["North Korea fires"], ["The missile of North Korea fell."])
    'North Korea, missile, kim'
    >>> name(["vote", "party", "ballot", "poll"], [], [], taken=["vote, party, ballot"])
    'party, ballot, poll'
    """
    names = (_name(terms[first:], titles, leads) for first in range(len(terms)))
    return next((one for one in names if one not in taken), _name(terms, titles, leads))


def _name(terms: Sequence[str], titles: Sequence[str], leads: Sequence[str]) -> str:
    lowered = [title.lower() for title in titles]
    scores = {}
    for rank, term in enumerate(terms[:CANDIDATES]):
        seen = sum(term in title for title in lowered) / max(1, len(lowered))
        scores[term] = (PHRASE if " " in term else 1.0) * (1 + TITLES * seen) / (rank + 2)
    chosen: list[str] = []
    for term in sorted(scores, key=lambda term: -scores[term]):
        fits = len(", ".join([*chosen, term])) <= LETTERS or not chosen
        if fits and len(chosen) < TERMS and not _stems(term) & {stem for one in chosen for stem in _stems(one)}:
            chosen.append(term)
    return ", ".join(spelled(term, leads) for term in chosen)


def spelled(term: str, leads: Sequence[str]) -> str:
    """Give a folded word or phrase as most texts spell it, as it is where none has it.

    >>> spelled("nato", ["Then NATO said", "and NATO left", "nato"])
    'NATO'
    """
    pattern = re.compile(r"(?<=[a-z,;] )" + r"\s+".join(map(re.escape, term.split())) + r"\b", re.IGNORECASE)
    forms = (" ".join(match.split()) for lead in leads for match in pattern.findall(lead))
    found = Counter(form for form in forms if len(form) <= ACRONYM or not form.isupper())  # a dateline is all capitals
    return max(found, key=lambda form: (found[form], form)) if found else term


def _stems(term: str) -> set[str]:
    return {word[:STEM] for word in term.split()}
