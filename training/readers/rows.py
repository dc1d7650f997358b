"""What every reader of rows gives, and rows of JSON, one a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from training.article import Article
from training.errors import ArticleError


class Unread(NamedTuple):
    """A row as it stands in its file, and what makes an article of it, here or in another process."""

    content: bytes
    parse: Callable[[bytes], Article]


Rows = Iterator[tuple[int, Article | ArticleError | Unread]]
"""The line each row begins on, or its number, and its article or what is wrong with it: a bad row ends nothing."""


def jsonl(lines: Iterable[bytes]) -> Rows:
    """Find one article a line; empty lines are passed over."""
    for number, line in enumerate(lines, 1):
        line = line.strip(b"\xef\xbb\xbf \t\r\n")  # a byte order mark may stand before the first
        if line:
            yield number, Unread(line, of_json)


def of_json(line: bytes) -> Article:
    """Make an article of one line.

    Raises:
        ArticleError: it is no JSON, or a field is missing or of the wrong type.
    """
    try:
        return Article.from_row(json.loads(line))
    except UnicodeDecodeError as error:
        raise ArticleError(f"no UTF-8 text: {error}") from None
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"not JSON: {error}") from None
