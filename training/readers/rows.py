"""What every reader of rows gives, and rows of JSON, one a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from training.article import Article
from training.errors import ArticleError

Rows = Iterator[tuple[int, Article | ArticleError]]
"""The line each row begins on, or its number, and its article or what is wrong with it: a bad row ends nothing."""


def jsonl(lines: Iterable[bytes]) -> Rows:
    """Read one article a line; empty lines are passed over."""
    for number, line in enumerate(lines, 1):
        line = line.strip(b"\xef\xbb\xbf \t\r\n")  # a byte order mark may stand before the first
        if line:
            yield number, _of_json(line)


def _of_json(line: bytes) -> Article | ArticleError:
    try:
        return Article.from_row(json.loads(line))
    except UnicodeDecodeError as error:
        return ArticleError(f"no UTF-8 text: {error}")
    except (ValueError, RecursionError) as error:
        return ArticleError(f"not JSON: {error}")
    except ArticleError as error:
        return error
