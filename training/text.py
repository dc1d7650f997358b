"""Clean -> normalise -> tokenise, defined once for training and serving: ``read(article)`` gives a Reading.

Nothing is copied or rewritten: every token knows where it stands in the title or text as sent, so evidence can point
there.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from training import leftovers
from training.article import Article

# What continues a word without being a letter: accents and vowel signs written apart, soft hyphens, zero-width marks.
_JOINERS = (
    "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u00ad\u200b-\u200d\u2060"
)
_APOSTROPHES = "'’‘ʼ"
_WORD = rf"[^\W_](?:[^\W_]|[{_JOINERS}])*"
_DOTTED = rf"(?:[^\W\d_][{_JOINERS}]*\.)+[^\W\d_](?![^\W_])[{_JOINERS}]*\.?"
_TOKEN = re.compile(rf"{_DOTTED}|{_WORD}(?:[{_APOSTROPHES}]{_WORD})*")
_SENTENCE_END = re.compile(r"([.!?…])[\"'”’)\]]*\s|\n")
_WRAPPED_SENTENCE_END = re.compile(r"([.!?…])[\"'”’)\]]*\s|\n\s")
_LINE = re.compile(r"^(\S.*)\n(?=\S)", re.MULTILINE)  # with the next one right below it
_ABBREVIATIONS = frozenset(
    "st ste mt ft mr mrs ms dr prof gen col lt sgt capt cmdr adm maj rep sen gov rev hon jr sr vs no pres dept".split()
)
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s$")
_NOT_LETTERS = re.compile(rf"[{_APOSTROPHES}{_JOINERS}\s]")
_CLOSED = re.compile(r"[\"'”’)\]]*[.!:;]")
_DATELINE = re.compile(r"[A-Z][A-Z .'’/-]{2,40}(?:,[ A-Za-z.]{2,30})?(?: ?\([^)\n]{2,60}\))?(?: ?[—–:-]|(?<=\)))")
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})


@dataclass(slots=True)
class Tokens:
    """The words of a text in order: parallel lists, one entry a token.

    ``words`` are folded (see :func:`fold`); ``starts`` and ``ends`` are offsets into the text as sent;
    ``sentences`` numbers the sentence each token stands in.
    """

    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.words)


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """Give the one form under which all spellings of a word are counted.

    >>> [fold(w) for w in ("Côte", "Syria’s", "Sana'a", "U.S", "ERDOĞAN")]
    ['cote', 'syria', 'sanaa', 'u.s.', 'erdogan']
    """
    sent = word
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    word = word.lower()
    if "." in word:
        return _NOT_LETTERS.sub("", word).rstrip(".") + "."
    return _NOT_LETTERS.sub("", _POSSESSIVE.sub("", word)).translate(_UNDECOMPOSED) or f"{ord(sent[0]):x}"


def tokenise(text: str, spans: Iterable[tuple[int, int]] | None = None) -> Tokens:
    """Split ``text`` (or only its ``spans``) into folded words with their offsets and sentence numbers.

    >>> tokenise("Syria's army. It left.").words
    ['syria', 'army', 'it', 'left']
    """
    tokens, sentence, last = Tokens(), 0, 0
    sentence_end = _WRAPPED_SENTENCE_END if _is_wrapped(text) else _SENTENCE_END
    for start, end in spans if spans is not None else [(0, len(text))]:
        for match in _TOKEN.finditer(text, start, end):
            end_sign = sentence_end.search(text, last, match.start()) if tokens.words else None
            if end_sign and not (
                end_sign.group(1) == "." and _abbreviates(tokens.words[-1], text, last, match.start())
            ):
                sentence += 1
            tokens.words.append(fold(match.group()))
            tokens.starts.append(match.start())
            tokens.ends.append(last := match.end())
            tokens.sentences.append(sentence)
    return tokens


def _is_wrapped(text: str) -> bool:
    """Whether line breaks only keep lines short, as in wire copy and mail: most lines are full and end in no sign."""
    lines = _LINE.findall(text)
    full = sum(40 <= len(line) <= 90 and line[-1].isalnum() for line in lines)
    return len(lines) >= 2 and full > len(lines) / 2


def _abbreviates(word: str, text: str, last: int, following: int) -> bool:
    """Whether the dot after ``word`` is that of an abbreviation or initial, with the rest of the sentence to come."""
    return (len(word) == 1 or word in _ABBREVIATIONS) and text[last:following] in (". ", ".\xa0")


@dataclass(slots=True)
class Reading:
    """An article as the model reads it: one stream of tokens, of its title first, then its dateline, then its text.

    ``title_end`` and ``text_start`` are the token numbers where those fields end and begin; ``headline_end`` is where
    the headline ends, which is the title or, without one, a first line that looks like one.
    """

    article: Article
    removed: list[leftovers.Removed]
    tokens: Tokens
    title_end: int
    text_start: int
    headline_end: int

    def field(self, token: int) -> tuple[str, str]:
        """Give name and content of the article's field that a token stands in."""
        if token < self.title_end:
            return "title", self.article.title
        if token < self.text_start:
            return "dateline", self.article.dateline or ""
        return "text", self.article.text

    def surface(self, first: int, end: int) -> str:
        """Give the words from token ``first`` to before token ``end`` as they were sent."""
        return self.field(first)[1][self.tokens.starts[first] : self.tokens.ends[end - 1]]

    @property
    def dateline_tokens(self) -> range:
        """The tokens of the dateline: the field, or what opens the text in its manner: ``CAIRO (Agency) -``."""
        if self.text_start > self.title_end:
            return range(self.title_end, self.text_start)
        end = first = self.headline_end if self.headline_end > self.text_start else self.text_start
        if first < len(self.tokens):
            place = _DATELINE.match(self.article.text, self.tokens.starts[first])
            while place and end < len(self.tokens) and self.tokens.starts[end] < place.end():
                end += 1
        return range(first, end)


def read(article: Article) -> Reading:
    """Clean and tokenise an article; every later step works on this, so neither is ever done twice."""
    removed = leftovers.find(article.text)
    spans = leftovers.kept(article.text, removed)
    title, dateline, text = tokenise(article.title), tokenise(article.dateline or ""), tokenise(article.text, spans)
    title_end, text_start = len(title), len(title) + len(dateline)
    headline_end = title_end or text_start + _headline(article.text, text)
    return Reading(article, removed, _joined(title, dateline, text), title_end, text_start, headline_end)


def digest(article: Article) -> str:
    """Give what tells articles apart: the same title and text, the same digest."""
    return hashlib.sha256(f"{article.title}\0{article.text}".encode(errors="surrogatepass")).hexdigest()[:24]


def _joined(*parts: Tokens) -> Tokens:
    joined = Tokens()
    for part in parts:
        base = joined.sentences[-1] + 1 if joined.sentences else 0
        joined.words += part.words
        joined.starts += part.starts
        joined.ends += part.ends
        joined.sentences += [base + sentence for sentence in part.sentences]
    return joined


def _headline(text: str, tokens: Tokens) -> int:
    """Count the tokens of the first line when it looks like a headline: short, unclosed, with more text below."""
    count = tokens.sentences.count(0)
    if not 0 < count <= 25 or count == len(tokens):
        return 0
    between = text[tokens.ends[count - 1] : tokens.starts[count]]
    return count if "\n" in between and not _CLOSED.match(between) else 0
