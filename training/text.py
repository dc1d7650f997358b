"""Clean -> normalise -> tokenise, defined once for training and serving: ``read(article)`` gives a Reading.

Nothing is copied or rewritten: every token knows where it stands in the title or text as sent, so evidence can point
there.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from training import leftovers
from training.article import Article
from training.characters import APOSTROPHES, JOINERS, characters, folded, points_of
from training.kernels import hashing, words
from training.kernels.beside import Text
from training.kernels.words import Tokens

_JOINERS = re.compile(f"[{JOINERS}]")
_ABBREVIATIONS = (
    "st ste mt ft mr mrs ms dr prof gen col lt sgt capt cmdr adm maj rep sen gov rev hon jr sr vs no pres dept".split()
)
_DATELINE = re.compile(r"[A-Z][A-Z .'’/-]{2,40}(?:,[ A-Za-z.]{2,30})?(?: ?\([^)\n]{2,60}\))?(?: ?[—–:-]|(?<=\)))")


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """Give the one form under which all spellings of a word are counted.

    >>> [fold(w) for w in ("Côte", "Syria’s", "Sana'a", "U.S", "ERDOĞAN")]
    ['cote', 'syria', 'sanaa', 'u.s.', 'erdogan']
    """
    chars = _JOINERS.sub("", word)
    if len(chars) > 2 and chars[-2] in APOSTROPHES and folded(chars[-1]) == "s":
        chars = chars[:-2]
    dot = "." if "." in word else ""
    return "".join(folded(char) + dot for char in chars if char != "." and char not in APOSTROPHES)


@lru_cache(maxsize=1 << 17)
def hashed(word: str) -> int:
    """Give the hash of a folded word, as tokens have it."""
    return int(words.hash_of(points_of(word)))


def tokenise(text: str) -> Tokens:
    """Split a text into words, of which nothing is left out.

    >>> [text[start:end] for text in ["Syria's army."] for start, end in zip(*tokenise(text)[1:3])]
    ["Syria's", 'army']
    """
    fields = np.array([0, 0, 0], dtype=np.int32)
    return _tokenise(points_of(text), fields, np.array([[0, len(text)]], dtype=np.int32))[0]


@lru_cache(maxsize=1 << 17)
def spell(text: str) -> tuple[str, ...]:
    """Give the folded words of a text.

    >>> spell("Syria's army. It left.")
    ('syria', 'army', 'it', 'left')
    """
    tokens = tokenise(text)
    return tuple(fold(text[start:end]) for start, end in zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True))


def _tokenise(
    points: words.Points, fields: words.Offsets, spans: words.Offsets
) -> tuple[Tokens, npt.NDArray[np.int32]]:
    return words.tokenise(points, fields, spans, characters(), _abbreviations())


@cache
def _abbreviations() -> tuple[hashing.Hashes, hashing.Numbers]:
    return hashing.table(np.array([hashed(word) for word in _ABBREVIATIONS], dtype=np.uint64))


@dataclass
class Reading:
    """An article as the model reads it: one stream of tokens, of its title first, then its dateline, then its text.

    Attributes:
        article: as it came in.
        removed: what of its text is not read.
        content: title, dateline and text, one after the other with a line break between; tokens point into it.
        points: the code points of ``content``.
        fields: (3,) where title, dateline and text start in ``content``.
        tokens: all words.
        title_end, text_start: the token numbers where those fields end and begin.
        headline_end: the token number where the headline ends, which is the title or, without one, a first line that
            looks like one.
        dateline: the tokens, first and end, of the field or of what opens the text in its manner: ``CAIRO (Agency) -``.
    """

    article: Article
    removed: list[leftovers.Removed]
    content: str
    points: words.Points
    fields: words.Offsets
    tokens: Tokens
    title_end: int
    text_start: int
    headline_end: int
    dateline: tuple[int, int]

    def __len__(self) -> int:
        return len(self.tokens.hashes)

    @cached_property
    def searched(self) -> Text:
        """The words and what stands between them, as loops take them."""
        dateline, text = self._fields
        return Text(
            self.points,
            *self.tokens,
            field_ends=np.array([dateline - 1, text - 1, len(self.points)], dtype=np.int32),
            marks=np.array([self.title_end, self.text_start, self.headline_end, *self.dateline], dtype=np.int32),
            classes=characters().classes,
        )

    @cached_property
    def words(self) -> list[str]:
        """The folded words."""
        return [self.word(token) for token in range(len(self))]

    def word(self, token: int) -> str:
        """Give a folded word."""
        return fold(self.surface(token, token + 1))

    def field(self, start: int) -> tuple[str, int]:
        """Give the name of the field that a place in ``content`` is in, and where that field starts."""
        dateline, text = self._fields
        return ("text", text) if start >= text else ("dateline", dateline) if start >= dateline else ("title", 0)

    @cached_property
    def _fields(self) -> tuple[int, int]:
        _, dateline, text = self.fields.tolist()
        return dateline, text

    def place(self, first: int, end: int) -> tuple[str, int, int]:
        """Give the name of the field that tokens stand in, and where in that field they start and end."""
        start = int(self.tokens.starts[first])
        name, base = self.field(start)
        return name, start - base, int(self.tokens.ends[end - 1]) - base

    def surface(self, first: int, end: int) -> str:
        """Give the words from token ``first`` to before token ``end`` as they were sent."""
        return self.content[self.tokens.starts[first] : self.tokens.ends[end - 1]]


def read(article: Article) -> Reading:
    """Clean and tokenise an article; every later step works on this, so neither is ever done twice."""
    title, dateline, text = article.title, article.dateline or "", article.text
    content = f"{title}\n{dateline}\n{text}"
    points = points_of(content)
    start = len(title) + len(dateline) + 2
    fields = np.array([0, len(title) + 1, start], dtype=np.int32)
    removed = leftovers.find(text, points[start:])
    kept = [(start + a, start + b) for a, b in leftovers.kept(text, removed)]
    spans = np.array([(0, len(title)), (len(title) + 1, start - 1), *kept], dtype=np.int32)
    tokens, counts = _tokenise(points, fields, spans)
    title_end, text_start, headline_end = counts.tolist()
    opening = _dateline(content, tokens, title_end, text_start, headline_end)
    return Reading(article, removed, content, points, fields, tokens, title_end, text_start, headline_end, opening)


def digest(article: Article) -> str:
    """Give what tells articles apart: the same title and text, the same digest."""
    return hashlib.sha256(f"{article.title}\0{article.text}".encode(errors="surrogatepass")).hexdigest()[:24]


def _dateline(content: str, tokens: Tokens, title_end: int, text_start: int, headline_end: int) -> tuple[int, int]:
    if text_start > title_end:
        return title_end, text_start
    first = max(text_start, headline_end)
    place = _DATELINE.match(content, tokens.starts[first]) if first < len(tokens.starts) else None
    return first, int(np.searchsorted(tokens.starts, place.end())) if place else first
