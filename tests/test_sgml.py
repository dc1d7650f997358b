"""The raw form of Reuters-21578: entities, what is missing, what does not end, and the real file if it is there."""

from __future__ import annotations

import gzip
import io
import json
import re
from pathlib import Path

import pytest

from tests.conftest import SEEDS
from training import seeds
from training.article import Article
from training.errors import ArticleError
from training.readers import Skips, read
from training.readers.sgml import LONGEST, Element, elements, places, sgml

WHOLE = b"""<!DOCTYPE lewis SYSTEM "lewis.dtd">
<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" OLDID="7" NEWID="17">
<DATE> 2-MAR-1987 06:41:42.20</DATE>
<TOPICS><D>tea</D></TOPICS>
<PLACES><D>el-salvador</D><D>west-germany</D><D>east-germany</D></PLACES>
<UNKNOWN>&#5;&#22;f07</UNKNOWN>
<TEXT>&#2;
<TITLE>TEA &lt;TEA> &amp; MILK</TITLE>
<AUTHOR>    by Some One</AUTHOR>
<DATELINE>    SAN SALVADOR, March 2 - </DATELINE><BODY>Tea  rose by&#127;two pct &lt;T>
in a week.
    Milk did not.
 Reuter
&#3;</BODY></TEXT>
</REUTERS>
"""


def one(markup: str | bytes) -> Article:
    """Read the one article there is."""
    content = markup.encode() if isinstance(markup, str) else markup
    [(_, found)] = sgml(io.BytesIO(content))
    assert isinstance(found, Article), found
    return found


def in_text(inner: str, attributes: str = "") -> Article:
    """Read an article of which only <TEXT> is given."""
    return one(f'<REUTERS NEWID="1"><TEXT{attributes}>&#2;{inner}&#3;</TEXT></REUTERS>')


def test_an_article_gives_every_field() -> None:
    assert one(WHOLE) == Article(
        text="Tea  rose by two pct <T>\nin a week.\n    Milk did not.",
        title="TEA <TEA> & MILK",
        id="reuters-17",
        date="1987-03-02T06:41:42.20",
        source="Reuters",
        dateline="SAN SALVADOR, March 2 -",
        labels=frozenset({"SV", "DE"}),
    )


@pytest.mark.parametrize(
    "markup, labels",
    [("", None), ("<PLACES></PLACES>", set()), ("<PLACES><D>ussr</D>\n<d> UK </d></PLACES>", {"RU", "GB"})],
    ids=["no element: unlabelled", "empty: about nothing", "two"],
)
def test_places_are_labels(markup: str, labels: set[str] | None) -> None:
    assert one(f'<REUTERS NEWID="1">{markup}<TEXT><BODY>a</BODY></TEXT></REUTERS>').labels == labels


def test_every_place_is_a_label_we_have() -> None:
    assert len(places()) == 175
    assert set(places().values()) <= seeds.load(SEEDS).labels.keys()


@pytest.mark.parametrize(
    "inner, attributes, title, text",
    [
        ("\n***<TITLE>TEA UP\n</TITLE>Bla bla.\n", ' TYPE="BRIEF"', "TEA UP", ""),
        ("<TITLE>TEA UP</TITLE>", "", "TEA UP", ""),
        ("\nTEA REPORT\n  1.......2\n Reuter\n", ' TYPE="UNPROC"', "", "TEA REPORT\n  1.......2"),
        ("<TITLE>TEA</TITLE><AUTHOR>by X</AUTHOR>\nTea rose.", ' TYPE="UNPROC"', "TEA", "Tea rose."),
        ("<BODY></BODY>", "", "", ""),
        ("", "", "", ""),
    ],
    ids=["brief", "title alone", "unprocessed", "unprocessed with a title", "empty body", "nothing"],
)
def test_bodies_that_are_missing(inner: str, attributes: str, title: str, text: str) -> None:
    article = in_text(inner, attributes)
    assert (article.title, article.text) == (title, text)


@pytest.mark.parametrize(
    "body, text",
    [
        ("a &lt;b&gt; &amp;lt; &quot;c&quot;", 'a <b> &lt; "c"'),
        ("AT&T and R&copy", "AT&T and R&copy"),
        ("&eacute;&#233;&#xe9;", "\xe9\xe9\xe9"),
        ("&nosuch; &#55296; &#x110000; &#9999999;", "&nosuch; &#55296; &#x110000; &#9999999;"),
        ("a&#30;b&#0;c&#10;d\x1fe\r\nf", "a b c\nd e\nf"),
        ("Reuter said.\nREUTER", "Reuter said."),
        ("said\n by Reuters", "said\n by Reuters"),
    ],
    ids=["named", "no entities", "letters", "unknown", "control characters", "signature", "no signature"],
)
def test_entities_and_control_characters(body: str, text: str) -> None:
    assert in_text(f"<BODY>{body}</BODY>").text == text


