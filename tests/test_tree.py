"""XML -> a tree of elements, and what is refused before it can do harm."""

from __future__ import annotations

import codecs
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from tests.serving import Site
from training.errors import InputError
from training.feeds import tree
from training.feeds.decoding import decode
from training.feeds.tree import parse

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMBS = {
    "an entity": '<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>',
    "an entity that is not used": '<!DOCTYPE rss [<!ENTITY a "b">]><rss/>',
    "a billion laughs": f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]><rss>&l11;</rss>',
    "laughs in an attribute": f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]><rss a="&l11;"/>',
    "a long one, often": f'<!DOCTYPE rss [<!ENTITY a "{"b" * 50_000}">]><rss>{"&a;" * 50_000}</rss>',
    "a file": '<!DOCTYPE rss [<!ENTITY a SYSTEM "{file}">]><rss>&a;</rss>',
    "a file as a parameter": '<!DOCTYPE rss [<!ENTITY % a SYSTEM "{file}"> %a;]><rss>&b;</rss>',
    "an address": '<!DOCTYPE rss [<!ENTITY a SYSTEM "{url}">]><rss>&a;</rss>',
    "a public one": '<!DOCTYPE rss [<!ENTITY a PUBLIC "-//A//B" "{url}">]><rss>&a;</rss>',
    "an attribute everywhere": f'<!DOCTYPE rss [<!ATTLIST a b CDATA "{"c" * 50_000}">]><rss>{"<a/>" * 50_000}</rss>',
    "one after a comment": '<!-- a --><?a b?>\n<!DOCTYPE rss SYSTEM "{url}" [<!--a--><!ENTITY a "b">]><rss>&a;</rss>',
}


def hidden(text: str, how: str) -> bytes:
    """Write a text in an encoding in which who looks for ``<!DOCTYPE`` among the bytes may not find it."""
    name, _, mark = how.partition(" ")
    start = f'<?xml version="1.0" encoding="{name}"?>' if mark != "unsaid" else ""
    marks = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE, "utf-32-le": codecs.BOM_UTF32_LE}
    return (marks.get(name, b"") if mark == "marked" else b"") + (start + text).encode(name)


@pytest.mark.parametrize(
    "how",
    [
        "utf-8",
        "utf-8 unsaid",
        "utf-8-sig",
        "iso-8859-1",
        "windows-1252",
        "gb18030",
        "shift_jis",
        "iso-2022-jp",
        "utf-16-le",
        "utf-16-be unsaid",
        "utf-16-le marked",
        "utf-16-be marked",
        "utf-32-le marked",
    ],
)
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_entities_are_refused_before_any_is_opened(bomb: str, how: str, server: Site, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("<!ENTITY b 'secret'>")
    told = bomb.replace("{file}", (tmp_path / "secret").as_uri()).replace("{url}", server.url("/a.dtd"))
    with pytest.raises(InputError, match="declares entities of its own, as no feed needs to: refused"):
        parse(decode(hidden(told, how)))
    assert server.asked == []


@pytest.mark.parametrize("how", ["utf-7", "utf-7 unsaid", "cp037", "utf-32-be unsaid", "unicode_escape"])
def test_an_encoding_that_is_not_known_is_no_way_in(how: str) -> None:
    try:
        found = parse(decode(hidden(BOMBS["an entity"], how)))
    except InputError:
        return
    assert "b" not in "".join(found.itertext())


def test_no_document_type_is_asked_for(server: Site) -> None:
    url = server.give('<!ENTITY a "b">', path="/a.dtd")
    public = "-//Netscape Communications//DTD RSS 0.91//EN"
    text = f'<!DOCTYPE rss PUBLIC "{public}" "{url}"><rss>[&a;]</rss>'
    assert parse(text).text == "[]"
    assert server.asked == []


def test_nothing_is_included(server: Site) -> None:
    text = f'<rss xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{server.url()}" parse="text"/></rss>'
    text = f'<?xml-stylesheet href="{server.url()}"?>{text}'
    assert "".join(parse(text).itertext()) == ""
    assert server.asked == []


def nested(depth: int) -> str:
    """Write elements in elements."""
    return "<a>" * depth + "</a>" * depth


@pytest.mark.parametrize(
    "text",
    [
        nested(tree.DEPTH + 1),
        nested(300_000),
        "<a>" * 300_000,
        f"<a>{'<b/>' * tree.ELEMENTS}</a>",
        "<a " + " ".join(f"xmlns:a{n}='b'" for n in range(tree.SPACES + 1)) + "/>",
    ],
    ids=["deep", "very deep", "never closed", "many", "namespaces"],
)
def test_what_is_larger_than_any_feed_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="than any feed: refused"):
        parse(text)


