"""Examples as arrays: the same as those they were made of, in memory and on disk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.making import corpus, example, packed
from training.classifier import Example
from training.examples import Examples, ExamplesSpool


def made() -> list[Example]:
    """Make examples, judged and not, with and without words, names, dates and doubts."""
    odd = [
        example(900, "", {}, None),
        replace(example(901, "bread", {"SY": 1.0}, ""), date="Montag, 3. März", corpus="größer.jsonl"),
        example(902, "bread fuel", {}, "SY LY", unsure="FR GB"),
    ]
    return [*corpus(count=10), *odd]


def spooled(examples: list[Example]) -> Examples:
    spool = ExamplesSpool(("LY", "SY"))
    for start in range(0, len(examples), 4):
        spool.add(packed(examples[start : start + 4]))
    return spool.examples()


def facts(one: Example) -> list[object]:
    found: list[object] = [one.terms.tolist(), one.columns.tolist(), one.focus.tolist(), one.focus.shape, one.named]
    return [*found, one.key, one.labels, one.unsure, one.date, one.corpus]


@pytest.mark.parametrize("way", [packed, spooled], ids=["in memory", "on disk"])
def test_examples_are_those_that_were_put_in(way: type) -> None:
    examples = made()
    found = way(examples)
    assert [facts(one) for one in found] == [facts(one) for one in examples] and len(found) == len(examples)
    assert found.judged.tolist() == [one.labels is not None for one in examples]
    assert facts(found[-1]) == facts(examples[-1])


def test_some_are_those_asked_for_in_their_order() -> None:
    examples = made()
    found = spooled(examples)
    keys = [one.key for one in examples]
    assert [one.key for one in found.those([4, 0, 7])] == [keys[4], keys[0], keys[7]]
    assert [facts(one) for one in found[2:5]] == [facts(one) for one in examples[2:5]]
    unjudged = found.those(~found.judged)
    assert [one.key for one in unjudged] == [example(900, "", {}, None).key] and not unjudged.judged.any()
    assert [one.key for one in found.those([5, 3, 1])[1:]] == [keys[3], keys[1]]


def test_what_is_long_is_not_copied() -> None:
    found = spooled(made())
    some = found.those(np.arange(5))
    assert np.shares_memory(found.terms.values, some.terms.values)
    assert np.shares_memory(found[1].terms, found.terms.values)


def test_no_examples_are_examples_too() -> None:
    found = ExamplesSpool(()).examples()
    assert len(found) == 0 and list(found) == [] and len(found.those(found.judged)) == 0


def test_the_digest_tells_which_articles_and_judgments_and_nothing_of_their_order_or_origin() -> None:
    examples = made()
    told = packed(examples).digest
    elsewhere = [replace(one, date="2001-02-03", corpus="other.jsonl") for one in reversed(examples)]
    assert packed(elsewhere).digest == spooled(examples).digest == told
    changed = [
        replace(examples[0], labels=frozenset()),
        replace(examples[0], labels=None),
        replace(examples[0], unsure=frozenset({"FR"})),
        replace(examples[0], key="0" * 24),
    ]
    assert len({told, packed(examples[1:]).digest, *(packed([one, *examples[1:]]).digest for one in changed)}) == 6