@pytest.mark.parametrize(
    "content, text",
    [(b"Z\xfcrich", "Z\xfcrich"), ("Z\xfcrich \u2013".encode(), "Z\xfcrich \u2013"), (bytes(range(160, 256)), None)],
    ids=["Latin-1", "UTF-8", "any byte"],
)
def test_no_byte_is_bad(content: bytes, text: str | None) -> None:
    article = one(b'<REUTERS NEWID="1"><TEXT><BODY>.' + content + b".</BODY></TEXT></REUTERS>")
    assert article.text == f".{text or content.decode('latin-1')}."


@pytest.mark.parametrize(
    "given, date",
    [
        ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01.79"),
        (" 5-mar-1987 1:02:03", "1987-03-05T01:02:03"),
        ("31-MAR-1987 605:12:19.12", "1987-03-31"),
        ("26-FEB-1987", "1987-02-26"),
        ("30-FEB-1987 15:01:01.79", "30-FEB-1987 15:01:01.79"),
        ("26-XYZ-1987", "26-XYZ-1987"),
        ("in spring", "in spring"),
        ("", None),
    ],
    ids=str,
)
def test_dates_are_written_as_iso_8601(given: str, date: str | None) -> None:
    assert one(f"<REUTERS><DATE>{given}</DATE><TEXT></TEXT></REUTERS>").date == date


GOOD = b'<REUTERS NEWID="2"><TEXT><BODY>good</BODY></TEXT></REUTERS>\n'
BAD = {
    "no text": (b"<REUTERS><TITLE>a</TITLE></REUTERS>\n", "no <TEXT>"),
    "unknown place": (b"<REUTERS><PLACES><D>atlantis</D></PLACES><TEXT></TEXT></REUTERS>\n", "'atlantis' is not known"),
    "no end": (b"<REUTERS><TEXT><BODY>a</BODY></TEXT>\n", "</REUTERS> is missing"),
    "no end on the line": (b"<REUTERS><TEXT>", "</REUTERS> is missing"),
}


@pytest.mark.parametrize("bad, says", BAD.values(), ids=BAD)
def test_a_bad_article_is_named_by_its_line_and_ends_nothing(tmp_path: Path, bad: bytes, says: str) -> None:
    path, skips = tmp_path / "raw.sgm", Skips()
    path.write_bytes(GOOD + b"\n" + bad + GOOD)
    with pytest.raises(ArticleError) as error:
        list(read(path))
    assert str(error.value).startswith(f"{path}:3: ")
    assert says in str(error.value)
    assert [article.text for article in read(path, skips)] == ["good", "good"]
    assert skips.count == 1


def test_the_last_article_may_lack_its_end(tmp_path: Path) -> None:
    (tmp_path / "raw.sgm").write_bytes(GOOD + b"<REUTERS>\n<TEXT>")
    with pytest.raises(ArticleError, match=r"raw\.sgm:2: .*is missing"):
        list(read(tmp_path / "raw.sgm"))


def test_several_articles_may_stand_on_a_line() -> None:
    assert [line for line, found in sgml([GOOD.strip() * 3, GOOD]) if isinstance(found, Article)] == [1, 1, 1, 2]


def test_an_article_that_never_ends_does_not_fill_the_memory() -> None:
    line = b"a" * (1 << 20) + b"\n"
    endless = [b"<REUTERS>\n", *[line] * (LONGEST // len(line) + 3), GOOD]
    kinds = [(number, type(found)) for number, found in elements(endless)]
    assert kinds == [(1, ArticleError), (len(endless), Element)]


def test_an_article_without_number_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "raw.sgm").write_bytes(b"\n<REUTERS><TEXT></TEXT></REUTERS>")
    assert [article.id for article in read(tmp_path / "raw.sgm")] == ["raw.sgm:2"]


@pytest.mark.parametrize("content", [b"", b"<html><body>Rain</body></html>"], ids=["empty", "other markup"])
def test_a_file_without_articles_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "raw.sgml").write_bytes(content)
    with pytest.raises(ArticleError, match="no <REUTERS> element"):
        list(read(tmp_path / "raw.sgml", Skips()))


def test_the_real_articles_are_those_of_the_real_rows(shared: Path) -> None:
    with gzip.open(shared / "corpora" / "reuters21578.train.jsonl.gz") as file:
        rows = {row["id"]: row for row in map(json.loads, file)}
    articles = list(read(shared / "corpora" / "reut2-000.sgm.gz"))
    assert len(articles) == 1000
    assert [one.id for one in articles if one.text] == [one.id for one in articles if one.id in rows]
    pairs = [(one, rows[one.id]) for one in articles if one.text]
    assert len(pairs) == 940
    for one, row in pairs:
        assert (one.title, one.dateline or "", one.labels) == (row["title"], row["dateline"], frozenset(row["labels"]))
        assert re.fullmatch(r"1987-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d", one.date or "")
    differing = [one.id for one, row in pairs if one.text != row["text"]]
    assert differing == ["reuters-419", "reuters-918", "reuters-922"]  # the rows lack the blank that stands for a DEL
    assert all(len(one.text) - len(row["text"]) in range(4) for one, row in pairs)