def test_what_is_as_large_as_may_be_is_read() -> None:
    assert len(list(parse(nested(tree.DEPTH)).iter())) == tree.DEPTH


BROKEN = {
    "nothing": "",
    "blanks": " \n",
    "words": "Rain fell.",
    "never closed": "<rss><item>",
    "crossed": "<a><b></a></b>",
    "two roots": "<a/><b/>",
    "a reference to nothing": "<a>&#xD800;</a>",
    "an attribute twice": "<a b='' b=''/>",
    "no quotes": "<a b=c/>",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_what_is_no_xml_is_told(text: str) -> None:
    with pytest.raises(InputError, match=r"is no whole XML: .*line \d+"):
        parse(text)


LOOSE = {
    "ampersand": ("<a>Rain & snow</a>", "Rain & snow"),
    "ampersand in a link": ("<a>x?b=1&c=2</a>", "x?b=1&c=2"),
    "ampersand in CDATA": ("<a><![CDATA[Rain & snow &amp;]]> & ice</a>", "Rain & snow &amp; & ice"),
    "entities of HTML": ("<a>caf&eacute;&nbsp;&mdash; &amp;</a>", "café\N{NO-BREAK SPACE}— &"),
    "entities of nobody": ("<a>Rain&bogus;fell</a>", "Rainfell"),
    "characters that XML has not": ("<a>Rain\x00\x0b\x1b[31m fell\ufffe</a>", "Rain[31m fell"),
    "blanks before the declaration": ('\n <?xml version="1.0"?><a>Rain</a>', "Rain"),
    "a mark within": ("\ufeff<a>Rain</a>", "Rain"),
    "a declaration that is wrong": ('<?xml version="1.0" encoding="utf-16"?><a>Qué</a>', "Qué"),
}


@pytest.mark.parametrize("text, found", LOOSE.values(), ids=LOOSE)
def test_faults_that_feeds_have_are_no_hindrance(text: str, found: str) -> None:
    assert parse(text).text == found


NAMED = {
    "no namespace": ("<rss/>", "rss"),
    "Atom": ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "atom:feed"),
    "Atom by any prefix": ('<x:feed xmlns:x="http://www.w3.org/2005/Atom"/>', "atom:feed"),
    "Atom 0.3": ('<feed xmlns="http://purl.org/atom/ns#"/>', "atom:feed"),
    "RSS 1.0": ('<item xmlns="http://purl.org/rss/1.0/"/>', "item"),
    "RSS 0.90": ('<item xmlns="http://my.netscape.com/rdf/simple/0.9/"/>', "item"),
    "RSS in a namespace of its own": ('<rss xmlns="http://backend.example/rss"/>', "rss"),
    "https": ('<c:encoded xmlns:c="https://purl.org/rss/1.0/modules/content"/>', "content:encoded"),
    "another": ('<media:title xmlns:media="http://search.example/mrss/"/>', "media:title"),
    "a prefix that nobody declares": ("<content:encoded/>", "content:encoded"),
}


@pytest.mark.parametrize("text, name", NAMED.values(), ids=NAMED)
def test_elements_are_named_by_what_they_are(text: str, name: str) -> None:
    assert parse(text).tag == name


def test_a_namespace_ends_with_its_element() -> None:
    root = parse('<a><b xmlns="http://www.w3.org/2005/Atom"><c/></b><d/></a>')
    assert [one.tag for one in root.iter()] == ["a", "atom:b", "atom:c", "d"]
    assert isinstance(root, Element)
