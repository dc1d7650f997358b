"""XML -> a tree of elements, by one parser that refuses what no feed needs before it can do harm.

A feed may name the document type that it is of (RSS 0.91 does), which is never asked for, but declare nothing of its
own: no entities, which could be files of ours or multiply without end, and no attributes. What the parser reads is text
that we have decoded, so no encoding hides a declaration from it.
"""

from __future__ import annotations

import re
from html.entities import html5
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from training.errors import InputError

DEPTH = 100  # of elements in elements
ELEMENTS = 200_000
SPACES = 100
_UNREADABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_LOOSE = re.compile(r"(<!\[CDATA\[.*?(?:]]>|\Z))|&(?!(?:\w+|#\d+|#x[\da-fA-F]+);)", re.S)
_SPACES = {  # namespaces, and what they are called here; those that are not here keep the prefix they are given
    "backend.userland.com/rss2": "",
    "my.netscape.com/rdf/simple/0.9": "",
    "purl.org/atom/ns": "atom:",
    "purl.org/dc/elements/1.1": "dc:",
    "purl.org/dc/terms": "dcterms:",
    "purl.org/rss/1.0": "",
    "purl.org/rss/1.0/modules/content": "content:",
    "www.w3.org/1999/02/22-rdf-syntax-ns": "rdf:",
    "www.w3.org/1999/xhtml": "xhtml:",
    "www.w3.org/2005/Atom": "atom:",
}


def parse(text: str) -> Element:
    """Give the root of an XML document; elements are named as in ``rss``, ``dc:date``, ``atom:entry``, whatever prefix.

    A feed that is no XML for ampersands that stand for themselves is read all the same.

    Raises:
        InputError: it is no XML, or declares entities, or is larger or deeper than any feed.
    """
    text = _UNREADABLE.sub("", text).lstrip()
    try:
        return _Reader().root(text)
    except expat.ExpatError as error:
        mended = _LOOSE.sub(lambda found: found[1] or "&amp;", text)
        if mended != text:
            try:
                return _Reader().root(mended)
            except expat.ExpatError:
                pass
        raise InputError(f"is no whole XML: {error}") from None


class _Reader:
    """Builds the tree of one document."""

    def __init__(self) -> None:
        self._tree, self._depth, self._elements = TreeBuilder(), 0, 0
        self._scopes: list[dict[str, str]] = [{}]

    def root(self, text: str) -> Element:
        parser = expat.ParserCreate("utf-8")
        parser.UseForeignDTD(True)  # entities that nobody declares are passed over then, and are no error
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.buffer_text, parser.buffer_size = True, 1 << 16
        parser.StartDoctypeDeclHandler = self._type
        parser.EntityDeclHandler = lambda *_: _refuse()
        parser.SkippedEntityHandler = self._entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._tree.data
        parser.Parse(text.encode(), True)
        return self._tree.close()

    def _type(self, name: str, system: str | None, public: str | None, declares: int) -> None:
        if declares:
            _refuse()

    def _entity(self, name: str, of_a_declaration: int) -> None:
        self._tree.data(html5.get(f"{name};", ""))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth, self._elements = self._depth + 1, self._elements + 1
        declared = {
            name.removeprefix("xmlns").removeprefix(":"): _short(value)
            for name, value in attributes.items()
            if name == "xmlns" or name.startswith("xmlns:")
        }
        self._scopes.append({**self._scopes[-1], **declared} if declared else self._scopes[-1])
        if self._depth > DEPTH or self._elements > ELEMENTS or len(self._scopes[-1]) > SPACES:
            raise InputError("is deeper, or has more elements or namespaces, than any feed: refused")
        prefix, _, name = tag.rpartition(":")
        space = _SPACES.get(self._scopes[-1].get(prefix, ""))
        self._tree.start(tag if space is None else space + name, attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._scopes.pop()
        self._tree.end(tag)


def _short(space: str) -> str:
    """Give a namespace as it is in the list: with or without an s in https, or something after it, it is the same."""
    return re.sub(r"^https?://", "", space.strip()).rstrip("/#")


def _refuse() -> None:
    raise InputError("declares entities of its own, as no feed needs to: refused")
