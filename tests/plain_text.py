"""Reading as plain Python says it, by whole strings and regular expressions: what the compiled loops are held to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from training import leftovers
from training.article import Article

JOINERS = (
    "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u093c\u093e-\u094f"
    "\u00ad\u200b-\u200d\u2060"
)
APOSTROPHES = "'’‘ʼ"
_WORDY = r"[^\W_ʼ]"
_LETTER = r"[^\W\d_ʼ]"
_WORD = rf"{_WORDY}(?:{_WORDY}|[{JOINERS}])*"
_DOTTED = rf"(?:{_LETTER}[{JOINERS}]*\.)+{_LETTER}(?!{_WORDY})[{JOINERS}]*\.?"
_TOKEN = re.compile(rf"{_DOTTED}|{_WORD}(?:[{APOSTROPHES}]{_WORD})*")
_SENTENCE_END = re.compile(r"([.!?…])[\"'”’)\]]*\s|\n")
_WRAPPED_SENTENCE_END = re.compile(r"([.!?…])[\"'”’)\]]*\s|\n\s")
_LINE = re.compile(r"^(\S.*)\n(?=\S)", re.MULTILINE)  # with the next one right below it
_ABBREVIATIONS = frozenset(
    "st ste mt ft mr mrs ms dr prof gen col lt sgt capt cmdr adm maj rep sen gov rev hon jr sr vs no pres dept".split()
)
_POSSESSIVE = re.compile(rf"(?<=.)[{APOSTROPHES}]s$")
_NOT_LETTERS = re.compile(rf"[{APOSTROPHES}{JOINERS}\s]")
_CLOSED = re.compile(r"[\"'”’)\]]*[.!:;]")
_DATELINE = re.compile(r"[A-Z][A-Z .'’/-]{2,40}(?:,[ A-Za-z.]{2,30})?(?: ?\([^)\n]{2,60}\))?(?: ?[—–:-]|(?<=\)))")
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})


@dataclass(slots=True)
class Tokens:
    """The words of a text in order: parallel lists, one entry a token."""

    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.words)


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """Give the one form under which all spellings of a word are counted."""
    letters = re.sub(f"[{JOINERS}]", "", word)
    letters = "".join(_letters(char) for char in letters).lower().replace("ς", "σ").translate(_UNDECOMPOSED)
    if "." in word:
        return _NOT_LETTERS.sub("", letters).rstrip(".") + "."
    return _NOT_LETTERS.sub("", _POSSESSIVE.sub("", letters))


def _letters(char: str) -> str:
    """Give what a character is made of, without accents; its code where nothing is left, and no dot unless it is one.

    ʼn in one character has an apostrophe, but one that is no part of a possessive.
    """
    apart = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    if char == "." or char in APOSTROPHES:
        return char
    return _NOT_LETTERS.sub("", apart.replace(".", "")) or f"{ord(char):x}"


def bare(word: str) -> str:
    """Give the letters of a word as sent, without a possessive."""
    letters = re.sub(f"[{JOINERS}]", "", word)
    owns = letters[-2:-1] in APOSTROPHES and len(letters) > 2 and fold(letters[-1]) == "s"
    return letters_of(letters[:-2] if owns else letters)


def letters_of(surface: str) -> str:
    """Give letters and digits alone: what is between them has no say in whether they are capitals."""
    return "".join(re.findall(_WORDY, surface))


def owns(surface: str) -> bool:
    """Whether a word as sent ends in a possessive."""
    return bool(re.search(rf"[{APOSTROPHES}]s$", surface))


def is_term(word: str) -> bool:
    """Whether TF-IDF counts a word: two letters or more, no digits."""
    return len(word) > 1 and word.replace(".", "").isalpha()


def grams(terms: list[str]) -> list[str]:
    """Give single terms, then pairs of neighbours."""
    return [*terms, *(f"{a} {b}" for a, b in zip(terms, terms[1:], strict=False))]


def tokenise(text: str, spans: Iterable[tuple[int, int]] | None = None) -> Tokens:
    """Split ``text`` (or only its ``spans``) into folded words with their offsets and sentence numbers."""
    tokens, sentence, last = Tokens(), 0, 0
    sentence_end = _WRAPPED_SENTENCE_END if is_wrapped(text) else _SENTENCE_END
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


def is_wrapped(text: str) -> bool:
    """Whether line breaks only keep lines short: most lines are full and end in no sign."""
    lines = _LINE.findall(text)
    full = sum(40 <= len(line) <= 90 and bool(re.match(_WORDY, line[-1])) for line in lines)
    return len(lines) >= 2 and full > len(lines) / 2


def _abbreviates(word: str, text: str, last: int, following: int) -> bool:
    return (len(word) == 1 or word in _ABBREVIATIONS) and text[last:following] in (". ", ".\xa0")


@dataclass(slots=True)
class Reading:
    """An article as one stream of tokens, each with its place in its own field."""

    article: Article
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
        """The tokens of the dateline: the field, or what opens the text in its manner."""
        if self.text_start > self.title_end:
            return range(self.title_end, self.text_start)
        end = first = self.headline_end if self.headline_end > self.text_start else self.text_start
        if first < len(self.tokens):
            place = _DATELINE.match(self.article.text, self.tokens.starts[first])
            while place and end < len(self.tokens) and self.tokens.starts[end] < place.end():
                end += 1
        return range(first, end)


def read(article: Article) -> Reading:
    """Clean and tokenise an article."""
    spans = leftovers.kept(article.text, leftovers.find(article.text))
    title, dateline, text = tokenise(article.title), tokenise(article.dateline or ""), tokenise(article.text, spans)
    title_end, text_start = len(title), len(title) + len(dateline)
    headline_end = title_end or text_start + _headline(article.text, text)
    return Reading(article, _joined(title, dateline, text), title_end, text_start, headline_end)


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
    count = tokens.sentences.count(0)
    if not 0 < count <= 25 or count == len(tokens):
        return 0
    between = text[tokens.ends[count - 1] : tokens.starts[count]]
    return count if "\n" in between and not _CLOSED.match(between) else 0
