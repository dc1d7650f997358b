"""RSS and Atom -> entries, from samples of our own."""

from __future__ import annotations

import random

import pytest

from training.errors import InputError
from training.feeds import entries
from training.feeds.entries import Entry, Source, read

BASE = "https://news.example/feeds/all.xml"

RSS_091 = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>The Valley Post</title><link>https://valley.example/</link>
<description>News of the valley</description><language>en</language>
<item><title>Caf\xe9 reopens</title><link>https://valley.example/cafe</link>
<description>The caf&eacute; at the dam has reopened after four weeks.</description></item>
</channel></rss>""".encode("latin-1")

RSS_1 = b"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel rdf:about="https://hill.example/"><title>Hill Gazette</title><link>https://hill.example/</link>
<items><rdf:Seq><rdf:li resource="https://hill.example/1"/></rdf:Seq></items></channel>
<item rdf:about="https://hill.example/1"><title>Snow closes the pass</title><link>https://hill.example/1?ref=rss</link>
<description>Snow has closed the pass.</description><dc:date>2014-03-04T09:30+01:00</dc:date>
<content:encoded>&lt;p&gt;Snow has closed the pass to lorries.&lt;/p&gt;
&lt;p&gt;It will stay so.&lt;/p&gt;</content:encoded>
</item>
</rdf:RDF>"""

RSS_2 = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:media="http://search.example/mrss/">
<channel><atom:link href="https://coast.example/feed" rel="self" type="application/rss+xml"/>
<title>Coast &amp;amp; Sea</title><link>https://coast.example/</link>
<image><title>Logo</title><url>https://coast.example/logo.png</url></image>
<item><title>Ferry &lt;i&gt;Alba&lt;/i&gt; sails again</title><link>https://coast.example/ferry</link>
<guid isPermaLink="false">post-17</guid><pubDate>Tue, 04 Mar 2014 08:30:00 -0500</pubDate>
<media:title>A picture</media:title><media:description>The ferry at night</media:description>
<description><![CDATA[<img src="a.jpg"><p>The ferry sails&nbsp;again.</p>]]></description>
<content:encoded><![CDATA[<p>The ferry <b>Alba</b> sails again after its engine was mended.</p>
<script>track()</script><p>It leaves at six &amp; at nine.</p>
<p>The post <a href="https://coast.example/ferry">Ferry Alba sails again</a>
appeared first on <a href="/">Coast</a>.</p>
]]></content:encoded></item>
<item><title>Storm warning</title><guid>https://coast.example/storm</guid>
<pubDate>4 Mar 14 07:00 GMT</pubDate>
<description>A storm comes from the west tonight &amp;mdash; stay at home.</description></item>
<item><title>Only a headline</title><link>/headline</link><description>Only a headline - Coast</description></item>
<item><description>A note without any title, as some feeds have them.</description><link>notes/1</link></item>
</channel></rss>"""

ATOM_1 = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://plain.example/">
<title type="html">The &lt;em&gt;Plain&lt;/em&gt; Times</title>
<id>urn:plain</id><updated>2014-03-05T00:00:00Z</updated><link rel="self" href="/feed"/>
<entry><id>urn:plain:1</id><title>Wheat &amp; rye < are cheap</title>
<link rel="edit" href="/edit/1"/><link rel="alternate" type="application/pdf" href="/1.pdf"/><link href="/1"/>
<published>2014-03-04T23:30:00-01:00</published><updated>2014-03-05T10:00:00Z</updated>
<summary>Wheat is cheap.</summary>
<content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>Wheat is cheap <em>again</em>.</p><p>So is rye.</p></div></content></entry>
<entry xml:base="https://other.example/a/"><id>urn:plain:2</id>
<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Mills <b>close</b></div></title>
<link href="mills"/><updated>2014-03-05T10:00:00.250Z</updated>
<summary type="text">Three mills &lt;b&gt; have closed in a year.</summary>
<content type="image/png">iVBORw0KGgo=</content></entry>
<entry><id>urn:plain:3</id><title>Elsewhere</title><updated>2014</updated>
<content src="https://plain.example/3" type="text/html"/></entry>
</feed>""".replace(b"rye < are", b"rye &lt; are")

