"""Finding topics in the same articles and words: ours, gensim, tomotopy, scikit-learn's LDA and its NMF.

Coherence is c_npmi of each topic's ten first single words over the same texts, as gensim measures it; diversity is the
share of different words among all of them. Both are given for the most probable words and for the most relevant ones of
every way. Reading, counting and compiling are not timed; making gensim's model of ours is.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from bench import topic_fits as fits
from bench.environments import Missing, interpreter, versions
from bench.machine import bandwidth
from bench.report import Section, figure, times
from bench.rounds import ratio
from bench.setting import TOPICS, Setting
from bench.topic_words import Judged, Words
from training import seeds
from training.discovery.bags import Bags
from training.discovery.lda import PASSES
from training.readers import read
from training.settings import default_seeds
from training.topics import RELEVANCE, Topics

ARTICLES, HELD = 8_000, 1_000
ROUNDS = 2  # most of the others take half a minute each
OURS = f"ours, {PASSES} passes, words alone"
PHRASES = f"ours, {PASSES} passes, with phrases"
GENSIM = f"gensim LdaModel, {fits.GENSIM_PASSES} passes"
TOMOTOPY = f"tomotopy, {fits.TOMOTOPY_ITERATIONS} iterations"
SKLEARN = f"scikit-learn LatentDirichletAllocation, {fits.SKLEARN_ITERATIONS} iterations"
NMF = "scikit-learn NMF of TF-IDF"
UNASKED = (PHRASES, NMF)  # what they say of words held out can't be compared
HEADS = (
    "way",
    "seconds",
    "c_npmi",
    "diversity",
    "c_npmi by relevance",
    "diversity by relevance",
    "perplexity",
    "speed of ours against it",
    "c_npmi of ours beyond it",
    "the same by relevance",
)


@dataclass
class Fitted:
    """What one way of fitting came to, round by round; the topics are those of the last."""

    seconds: list[float] = field(default_factory=list)
    topics: Topics | None = None


def measure(setting: Setting) -> Section:
    """Fit 50 topics on the first articles in each way, in turn."""
    known, articles = seeds.load(default_seeds()), read(setting.file)
    words, held = (Words.of(islice(articles, count), known) for count in (ARTICLES, HELD))
    alone, phrases = words.bags(most_phrases=0), words.bags()
    fits.ours(alone, passes=2)  # compiles
    ways: dict[str, Callable[[], fits.Fit]] = {
        OURS: partial(fits.ours, alone),
        PHRASES: partial(fits.ours, phrases),
        GENSIM: partial(fits.by_gensim, alone),
        SKLEARN: partial(fits.by_sklearn, alone),
        NMF: partial(fits.by_nmf, alone),
    }
    notes = list(_read_so(alone, phrases))
    try:
        python = interpreter("tomotopy")
        ways[TOMOTOPY] = partial(fits.by_tomotopy, python, alone, setting.folder)
        notes.append(versions(python))
    except Missing as why:
        notes.append(f"tomotopy can't be installed here: {why}")
    found = _in_turn(ways, min(ROUNDS, setting.rounds))
    judged = {
        name: Judged.of(one.topics, words.content, None if name in UNASKED else held.whole)
        for name, one in found.items()
        if one.topics
    }
    notes.append(floor(alone, statistics.median(found[OURS].seconds)))
    seconds = {name: one.seconds for name, one in found.items()}
    return Section("topics", HEADS, list(rows(seconds, judged)), notes)


def rows(seconds: Mapping[str, list[float]], judged: Mapping[str, Judged]) -> Iterator[list[str]]:
    """Give a line of the table a way."""
    ours = judged[OURS]
    for name, one in judged.items():
        against = ["", "", ""]
        if one is not ours:
            shown = (ours.probable, one.probable), (ours.relevant, one.relevant)
            more = (f"{own.coherence - theirs.coherence:+.3f}" for own, theirs in shown)
            against = [times(ratio(seconds[name], seconds[OURS])), *more]
        perplexity = "" if one.perplexity is None else figure(one.perplexity)
        cells = *one.probable.cells, *one.relevant.cells, perplexity
        yield [name, figure(statistics.median(seconds[name])), *cells, *against]


def floor(bags: Bags, seconds: float) -> str:
    """Say what reading the rows of words alone would take: a row of 4 bytes a topic, a word of an article, a pass."""
    sizes = len(bags.ids) * TOPICS * 4 * PASSES
    least = sizes / bandwidth(threads=2)
    return (
        f"The floor of ours is to read the row of each word of each article once a pass: {sizes / 1e9:.0f} GB, "
        f"{least:.1f} s from memory on two cores; ours takes {seconds / least:.1f} times that. Rows that stay in a "
        "cache can be read faster."
    )


def _in_turn(ways: Mapping[str, Callable[[], fits.Fit]], rounds: int) -> dict[str, Fitted]:
    found = {name: Fitted() for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            seconds, found[name].topics = way()
            found[name].seconds.append(seconds)
    return found


def _read_so(alone: Bags, phrases: Bags) -> Iterator[str]:
    """Say how the table is read."""
    more = len(phrases.vocabulary) - len(alone.vocabulary)
    words = f"{len(alone.vocabulary):,} different words and {more:,} phrases"
    yield f"{len(alone):,} articles, {words}, {TOPICS} topics."
    yield (
        f"By relevance: words ranked by how probable they are in a topic against all topics of the same way by their "
        f"size, lambda {RELEVANCE:g}. c_npmi and diversity are of single words, with phrases too; c_npmi is gensim's."
    )
    yield (
        f"Perplexity, the less the better: of the second halves of the next {HELD:,} articles, their topics inferred "
        "from the first by the same updates for each way. With phrases it is of other words and NMF gives no "
        "probabilities, so both have none."
    )
    yield (
        "The last three columns take ours with words alone, which is given the same words as the others. Ours and "
        f"tomotopy use all cores, scikit-learn's LDA {fits.THREADS} processes (batch mode), gensim one."
    )
