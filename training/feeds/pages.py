"""The page of an entry -> its article.

Links come from outside, so they may lead to public hosts only, unless the feed itself is at a private one.
"""

from __future__ import annotations

import time

from training import download
from training.addresses import is_inside
from training.article import Article
from training.errors import DownloadError, InputError
from training.feeds.decoding import decode
from training.feeds.entries import Entry

PAGE = 2 << 20  # bytes, unpacked; finding the main text of more takes minutes
PAUSE = 1.0  # seconds from one page to the next
PATIENCE = 300.0  # seconds for all pages of a feed
_SECONDS, _WITHIN = 15.0, 60.0
_KINDS = {"text/html", "application/xhtml+xml"}


class Pages:
    """Reads the pages of entries, one after the other.

    Attributes:
        read: how many were read.
        unread: how many could not be.
    """

    def __init__(self, feed: str, most: int) -> None:
        """Begin.

        Args:
            feed: the address of the feed.
            most: how many pages may be asked for.
        """
        self._most, self._inside = most, bool(most) and is_inside(feed)
        self._end = time.monotonic() + PATIENCE
        self.read = self.unread = 0

    def article(self, entry: Entry) -> Article | None:
        """Give the article on the page of an entry; None where there is none, or enough pages were asked for."""
        asked = self.read + self.unread
        if entry.link is None or asked >= self._most or time.monotonic() > self._end:
            return None
        if asked:
            time.sleep(PAUSE)
        try:
            found = _article(entry.link, self._inside)
        except InputError:
            self.unread += 1
            return None
        self.read += 1
        return found


def _article(url: str, inside: bool) -> Article:
    wanted = {"Accept": "text/html, application/xhtml+xml;q=0.9"}
    with download.opened(url, wanted, seconds=_SECONDS, within=_WITHIN, inside=inside) as answer:
        if answer.status != 200:
            raise DownloadError(str(answer))
        if (kind := answer.headers.get_content_type()) not in _KINDS:
            raise DownloadError(f"is no web page but {kind}")
        page = decode(answer.content(PAGE), answer.headers.get_content_charset())
    return Article.from_html(page)