ATOM_03 = b"""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Old Mill</title>
<entry><title mode="escaped">Tea &amp;amp; bread</title><link rel="alternate" type="text/html" href="https://mill.example/tea"/>
<id>tag:mill.example,2004:tea</id><issued>2004-05-06T07:08:09Z</issued><modified>2005-01-01T00:00:00Z</modified>
<content type="text/html" mode="escaped">&lt;p&gt;Tea is dear, bread is not.&lt;/p&gt;</content></entry></feed>"""

SAMPLES = {
    "RSS 0.91": (
        RSS_091,
        "The Valley Post",
        [
            Entry(
                "https://valley.example/cafe",
                "Café reopens",
                "The café at the dam has reopened after four weeks.",
                False,
                "https://valley.example/cafe",
                None,
            )
        ],
    ),
    "RSS 1.0": (
        RSS_1,
        "Hill Gazette",
        [
            Entry(
                "https://hill.example/1",
                "Snow closes the pass",
                "Snow has closed the pass to lorries.\nIt will stay so.",
                True,
                "https://hill.example/1?ref=rss",
                "2014-03-04T08:30:00Z",
            )
        ],
    ),
    "RSS 2.0": (
        RSS_2,
        "Coast & Sea",
        [
            Entry(
                "post-17",
                "Ferry Alba sails again",
                "The ferry Alba sails again after its engine was mended.\nIt leaves at six & at nine.",
                True,
                "https://coast.example/ferry",
                "2014-03-04T13:30:00Z",
            ),
            Entry(
                "https://coast.example/storm",
                "Storm warning",
                "A storm comes from the west tonight — stay at home.",
                False,
                "https://coast.example/storm",
                "2014-03-04T07:00:00Z",
            ),
            Entry(
                "https://news.example/headline",
                "Only a headline",
                "Only a headline - Coast",
                False,
                "https://news.example/headline",
                None,
            ),
            Entry(
                "https://news.example/feeds/notes/1",
                "",
                "A note without any title, as some feeds have them.",
                False,
                "https://news.example/feeds/notes/1",
                None,
            ),
        ],
    ),
    "Atom 1.0": (
        ATOM_1,
        "The Plain Times",
        [
            Entry(
                "urn:plain:1",
                "Wheat & rye < are cheap",
                "Wheat is cheap again.\nSo is rye.",
                True,
                "https://plain.example/1",
                "2014-03-05T00:30:00Z",
            ),
            Entry(
                "urn:plain:2",
                "Mills close",
                "Three mills <b> have closed in a year.",
                False,
                "https://other.example/a/mills",
                "2014-03-05T10:00:00Z",
            ),
            Entry("urn:plain:3", "Elsewhere", "", False, None, None),
        ],
    ),
    "Atom 0.3": (
        ATOM_03,
        "Old Mill",
        [
            Entry(
                "tag:mill.example,2004:tea",
                "Tea & bread",
                "Tea is dear, bread is not.",
                True,
                "https://mill.example/tea",
                "2004-05-06T07:08:09Z",
            )
        ],
    ),
}


@pytest.mark.parametrize("content, title, found", SAMPLES.values(), ids=SAMPLES)
def test_feeds_of_all_kinds_are_read(content: bytes, title: str, found: list[Entry]) -> None:
    assert read(content, BASE) == Source(title, found)


@pytest.mark.parametrize("name", ["utf-16", "utf-32", "utf-8-sig"])
def test_feeds_are_read_in_any_unicode(name: str) -> None:
    text = RSS_2.decode().replace(' encoding="UTF-8"', "")
    assert read(text.encode(name), BASE) == read(RSS_2, BASE)


def test_entries_are_bare_that_say_no_more_than_their_title() -> None:
    assert [entry.bare for entry in read(RSS_2, BASE).entries] == [False, False, True, False]


