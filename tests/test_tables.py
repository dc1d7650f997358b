"""CSV and Parquet: cells, delimiters, labels in a cell, and rows that are broken."""

from __future__ import annotations

import csv
import gzip
import io
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from training.article import Article
from training.errors import ArticleError
from training.readers import Skips, read
from training.readers.tables import CELL, from_csv

pyarrow = pytest.importorskip("pyarrow")


def of_csv(content: str | bytes) -> list[tuple[int, Article | str]]:
    """Read a CSV: the line of each row, and its article or what is wrong with it."""
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return [(line, found if isinstance(found, Article) else str(found)) for line, found in from_csv(file)]


def articles(content: str | bytes) -> list[Article]:
    """Read a CSV in which nothing may be wrong."""
    found = [article for _, article in of_csv(content)]
    assert all(isinstance(article, Article) for article in found), found
    return [article for article in found if isinstance(article, Article)]


def test_columns_are_named_as_the_fields_of_a_row() -> None:
    content = (
        "dateline,unsure,labels,source,id,date,title,text,other\n"
        'TRIPOLI,FR,LY SY,The Example,a1,2011-02-03,Rain,"It rained, and rained.",ignored\n'
    )
    assert articles(content) == [
        Article(
            "It rained, and rained.",
            "Rain",
            "a1",
            "2011-02-03",
            "The Example",
            "TRIPOLI",
            frozenset({"LY", "SY"}),
            frozenset({"FR"}),
        )
    ]


def test_empty_cells_are_absent() -> None:
    assert articles("id,title,text,date,source,dateline,labels,unsure\n,,a,,,,,\n") == [Article("a")]


LABELS: dict[str, set[str] | None] = {
    "": None,
    "   ": None,
    "[]": set(),
    "[ ]": set(),
    "SY": {"SY"},
    "SY LY": {"SY", "LY"},
    "SY,LY": {"SY", "LY"},
    "SY; LY": {"SY", "LY"},
    "SY|LY|": {"SY", "LY"},
    "[SY]": {"SY"},
    '["SY", "LY"]': {"SY", "LY"},
    "['SY', 'LY']": {"SY", "LY"},
    "['SY' 'LY']": {"SY", "LY"},
}


@pytest.mark.parametrize("cell, labels", LABELS.items(), ids=map(repr, LABELS))
def test_a_cell_of_labels(cell: str, labels: set[str] | None) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["text", "labels", "unsure"], ["a", cell, cell]])
    [article] = articles(out.getvalue())
    assert article.labels == labels
    assert article.unsure == (labels or set())


def test_without_the_column_nobody_has_judged() -> None:
    assert articles("text\na\n")[0].labels is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("begin", ["", "\ufeff"], ids=["", "BOM"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_delimiters_and_line_ends_are_found_out(delimiter: str, begin: str, newline: str) -> None:
    lines = [["id", "Text ", "title"], ["1", "a,b;c|d\te", "t"], ["2", "S\xe3o \u2028 b", ""]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(lines)
    assert [(a.id, a.text, a.title) for a in articles(begin + out.getvalue())] == [tuple(line) for line in lines[1:]]


def test_rows_are_numbered_by_the_line_they_begin_on(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_text('text,title\n"one\ntwo\n\nthree",a\n\n,\nlast,b\nshort\n', encoding="utf-8")
    found = read(path)
    assert [(article.id, article.text) for article in (next(found), next(found))] == [
        ("news.csv:2", "one\ntwo\n\nthree"),
        ("news.csv:8", "last"),
    ]
    with pytest.raises(ArticleError) as error:
        next(found)
    assert str(error.value).startswith(f"{path}:9: 1 cells where the header names 2")


BAD_ROWS = {
    "too few cells": ("a", "1 cells where the header names 2"),
    "too many cells": ("a,b,c", "3 cells where the header names 2"),
    "text after a quote": ('"a"b,c', "not CSV"),
    "no UTF-8": (b"caf\xe9,b", "UTF-8"),
    "a quote that is never closed": ('"a,b', "never closed"),
}


@pytest.mark.parametrize("row, says", BAD_ROWS.values(), ids=BAD_ROWS)
def test_after_a_bad_row_the_next_line_is_a_row_again(row: str | bytes, says: str) -> None:
    bad = row.encode() if isinstance(row, str) else row
    first, broken, *rest = of_csv(b"text,title\ngood,1\n" + bad + b"\nnext,2\nlast,3\n")
    assert first == (2, Article("good", "1"))
    assert broken[0] == 3
    assert says in str(broken[1])
    assert rest == [(4, Article("next", "2")), (5, Article("last", "3"))]


def test_a_quote_that_swallows_too_much_is_never_closed() -> None:
    line = "x" * 999_999 + ",b\n"
    many = CELL // len(line) + 2
    found = of_csv('text,title\n"a,b\n' + line * many)
    assert found[0] == (2, "a quote that opens here is never closed")
    assert [number for number, _ in found] == list(range(2, many + 3))
    assert all(isinstance(article, Article) for _, article in found[1:])


def test_a_cell_may_be_long() -> None:
    text = "rain " * 500_000
    assert articles(f"text\n{text}\n")[0].text == text


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "must name the columns"),
        (b"title,body\na,b\n", "must name the columns, one of them \"text\"; found 'title,body'"),
        (b"text,title,title\na,b,c\n", '"title" twice'),
        ("text\na\n".encode("utf-16"), "UTF-8"),
    ],
    ids=["empty", "no text", "twice", "UTF-16"],
)
def test_a_header_that_names_no_text_is_refused_even_when_bad_rows_are_skipped(
    tmp_path: Path, content: bytes, says: str
) -> None:
    (tmp_path / "news.csv").write_bytes(content)
    with pytest.raises(ArticleError, match=says) as error:
        list(read(tmp_path / "news.csv", Skips()))
    assert str(error.value).startswith(f"{tmp_path / 'news.csv'}: ")


def test_what_pandas_writes_is_read(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"text": ["a\nb", 'c "d"', "e"], "title": ["t", None, "u"], "labels": [["SY", "LY"], None, []], "id": [1, 2, 3]}
    )
    frame.to_csv(tmp_path / "frame.csv")
    frame.to_csv(tmp_path / "frame.tsv.gz", sep="\t", index=False)
    frame.to_parquet(tmp_path / "frame.parquet")
    expected = [
        Article("a\nb", "t", "1", labels=frozenset({"SY", "LY"})),
        Article('c "d"', "", "2"),
        Article("e", "u", "3", labels=frozenset()),
    ]
    for name in ("frame.csv", "frame.tsv.gz", "frame.parquet"):
        assert list(read(tmp_path / name)) == expected


