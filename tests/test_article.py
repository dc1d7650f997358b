"""Reading articles: what each kind of file gives, and what a person is told when one is broken."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.article import Article, read, read_all, read_jsonl, read_unnamed
from training.errors import ArticleError

PAGE = """<!DOCTYPE html><html><head><title>Dam reopens - The Example</title>
<meta property="article:published_time" content="2012-03-04T08:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Dam reopens after spring floods</h1>
<p>Engineers in the valley reopened the old dam on Sunday, four weeks after the floods had closed it to all traffic.</p>
<p>The road over it is the only way to the upper villages, and the ferry that replaced it has carried no lorries.</p>
<p>"We have eaten what was in the cellars," said a baker who keeps her shop at the northern end of the crossing.</p>
</article><footer>Imprint and contact</footer></body></html>"""


def rows(*parsed: object) -> list[bytes]:
    return [json.dumps(row).encode() for row in parsed]


def test_a_row_gives_every_field() -> None:
    row = {
        "id": "a1",
        "title": "Rain",
        "text": "It rained.",
        "date": "2011-02-03",
        "source": "The Example",
        "dateline": "TRIPOLI",
        "labels": ["LY", "SY"],
        "unsure": ["FR"],
        "something else": {"is": "ignored"},
    }
    assert Article.from_row(row) == Article(
        "It rained.", "Rain", "a1", "2011-02-03", "The Example", "TRIPOLI", frozenset({"LY", "SY"}), frozenset({"FR"})
    )


@pytest.mark.parametrize(
    ("row", "labels"),
    [({}, None), ({"labels": None}, None), ({"labels": []}, frozenset()), ({"labels": ["SY"]}, frozenset({"SY"}))],
    ids=["no key: unlabelled", "null: unlabelled", "empty: all are a no", "one"],
)
def test_only_the_key_labels_makes_a_row_labelled(row: dict[str, Any], labels: frozenset[str] | None) -> None:
    assert Article.from_row({"text": "a", **row}).labels == labels


def test_absent_fields_are_empty() -> None:
    assert Article.from_row({"text": "a", "title": None, "date": None}) == Article("a")


def test_a_number_may_be_an_id() -> None:
    assert [article.id for article in read_jsonl(rows({"text": "a", "id": 0}, {"text": "b", "id": 17}), "x")] == [
        "0",
        "17",
    ]


BAD_ROWS = {
    "not JSON": ("{text: 1}", "not JSON"),
    "cut off": ('{"text": "a"', "not JSON"),
    "a list": ('["text"]', "list"),
    "a bare string": ('"text"', "str"),
    "null": ("null", "NoneType"),
    "no text": ('{"title": "a"}', '"text"'),
    "text is a number": ('{"text": 1}', '"text"'),
    "text is null": ('{"text": null}', '"text"'),
    "title is a list": ('{"text": "a", "title": ["b"]}', '"title"'),
    "date is a number": ('{"text": "a", "date": 2011}', '"date"'),
    "id is a fraction": ('{"text": "a", "id": 1.5}', '"id"'),
    "id is true": ('{"text": "a", "id": true}', '"id"'),
    "labels is a string": ('{"text": "a", "labels": "SY"}', '"labels"'),
    "labels is an empty string": ('{"text": "a", "labels": ""}', '"labels"'),
    "labels is an object": ('{"text": "a", "labels": {}}', '"labels"'),
    "labels holds a number": ('{"text": "a", "labels": ["SY", 1]}', '"labels"'),
    "unsure is a string": ('{"text": "a", "unsure": "SY"}', '"unsure"'),
    "a number too long": ('{"text": "a", "n": ' + "1" * 5000 + "}", ""),
    "nested too deep": ("[" * 100_000, ""),
}


@pytest.mark.parametrize(("row", "says"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_named_by_file_and_number(tmp_path: Path, row: str, says: str) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text(f'{{"text": "good"}}\n\n{row}\n{{"text": "never reached"}}\n', encoding="utf-8")
    articles = read(path)
    assert next(articles).text == "good"
    with pytest.raises(ArticleError) as error:
        next(articles)
    assert str(error.value).startswith(f"{path}:3: ")
    assert says in str(error.value)


def test_a_row_that_is_no_utf8_is_named_by_file_and_number(tmp_path: Path) -> None:
    path = tmp_path / "latin1.jsonl"
    path.write_bytes(b'{"text": "good"}\n{"text": "caf\xe9"}\n')
    with pytest.raises(ArticleError) as error:
        list(read(path))
    assert str(error.value).startswith(f"{path}:2: ")


def test_rows_without_id_are_named_by_file_and_row(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(b"\n".join([b"", *rows({"text": "a"}, {"text": "b", "id": ""}, {"text": "c", "id": "own"})]))
    assert [article.id for article in read(path)] == ["corpus.jsonl:2", "corpus.jsonl:3", "own"]


@pytest.mark.parametrize("name", ["c.jsonl", "c.ndjson", "c.JSONL", "c.jsonl.gz"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_jsonl_is_read_zipped_or_not(tmp_path: Path, name: str, bom: bytes, newline: bytes) -> None:
    content = bom + newline.join([b'{"text": "S\xc3\xa3o", "id": "1"}', b'{"text": "b\\n\\u2028c", "id": "2"}', b""])
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert list(read(tmp_path / name)) == [Article("São", id="1"), Article("b\n\u2028c", id="2")]


@pytest.mark.parametrize("name", ["note.txt", "note", "note.md", "note.txt.gz"])
def test_all_else_is_one_plain_text_named_by_its_file(tmp_path: Path, name: str) -> None:
    content = '\ufeff{"text"} is how JSON begins.\nThis is none.'.encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert list(read(tmp_path / name)) == [Article('{"text"} is how JSON begins.\nThis is none.', id=name)]


@pytest.mark.parametrize("name", ["page.html", "page.htm", "page.HTML", "page.html.gz"])
def test_of_a_web_page_its_article_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(PAGE.encode()) if name.endswith(".gz") else PAGE.encode())
    [article] = read(tmp_path / name)
    assert article.id == name
    assert "Dam reopens" in article.title
    assert article.date == "2012-03-04"
    assert "Engineers in the valley" in article.text
    assert "Sport" not in article.text and "Imprint" not in article.text


def test_what_is_known_of_a_page_comes_before_what_it_says() -> None:
    article = Article.from_html(PAGE, title="My title", date="1999-01-01", source="S")
    assert (article.title, article.date, article.source) == ("My title", "1999-01-01", "S")


@pytest.mark.parametrize("page", ["", "  \n", "<html></html>", "<html><head><title>Dam</title></head></html>"])
def test_a_page_without_an_article_is_refused(page: str) -> None:
    with pytest.raises(ArticleError, match="no article text"):
        Article.from_html(page)


ZIPPED = gzip.compress("".join(f'{{"text": "row {n * n}"}}\n' for n in range(500)).encode())
BROKEN_FILES = {
    "missing": ("none.jsonl", None),
    "cut-off gz": ("cut.jsonl.gz", ZIPPED[:-20]),
    "empty gz header": ("tiny.txt.gz", ZIPPED[:5]),
    "gz that is none": ("plain.jsonl.gz", b'{"text": "a"}\n'),
    "gz with altered bytes": ("altered.jsonl.gz", ZIPPED[:100] + bytes(200) + ZIPPED[300:]),
    "text that is no UTF-8": ("latin1.txt", b"caf\xe9"),
    "page that is no UTF-8": ("latin1.html", b"<html>\xe9"),
    "page without an article": ("empty.html", b"<html></html>"),
}


@pytest.mark.parametrize(("name", "content"), BROKEN_FILES.values(), ids=BROKEN_FILES)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ArticleError) as error:
        list(read(tmp_path / name))
    assert str(error.value).startswith(f"{tmp_path / name}: ")


def test_a_folder_is_no_article(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="directory"):
        list(read(tmp_path))


def test_several_files_are_read_in_order(tmp_path: Path) -> None:
    for name in "ba":
        (tmp_path / f"{name}.txt").write_text(name)
    assert [article.text for article in read_all([tmp_path / "b.txt", str(tmp_path / "a.txt")])] == ["b", "a"]


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (b'{"text": "a"}\n{"text": "b"}\n', ["a", "b"]),
        (b'\xef\xbb\xbf\r\n{"text": "a"}\r\n', ["a"]),
        (b"Plain words, then {braces}.", ["Plain words, then {braces}."]),
        (b"<b> is how bold begins", ["<b> is how bold begins"]),
        (b"", [""]),
    ],
    ids=["JSONL", "JSONL with BOM and CRLF", "text", "text about HTML", "nothing"],
)
def test_a_stream_is_told_by_how_it_begins(content: bytes, texts: list[str]) -> None:
    assert [article.text for article in read_unnamed(content)] == texts


def test_a_page_on_a_stream_is_read() -> None:
    [article] = read_unnamed(b"\n  " + PAGE.encode())
    assert article.text.lstrip("#").lstrip().startswith(("Dam reopens", "Engineers"))


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"caf\xe9", "UTF-8"), (b'{"text": "a"}\n{"text": 2}', "standard input:2: ")],
    ids=["no UTF-8", "bad row"],
)
def test_a_broken_stream_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(ArticleError, match=says):
        list(read_unnamed(content))


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_what_is_written_as_rows_is_read_again(written: list[tuple[str, str]]) -> None:
    lines = rows(*({"id": f"{n}", "title": title, "text": text} for n, (title, text) in enumerate(written)))
    assert [(article.title, article.text) for article in read_jsonl(lines, "x")] == written
    assert [(a.title, a.text) for a in read_unnamed(b"\n".join(lines))] == written