@pytest.mark.parametrize(
    "title, text, bare",
    [
        ("Rain in Homs", "", True),
        ("Rain in Homs", "Rain in Homs", True),
        ("Rain in Homs", "Rain in Homs The Coast", True),
        ("Rain in Homs", "Read more ...", True),
        ("Rain in Homs", "It fell all night long.", False),
        ("", "It fell all night long.", False),
        ("雪", "雪が降った", True),
        ("雪", "県の北では一晩中雪が降り続き、峠の道は朝から通れなくなっていて、店も閉まっている。", False),
    ],
)
def test_what_is_bare(title: str, text: str, bare: bool) -> None:
    assert Entry("a", title, text, False, None, None).bare is bare


def rss(*items: str) -> bytes:
    """Write a feed."""
    return f"<rss><channel><title>A</title>{''.join(f'<item>{one}</item>' for one in items)}</channel></rss>".encode()


ONE, OTHER = (
    "<title>Rain</title><link>https://a.example/1</link>",
    "<title>Snow</title><link>https://a.example/2</link>",
)


def keys(*items: str) -> list[str]:
    """Give the keys of the entries of a feed."""
    return [entry.key for entry in read(rss(*items), BASE).entries]


def test_an_entry_is_named_by_its_id_or_its_link_or_what_it_says() -> None:
    date = "<pubDate>4 Mar 2014 07:00 GMT</pubDate>"
    assert keys(f"<guid>g</guid>{ONE}") == ["g"]
    assert keys(ONE, OTHER) == ["https://a.example/1", "https://a.example/2"]
    assert keys(f"<title>Rain</title>{date}") == ["Rain 2014-03-04T07:00:00Z"]
    assert keys("<title>Rain</title><description>It fell.</description>") == ["Rain It fell."]


def test_an_entry_that_is_there_twice_is_one() -> None:
    assert keys(f"<guid>g</guid>{ONE}", f"<guid>g</guid>{ONE}", OTHER) == ["g", "https://a.example/2"]


def test_entries_that_are_called_the_same_are_told_apart_whoever_else_is_there() -> None:
    third = "<title>Fog</title><link>https://a.example/3</link>"
    all_three = keys(*(f"<guid>g</guid>{one}" for one in (ONE, OTHER, third)))
    assert len({*all_three}) == 3
    assert keys(*(f"<guid>g</guid>{one}" for one in (third, OTHER))) == all_three[:0:-1]
    same_link = [f"<title>{title}</title><link>https://a.example/</link>" for title in ("Rain", "Snow")]
    assert len({*keys(*same_link)}) == 2


def test_a_very_long_name_is_shortened_to_one_of_its_own() -> None:
    found = keys(f"<guid>{'g' * 5000}</guid>{ONE}", f"<guid>{'g' * 5000}h</guid>{OTHER}")
    assert len({*found}) == 2
    assert max(map(len, found)) < 100


def test_a_very_long_title_is_shortened() -> None:
    (entry,) = read(rss(f"<title>{'rain ' * 1000}</title>"), BASE).entries
    assert len(entry.title) <= 300
    assert entry.title.endswith("rain…")


DATES = {
    "RFC 822": ("Tue, 04 Mar 2014 08:30:00 +0100", "2014-03-04T07:30:00Z"),
    "RFC 822, two digits": ("4 Mar 14 08:30 GMT", "2014-03-04T08:30:00Z"),
    "RFC 822, a zone's name": ("Tue, 04 Mar 2014 08:30:00 EST", "2014-03-04T13:30:00Z"),
    "RFC 822, the wrong day": ("Mon, 04 Mar 2014 08:30:00 GMT", "2014-03-04T08:30:00Z"),
    "RFC 822, no zone": ("Tue, 04 Mar 2014 08:30:00", "2014-03-04T08:30:00Z"),
    "RFC 3339": ("2014-03-04T08:30:00.123456+01:00", "2014-03-04T07:30:00Z"),
    "RFC 3339, Z": ("2014-03-04T08:30:00Z", "2014-03-04T08:30:00Z"),
    "a day": ("2014-03-04", "2014-03-04T00:00:00Z"),
    "a blank before the zone": ("2014-03-04 08:30:00 +0100", "2014-03-04T07:30:00Z"),
    "the next day in UTC": ("2014-12-31T23:30:00-05:00", "2015-01-01T04:30:00Z"),
    "words": ("yesterday", None),
    "nothing": ("", None),
    "no such day": ("Tue, 31 Feb 2014 08:30:00 GMT", None),
    "beyond all years": ("9999-12-31T23:59:59-12:00", None),
    "before all years": ("0001-01-01T00:00:00+12:00", None),
    "no such zone": ("Tue, 04 Mar 2014 08:30:00 +9999", None),
    "a long number": ("9" * 5000, None),
}


