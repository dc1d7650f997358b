"""Asking feeds for news, from a server of our own on this machine, into a store of SQLite."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from tests.helping import PAGE
from tests.serving import HTML, NEWS, Answer, Site, item, rss
from training.errors import DownloadError
from training.feeds import Polled, left_alone, pages, poll, polling, silent
from training.store import Feed, Store

NOW = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAUSE", 0)


def counts(polled: Polled) -> dict[str, int]:
    """Give the counts that are not 0."""
    return {key: value for key, value in polled.as_row().items() if type(value) is int and value}


def remembered(store: Store) -> Feed:
    """Give the only feed."""
    (feed,) = store.feeds.all()
    return feed


def texts(store: Store) -> dict[str, str]:
    """Give the texts in the store by title, in the order in which they came."""
    return {one.article.title: one.article.text for one in store.articles.read(copies=True)}


def test_what_a_feed_has_goes_into_the_store_the_oldest_first(server: Site, store: Store) -> None:
    url = server.give(rss(item(4), item(2), item(1)))
    polled = poll(store, url, at=NOW)
    assert (polled.url, polled.title, polled.problem) == (url, "The Coast", None)
    assert counts(polled) == {"new": 2, "bare": 1}
    first, second = store.articles.read()
    assert (first.article.title, first.article.text) == NEWS[1]
    assert (second.article.title, second.article.text) == NEWS[2]
    assert (first.article.date, first.article.source, first.article.labels) == (
        "2026-03-01T08:00:00Z",
        "The Coast",
        None,
    )
    assert (first.feed, first.received_at) == (url, NOW)
    assert first.article.id is not None
    assert first.article.id.endswith(":1")


def test_what_a_feed_had_before_is_known_and_what_it_edited_is_replaced(server: Site, store: Store) -> None:
    poll(store, server.give(rss(item(2), item(1))))
    longer = NEWS[1][1] + " The bridge is closed as well."
    polled = poll(store, server.give(rss(item(3), item(2), item(1, longer))))
    assert counts(polled) == {"new": 1, "known": 1, "edited": 1}
    assert list(texts(store).values()) == [longer, NEWS[2][1], NEWS[3][1]]
    assert counts(poll(store, server.url("/feed"))) == {"known": 3}


def test_a_summary_that_is_shorter_replaces_nothing_but_a_whole_text_does(server: Site, store: Store) -> None:
    poll(store, server.give(rss(item(1))))
    polled = poll(store, server.give(rss(item(1, "Rain fell on Homs all night.", "Rain on Homs"))))
    assert counts(polled) == {"edited": 1}
    assert texts(store) == {"Rain on Homs": NEWS[1][1]}
    content = "<content:encoded>We were wrong: no rain fell.</content:encoded>"
    whole = item(1).replace("</description>", f"</description>{content}")
    assert counts(poll(store, server.give(rss(whole)))) == {"edited": 1}
    assert texts(store) == {"Rain in Homs": "We were wrong: no rain fell."}


def test_two_feeds_may_call_their_articles_the_same(server: Site, store: Store) -> None:
    poll(store, server.give(rss(item(1)), path="/a"))
    assert counts(poll(store, server.give(rss(item(1, NEWS[2][1])), path="/b"))) == {"new": 1}
    assert counts(poll(store, server.url("/a"))) == {"known": 1}


def test_the_same_story_in_another_feed_is_a_copy(server: Site, store: Store) -> None:
    long = " ".join(text for _, text in NEWS.values()) * 2
    poll(store, server.give(rss(item(1, long)), path="/a"))
    assert counts(poll(store, server.give(rss(item(2, long)), path="/b"))) == {"copies": 1}
    assert store.feeds.get(server.url("/b")) is not None


# asking for news only


def test_a_feed_is_asked_for_news_only(server: Site, store: Store) -> None:
    said = {"ETag": 'W/"7"', "Last-Modified": "Mon, 09 Mar 2026 06:00:00 GMT"}
    url = server.give(rss(item(1)), headers={**said})
    poll(store, url, at=NOW)
    assert (remembered(store).etag, remembered(store).modified) == (said["ETag"], said["Last-Modified"])
    server.give("", 304)
    polled = poll(store, url, at=NOW + timedelta(hours=1))
    assert polled == Polled(url, "The Coast", unchanged=True)
    first, second = (headers for _, headers in server.asked)
    assert not {"if-none-match", "if-modified-since"} & first.keys()
    assert (second["if-none-match"], second["if-modified-since"]) == (said["ETag"], said["Last-Modified"])
    feed = remembered(store)
    assert (feed.checked_at, feed.found_at, feed.etag) == (NOW + timedelta(hours=1), NOW, said["ETag"])


@pytest.mark.parametrize("odd", ["x" * 2000, "\xe9", "a\tb", " "], ids=["long", "accent", "tab", "blank"])
def test_what_cannot_be_sent_back_is_not_remembered(server: Site, store: Store, odd: str) -> None:
    url = server.give(rss(item(1)), headers={"ETag": odd})
    poll(store, url)
    assert remembered(store).etag is None
    assert poll(store, url).problem is None


def test_who_is_asked_knows_who_asks(server: Site, store: Store) -> None:
    poll(store, server.give(rss()))
    ((_, headers),) = server.asked
    assert headers["user-agent"].startswith("foreign-desk/")
    assert "application/rss+xml" in headers["accept"]


def test_a_feed_may_be_packed(server: Site, store: Store) -> None:
    polled = poll(store, server.give(gzip.compress(rss(item(1)).encode()), headers={"Content-Encoding": "gzip"}))
    assert counts(polled) == {"new": 1}


def test_the_encoding_that_a_server_says_counts(server: Site, store: Store) -> None:
    body = rss(item(1, "В Хомсе всю ночь шёл дождь, и дорога на юг закрыта.")).encode("koi8-r")
    poll(store, server.give(body, headers={"Content-Type": "text/xml; charset=KOI8-R"}))
    assert list(texts(store).values()) == ["В Хомсе всю ночь шёл дождь, и дорога на юг закрыта."]


def test_what_is_remembered_tells_how_often_there_is_news(server: Site, store: Store) -> None:
    url = server.give(rss(item(1)))
    poll(store, url, at=NOW)
    assert (remembered(store).articles, remembered(store).added_at) == (0, NOW)
    poll(store, server.give(rss(item(3), item(2), item(1))), at=NOW + timedelta(days=1))
    feed = remembered(store)
    assert (feed.articles, feed.added_at, feed.found_at) == (2, NOW, NOW + timedelta(days=1))
    poll(store, url, at=NOW + timedelta(days=2))
    assert remembered(store).found_at == NOW + timedelta(days=1)


# what goes wrong

BOMB = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>' + rss(item(1, "&b;&b;&b;&b;&b;"))
PROBLEMS = {
    "404": (Answer(b"", 404), "the server answers 404 Not Found"),
    "410": (Answer(b"", 410), "is gone for good, its server says; take it off the list with --remove"),
    "500": (Answer(rss(item(1)).encode(), 500), "the server answers 500 Internal Server Error"),
    "204": (Answer(b"", 204), "the server answers 204 No Content"),
    "a page": (Answer(PAGE.encode()), "is a web page, not a feed"),
    "nothing": (Answer(b""), "is no whole XML"),
    "broken": (Answer(rss(item(1)).encode()[:-20]), "is no whole XML"),
    "entities": (Answer(BOMB.encode()), "declares entities of its own"),
    "entities in UTF-16": (Answer(BOMB.encode("utf-16")), "declares entities of its own"),
    "large": (Answer(bytes((1 << 20) + 1)), "is larger than 1 MB"),
    "large when unpacked": (
        Answer(gzip.compress(bytes(64 << 20)), headers={"Content-Encoding": "gzip"}),
        "is larger than 1 MB",
    ),
    "breaks off": (Answer(rss(item(1)).encode(), headers={"Content-Length": "9999"}), "the download broke off after"),
    "a file": (Answer(b"", 302, {"Location": "file:///etc/passwd"}), "is redirected to file:///etc/passwd"),
    "round and round": (Answer(b"", 302, {"Location": "/feed"}), "is redirected more than 5 times"),
}


@pytest.mark.parametrize("answer, says", PROBLEMS.values(), ids=PROBLEMS)
def test_what_goes_wrong_is_told_and_remembered(
    server: Site, store: Store, monkeypatch: pytest.MonkeyPatch, answer: Answer, says: str
) -> None:
    monkeypatch.setattr(polling, "LARGEST", 1 << 20)
    url = server.give(rss(item(1)), headers={"ETag": '"1"'})
    poll(store, url, at=NOW)
    server.answers["/feed"] = answer
    for times in (1, 2):
        polled = poll(store, url, at=NOW + timedelta(hours=times))
        assert polled.problem is not None
        assert polled.problem.startswith(says)
        assert counts(polled) == {}
        feed = remembered(store)
        assert (feed.problem, feed.failures, feed.etag) == (polled.problem, times, '"1"')
        assert (feed.checked_at, feed.found_at) == (NOW + timedelta(hours=times), NOW)
    assert list(texts(store).values()) == [NEWS[1][1]]


def test_a_feed_that_comes_back_is_well_again(server: Site, store: Store) -> None:
    url = server.give("", 503)
    for hour in range(3):
        poll(store, url, at=NOW + timedelta(hours=hour))
    assert [one.feed.failures for one in silent(store.feeds.all(), NOW + timedelta(hours=3))] == [3]
    polled = poll(store, server.give(rss(item(1))), at=NOW + timedelta(hours=4))
    assert counts(polled) == {"new": 1}
    assert (remembered(store).problem, remembered(store).failures, remembered(store).added_at) == (None, 0, NOW)
    assert silent(store.feeds.all(), NOW + timedelta(hours=4)) == []


def test_a_feed_that_has_nothing_new_is_well_again(server: Site, store: Store) -> None:
    poll(store, server.give("", 500))
    poll(store, server.give("", 304))
    assert (remembered(store).problem, remembered(store).failures) == (None, 0)


@pytest.mark.parametrize(
    "told, until",
    [
        ("3600", NOW + timedelta(hours=1)),
        ("Mon, 09 Mar 2026 09:00:00 GMT", NOW + timedelta(hours=2)),
        ("9" * 300, NOW + timedelta(days=1)),
        ("Mon, 09 Mar 2099 09:00:00 GMT", NOW + timedelta(days=1)),
        ("Mon, 09 Mar 2026 06:59:59 GMT", None),
        ("0", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("soon", None),
        ("", None),
    ],
    ids=["seconds", "date", "for ever", "years", "past", "at once", "no date", "words", "nothing"],
)
@pytest.mark.parametrize("status", [429, 503])
def test_how_long_a_server_asks_to_wait_is_told(
    server: Site, store: Store, status: int, told: str, until: datetime | None
) -> None:
    polled = poll(store, server.give("", status, {"Retry-After": told}), at=NOW)
    assert polled.wait_until == until
    assert polled.problem is not None
    assert ("asks to wait until" in polled.problem) is (until is not None)
    assert remembered(store).wait_until == until


def test_a_feed_is_left_alone_as_long_as_its_server_asks(server: Site, store: Store) -> None:
    url = server.give("", 429, {"Retry-After": "3600"})
    assert left_alone(store, url, at=NOW) is None
    poll(store, url, at=NOW)
    before = remembered(store)
    for minutes, alone in ((0, True), (59, True), (60, False)):
        polled = left_alone(store, url, at=NOW + timedelta(minutes=minutes))
        assert (polled is not None) is alone
        if polled:
            assert polled.as_row()["asked"] is False
            assert polled.problem == "was not asked: its server asks to wait until 2026-03-09 08:00 UTC"
    assert remembered(store) == before and len(server.asked) == 1
    for answer in (Answer(b"", 304), Answer(b"", 500)):
        poll(store, server.give("", 503, {"Retry-After": "3600"}), at=NOW)
        server.answers["/feed"] = answer
        poll(store, url, at=NOW)
        assert left_alone(store, url, at=NOW) is None


@pytest.mark.parametrize("said", [b"\0\x1b[31m\xff" * 1000, b"SSH-2.0-OpenSSH\r\n"], ids=["binary", "another protocol"])
def test_what_is_no_http_is_told_in_a_line_and_remembered(server: Site, store: Store, said: bytes) -> None:
    polled = poll(store, server.do(lambda handler: handler.wfile.write(said)))
    assert polled.problem is not None and polled.problem.startswith("can't be downloaded: ")
    assert polled.problem.isprintable() and len(polled.problem) < 300
    assert remembered(store).problem == polled.problem


def test_who_says_nothing_is_not_waited_for(server: Site, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "_SECONDS", 0.2)
    polled = poll(store, server.do(lambda handler: handler.rfile.read(1)))  # until we have gone
    assert polled.problem == "can't be downloaded: timed out"


def test_where_a_feed_has_moved_for_good_is_told(server: Site, store: Store) -> None:
    there = server.give(rss(item(1)), path="/there")
    url = server.give("", 301, {"Location": "/there"})
    assert poll(store, url).moved == there
    assert remembered(store).url == url
    server.give("", 302, {"Location": "/there"})
    assert poll(store, url).moved is None


def test_what_is_no_address_is_not_remembered(store: Store) -> None:
    with pytest.raises(DownloadError, match="must begin with http"):
        poll(store, "file:///etc/passwd")
    assert store.feeds.all() == []


# pages

STORY = "Engineers in the valley reopened the old dam on Sunday"


def test_pages_are_read_of_new_entries_and_known_ones_stay(server: Site, store: Store) -> None:
    url = server.give(rss(item(4), item(1)))
    server.give(PAGE, headers=HTML, path="/page/1")
    server.give(OTHER_PAGE, headers=HTML, path="/page/4")
    assert counts(poll(store, url, pages=9)) == {"new": 2, "pages": 2}
    found = list(store.articles.read(copies=True))
    assert [one.article.title for one in found] == ["Rain in Homs", "Only a headline"]
    assert [one.article.date for one in found] == ["2026-03-01T08:00:00Z", "2026-03-04T08:00:00Z"]
    assert STORY in found[0].article.text
    asked = len(server.asked)
    assert counts(poll(store, url, pages=9)) == {"known": 2}
    assert counts(poll(store, url)) == {"known": 2}
    assert len(server.asked) == asked + 2


OTHER_PAGE = "<html><body><article>" + "".join(f"<p>{text} {text}</p>" for _, text in NEWS.values()) + "</article>"


def test_a_page_is_read_again_when_its_entry_has_another_title(server: Site, store: Store) -> None:
    server.give(PAGE, headers=HTML, path="/page/1")
    poll(store, server.give(rss(item(1))), pages=9)
    server.give(OTHER_PAGE, headers=HTML, path="/page/1")
    polled = poll(store, server.give(rss(item(1, title="No rain in Homs"))), pages=9)
    assert counts(polled) == {"edited": 1, "pages": 1}
    assert STORY not in texts(store)["No rain in Homs"]


def test_no_more_pages_are_read_than_may_be_and_those_of_the_latest_news(server: Site, store: Store) -> None:
    for number in NEWS:
        server.give(PAGE, headers=HTML, path=f"/page/{number}")
    polled = poll(store, server.give(rss(*map(item, (3, 2, 1)))), pages=1)
    assert counts(polled) == {"new": 3, "pages": 1}
    assert [path for path, _ in server.asked] == ["/feed", "/page/3"]
    assert [STORY in text for text in texts(store).values()] == [False, False, True]


def test_pages_are_read_with_a_pause_between_them(server: Site, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr(pages, "PAUSE", 1.5)
    monkeypatch.setattr("training.feeds.pages.time.sleep", paused.append)
    poll(store, server.give(rss(*map(item, (3, 2, 1)))), pages=9)
    assert paused == [1.5, 1.5]


def test_pages_of_a_feed_may_not_take_for_ever(server: Site, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PATIENCE", -1)
    assert counts(poll(store, server.give(rss(item(1))), pages=9)) == {"new": 1}
    assert len(server.asked) == 1


NO_PAGES = {
    "missing": Answer(b"", 404),
    "a picture": Answer(b"\x89PNG", headers={"Content-Type": "image/png"}),
    "empty": Answer(b"", headers=HTML),
    "no article": Answer(b"<html><body><script>rain()</script></body></html>", headers=HTML),
    "deep": Answer(b"<html>" + b"<div>" * 100_000 + b"Rain", headers=HTML),
    "large": Answer(b"<html>" + bytes(pages.PAGE), headers=HTML),
    "elsewhere": Answer(b"", 302, {"Location": "file:///etc/passwd"}),
    "breaks off": Answer(PAGE.encode(), headers={**HTML, "Content-Length": "99999"}),
}


@pytest.mark.parametrize("answer", NO_PAGES.values(), ids=NO_PAGES)
def test_where_a_page_cannot_be_read_the_summary_is_kept(server: Site, store: Store, answer: Answer) -> None:
    server.answers["/page/1"] = answer
    polled = poll(store, server.give(rss(item(4), item(1))), pages=9)
    assert counts(polled) == {"new": 1, "bare": 1, "unread": 2}
    assert polled.problem is None
    assert list(texts(store).values()) == [NEWS[1][1]]


def test_a_page_that_says_less_than_the_feed_is_not_taken(server: Site, store: Store) -> None:
    server.give(PAGE, headers=HTML, path="/page/1")
    whole = " ".join(text for _, text in NEWS.values()) * 9
    assert counts(poll(store, server.give(rss(item(1, whole))), pages=9)) == {"new": 1, "pages": 1}
    assert list(texts(store).values()) == [whole]


def test_a_page_is_decoded_as_its_server_says(server: Site, store: Store) -> None:
    page = PAGE.replace("Engineers in the valley", "Engineers of Münster").encode("latin-1")
    server.give(page, headers={"Content-Type": "text/html; charset=iso-8859-1"}, path="/page/1")
    poll(store, server.give(rss(item(1))), pages=9)
    assert "Engineers of Münster" in texts(store)["Rain in Homs"]


def test_a_public_feed_leads_to_no_page_in_a_private_network(
    server: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "is_inside", lambda url: False)  # as if the feed were at a public host
    server.give(PAGE, headers=HTML, path="/page/1")
    assert counts(poll(store, server.give(rss(item(1))), pages=9)) == {"new": 1, "unread": 1}
    assert [path for path, _ in server.asked] == ["/feed"]


def test_a_public_feed_is_redirected_to_no_private_network(
    server: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "is_inside", lambda url: False)
    polled = poll(store, server.give(rss(item(1))))
    assert polled.problem is not None
    assert "which is in a private network" in polled.problem
    assert server.asked == []
