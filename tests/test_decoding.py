"""Bytes of a feed or a page -> text."""

from __future__ import annotations

import codecs

import pytest

from training.feeds.decoding import decode

QUE = "¿Qué pasó?"
XML = '<?xml version="1.0" encoding="{}"?><rss>{}</rss>'
SNOW = "雪が降った"

CASES = {
    "UTF-8": (QUE.encode(), None, QUE),
    "UTF-8 with a mark": (codecs.BOM_UTF8 + QUE.encode(), None, QUE),
    "UTF-16 with a mark": (QUE.encode("utf-16"), None, QUE),
    "UTF-16 with the other mark": (codecs.BOM_UTF16_BE + QUE.encode("utf-16-be"), "utf-8", QUE),
    "UTF-32 with a mark": (QUE.encode("utf-32"), None, QUE),
    "UTF-16 that begins as XML": (f"\n<a>{QUE}</a>".encode("utf-16-le"), None, f"\n<a>{QUE}</a>"),
    "UTF-16 the other way round": (f"<a>{QUE}</a>".encode("utf-16-be"), None, f"<a>{QUE}</a>"),
    "Latin-1 as the server says": (QUE.encode("latin-1"), "ISO-8859-1", QUE),
    "Latin-1 that is Windows-1252": ("“Sí”".encode("cp1252"), "ISO-8859-1", "“Sí”"),
    "Latin-1 that nobody names": (QUE.encode("latin-1"), None, QUE),
    "UTF-8, whatever the server says": (QUE.encode(), "ISO-8859-1", QUE),
    "Japanese as it says": (XML.format("Shift_JIS", SNOW).encode("cp932"), None, XML.format("Shift_JIS", SNOW)),
    "Japanese of seven bits": (SNOW.encode("iso-2022-jp"), "iso-2022-jp", SNOW),
    "Russian": ("снег".encode("koi8-r"), "koi8-r", "снег"),
    "Chinese": ("下雪了".encode("gb18030"), "gb2312", "下雪了"),
    "Korean": ("눈이 왔다".encode("cp949"), "euc-kr", "눈이 왔다"),
    "a page as it says": ("<meta charset=windows-1251>снег".encode("cp1251"), None, "<meta charset=windows-1251>снег"),
    "bytes that are none": (b"a\x81b", None, "a\ufffdb"),
    "says UTF-16 and is not": (XML.format("utf-16", QUE).encode(), None, XML.format("utf-16", QUE)),
    "nothing": (b"", None, ""),
}


@pytest.mark.parametrize("content, said, text", CASES.values(), ids=CASES)
def test_text_is_found_in_bytes(content: bytes, said: str | None, text: str) -> None:
    assert decode(content, said) == text


HIDING = "utf-7 utf_16 zlib base64 rot13 idna punycode unicode_escape raw_unicode_escape undefined cp037 \0 nonsense"


@pytest.mark.parametrize("name", HIDING.split(" "))
def test_other_encodings_are_not_known(name: str) -> None:
    hidden = b"+ADw-!DOCTYPE rss \\u003c \xe9"
    assert decode(hidden, name) == hidden.decode("cp1252")