printable = st.text(st.characters(codec="utf-8"))
codes = st.frozensets(st.from_regex(r"[A-Z][A-Za-z0-9-]{0,5}", fullmatch=True), max_size=4)


@given(
    st.lists(
        st.builds(
            Article,
            text=printable.filter(str.strip),
            title=printable,
            id=st.from_regex(r"\w+", fullmatch=True),
            date=st.none() | printable.filter(bool),
            labels=st.none() | codes,
            unsure=codes,
        ),
        max_size=6,
    ),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from([" ", ", ", "; ", "|"]),
)
@settings(max_examples=200)
def test_what_is_written_as_csv_is_read_again(
    written: list[Article], delimiter: str, quoting: Any, between: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting)
    writer.writerow(["id", "text", "title", "date", "labels", "unsure"])
    for a in written:
        labels = "" if a.labels is None else f"[{between.join(a.labels)}]"
        writer.writerow([a.id, a.text, a.title, a.date or "", labels, between.join(a.unsure)])
    assert articles(out.getvalue()) == written


# Parquet


def write(path: Path, **columns: Any) -> Path:
    """Write a table with small groups of rows."""
    from pyarrow import parquet

    parquet.write_table(pyarrow.table(columns), path, row_group_size=2)
    return path


def test_parquet_gives_every_field(tmp_path: Path) -> None:
    path = write(
        tmp_path / "news.parquet",
        text=["a", "b"],
        title=["t", None],
        id=["x", None],
        date=["2011-02-03", None],
        source=["S", None],
        dateline=["TRIPOLI", None],
        labels=[["SY"], []],
        unsure=[["LY"], None],
        other=[{"is": "ignored"}, None],
    )
    first, second = read(path)
    assert first == Article("a", "t", "x", "2011-02-03", "S", "TRIPOLI", frozenset({"SY"}), frozenset({"LY"}))
    assert second == Article("b", id="news.parquet:2", labels=frozenset())


@pytest.mark.parametrize(
    "column, expected",
    [
        ({"labels": ["SY, LY"]}, {"labels": frozenset({"SY", "LY"})}),
        ({"labels": pyarrow.nulls(1)}, {"labels": None}),
        ({"id": [17]}, {"id": "17"}),
        ({"date": [date(2011, 2, 3)]}, {"date": "2011-02-03"}),
        ({"date": [datetime(2011, 2, 3, 4, 5)]}, {"date": "2011-02-03T04:05:00"}),
        ({"source": pyarrow.array(["S"]).dictionary_encode()}, {"source": "S"}),
        ({"title": pyarrow.array(["t"], pyarrow.large_string())}, {"title": "t"}),
    ],
    ids=["labels in a string", "nulls", "number", "day", "time", "dictionary", "large string"],
)
def test_types_of_columns(tmp_path: Path, column: dict[str, Any], expected: dict[str, Any]) -> None:
    [article] = read(write(tmp_path / "x.parquet", text=["a"], **column))
    for name, value in expected.items():
        assert getattr(article, name) == value


def test_parquet_is_read_through_packing(tmp_path: Path) -> None:
    plain = write(tmp_path / "x.parquet", text=[f"row {n}" for n in range(1000)])
    (tmp_path / "x.parquet.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "x.parquet.zst").write_bytes(zstandard.compress(plain.read_bytes()))
    for name in ("x.parquet", "x.parquet.gz", "x.parquet.zst"):
        assert [article.text for article in read(tmp_path / name)] == [f"row {n}" for n in range(1000)]


def test_bad_rows_of_parquet_are_numbered_and_skipped(tmp_path: Path) -> None:
    path = write(tmp_path / "x.parquet", text=["a", None, "c"], labels=[["SY"], ["LY"], [None]])
    skips = Skips()
    assert [article.text for article in read(path, skips)] == ["a"]
    assert [reason.split(" ")[0] for reason in skips.first] == [f"{path}:2:", f"{path}:3:"]
    with pytest.raises(ArticleError, match=r"x\.parquet:2: "):
        list(read(path))


def test_parquet_without_text_names_its_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "x.parquet", body=["a"], head=["b"])
    with pytest.raises(ArticleError, match=r'x\.parquet: no column "text"; there are body, head'):
        list(read(path, Skips()))


@pytest.mark.parametrize("cut", [0, 3, 50, -1], ids=["empty", "tiny", "cut", "last byte"])
def test_broken_parquet_is_named(tmp_path: Path, cut: int) -> None:
    path = write(tmp_path / "x.parquet", text=["a" * 100])
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ArticleError) as error:
        list(read(path, Skips()))
    assert str(error.value).startswith(f"{path}: ")


def test_without_pyarrow_it_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "x.parquet", text=["a"])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ArticleError, match=r'x\.parquet: .* pip install "foreign-desk\[parquet\]"'):
        list(read(path))
