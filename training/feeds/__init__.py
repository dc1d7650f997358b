"""News feeds -> articles in the store, politely, and with nothing taken on trust.

::

    decoding    bytes -> text
    prose       HTML in a feed -> text
    tree        XML -> a tree of elements
    entries     RSS and Atom -> entries
    pages       the page of an entry -> its article
    polling     asking one feed for news
    silence     feeds that fell silent
"""

from __future__ import annotations

from training.feeds.polling import Polled, left_alone, poll
from training.feeds.silence import Silent, silent

__all__ = ["Polled", "Silent", "left_alone", "poll", "silent"]
