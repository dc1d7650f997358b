"""Bytes of a feed or a page -> text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAID = re.compile(rb"<(?:\?xml\s[^>]{0,200}?encoding|meta\s[^>]{0,200}?charset)\s*=\s*[\"']?([\w.:-]+)", re.I)
_KNOWN = re.compile(
    r"big5(hkscs)?|cp(125\d|866|874|932|949)|euc_(jis_2004|jp|kr)|gb(2312|k|18030)|iso8859-\d+|koi8-[ru]|mac-roman|"
    r"shift_jis|tis-620"
)
_MEANT = {  # as the Encoding Standard has it: who says the one writes the other
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}


def decode(content: bytes, said: str | None = None) -> str:
    """Decode a feed or a page: by its byte order mark, as UTF-8 where it is that, or as it or its server says.

    Only encodings that hold text as text are known: nothing else can hide what a text says from who looks through it.

    >>> decode("¿Qué?".encode("latin-1"), "ISO-8859-1"), decode("¿Qué?".encode(), "ISO-8859-1")
    ('¿Qué?', '¿Qué?')

    Args:
        content: all of it.
        said: which encoding the server says it is in.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    if 0 in content[:2]:  # no text begins so, unless each letter has two bytes
        return content.decode("utf-16-be" if content[0] == 0 else "utf-16-le", "replace")
    found = _SAID.search(content[:4096])
    supposed = [*_supposed(said), *_supposed(found and found[1].decode("ascii", "replace"))]
    for name in (*(name for name in supposed if name.startswith("iso2022")), "utf-8", *supposed, "cp1252"):
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    return content.decode(supposed[0] if supposed else "cp1252", "replace")


def _supposed(name: str | None) -> Iterator[str]:
    """Give Python's name of an encoding, if it is one that is known here."""
    try:
        found = codecs.lookup(name or "").name
    except (LookupError, ValueError):
        return
    if found == "iso2022_jp" or _KNOWN.fullmatch(_MEANT.get(found, found)):
        yield _MEANT.get(found, found)