@pytest.mark.parametrize("said, date", DATES.values(), ids=DATES)
def test_dates_are_in_utc(said: str, date: str | None) -> None:
    assert read(rss(f"<title>A</title><pubDate>{said}</pubDate>"), BASE).entries[0].date == date


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://[x/", "mailto:a@b.example", "file:///etc/passwd", "http://a:b@c.example/"]
)
def test_a_link_that_leads_to_no_page_is_none(link: str) -> None:
    assert read(rss(f"<title>A</title><link>{link}</link>"), BASE).entries[0].link is None


OFFER = '<link rel="alternate" type="application/{}+xml" href="{}">'
NO_FEED = {
    "a page": (b"<!DOCTYPE html><html><body>Rain</body></html>", "is a web page, not a feed; give the address of its"),
    "a page that names its feeds": (
        f"<HTML><head>{OFFER.format('rss', '/rss?a=1&amp;b=2')}{OFFER.format('atom', 'https://b.example/atom')}".encode(),
        "it offers https://news.example/rss\\?a=1&b=2, https://b.example/atom",
    ),
    "an XHTML page": (
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
        "is a web page, not a feed",
    ),
    "another document": (b"<opml><body/></opml>", "is no RSS or Atom feed: its first element is <opml>"),
    "JSON": (b'{"version": "https://jsonfeed.org/version/1.1"}', "is no whole XML"),
    "nothing": (b"", "is no whole XML"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is no whole XML"),
    "cut off": (RSS_2[:900], "is no whole XML"),
    "entities": (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>', "declares entities"),
}


@pytest.mark.parametrize("content, says", NO_FEED.values(), ids=NO_FEED)
def test_what_is_no_feed_is_told(content: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(content, BASE)


def test_more_entries_than_any_feed_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "ENTRIES", 2)
    assert len(read(rss(ONE, OTHER), BASE).entries) == 2
    with pytest.raises(InputError, match="has more than 2 entries"):
        read(rss(ONE, OTHER, ONE), BASE)


@pytest.mark.parametrize(
    "content",
    [b"<rss/>", b"<rss><channel/></rss>", b'<feed xmlns="http://www.w3.org/2005/Atom"/>'],
    ids=["RSS", "RSS with a head", "Atom"],
)
def test_a_feed_may_be_empty(content: bytes) -> None:
    assert read(content, BASE).entries == []


PIECES = [
    b"&",
    b"<",
    b"]]>",
    b"\0",
    b"<!--",
    b"&#0;",
    b"&#xD800;",
    b"\xff\xfe",
    b"<![CDATA[",
    b"http://[",
    b"xmlns:a='b'",
]
SAID = [None, "utf-7", "latin-1", "utf-16", "zlib", "", "x\0"]


@pytest.mark.parametrize("sample", [one[0] for one in SAMPLES.values()], ids=SAMPLES)
def test_whatever_is_wrong_with_a_feed_it_is_read_or_told(sample: bytes) -> None:
    random_ = random.Random(len(sample))
    read_, told = 0, 0
    for _ in range(300):
        content = bytearray(sample)
        for _ in range(random_.randint(1, 4)):
            at = random_.randrange(len(content))
            match random_.randrange(4):
                case 0:
                    content[at] = random_.randrange(256)
                case 1:
                    del content[at : at + random_.randint(1, 30)]
                case 2:
                    content[at:at] = content[(other := random_.randrange(len(content))) : other + 50]
                case _:
                    content[at:at] = random_.choice(PIECES)
        try:
            found = read(bytes(content), BASE, random_.choice(SAID))
        except InputError:
            told += 1
        else:
            read_ += 1
            assert len({entry.key for entry in found.entries}) == len(found.entries)
            assert all(entry.key for entry in found.entries)
    assert read_
    assert told
