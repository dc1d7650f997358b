"""Reading files and folders: what each kind gives, and what a person is told when one is broken."""

from __future__ import annotations

import gzip
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helping import PAGE
from training import readers
from training.article import Article
from training.errors import ArticleError
from training.readers import KINDS, Skips, articles, kind, read, read_all, rows_unnamed
from training.readers.rows import of_json
from training.readers.streams import Meter, opened


def unnamed(content: bytes, skips: Skips | None = None) -> Iterator[Article]:
    return articles(rows_unnamed(io.BytesIO(content)), skips)


def rows(*parsed: object) -> list[bytes]:
    return [json.dumps(row).encode() for row in parsed]


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


ZIPPED = gzip.compress("".join(f'{{"text": "row {n * n}"}}\n' for n in range(500)).encode())
BROKEN_FILES = {
    "missing": ("none.jsonl", None),
    "cut-off gz": ("cut.jsonl.gz", ZIPPED[:-20]),
    "empty gz header": ("tiny.txt.gz", ZIPPED[:5]),
    "gz that is none": ("plain.jsonl.gz", b'{"text": "a"}\n'),
    "gz with altered bytes": ("altered.jsonl.gz", ZIPPED[:100] + bytes(200) + ZIPPED[300:]),
    "zst that is none": ("plain.jsonl.zst", b'{"text": "a"}\n'),
    "cut-off zst": ("cut.txt.zst", zstandard.compress(b"a" * 99)[:-1]),
    "empty zst": ("empty.jsonl.zst", b""),
    "text that is no UTF-8": ("latin1.txt", b"caf\xe9"),
    "page that is no UTF-8": ("latin1.html", b"<html>\xe9"),
    "page of an unknown charset": ("odd.html", b'<html><meta charset="x-no-such">\xe9'),
    "page without an article": ("empty.html", b"<html></html>"),
}


@pytest.mark.parametrize(("name", "content"), BROKEN_FILES.values(), ids=BROKEN_FILES)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ArticleError) as error:
        list(read(tmp_path / name))
    assert str(error.value).startswith(f"{tmp_path / name}: ")


@pytest.mark.parametrize("names", [[], ["scan.pdf", ".hidden.txt"]], ids=["empty", "nothing known"])
def test_a_folder_without_articles_is_refused(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("a")
    with pytest.raises(ArticleError, match=r"no articles in this folder; it is searched for \.jsonl"):
        list(read(tmp_path))


def test_a_folder_is_read_with_all_below_it_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ["z.txt", "b.jsonl", "sub/a.txt", "sub/deeper/c.csv", "page.htm", "sub2/a.txt.gz"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        content = {".jsonl": b'{"text": "b"}', ".csv": b"text\nc", ".htm": PAGE.encode()}.get(kind(name), name.encode())
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    for name in ["scan.pdf", "photo.jpg", "notes", ".hidden.txt", "old.json", ".git/config.txt"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"\xff never read")
    ids = [article.id for article in read(tmp_path)]
    assert ids == ["b.jsonl:1", "page.htm", "z.txt", "sub/a.txt", "sub/deeper/c.csv:2", "sub2/a.txt.gz"]


def test_a_bad_row_in_a_folder_is_named_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "bad.jsonl").write_text('{"text": 1}')
    with pytest.raises(ArticleError) as error:
        list(read(tmp_path))
    assert str(error.value).startswith(f"{tmp_path / 'sub' / 'bad.jsonl'}:1: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0)
    with pytest.raises(ArticleError, match="locked: can't be read"):
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
    assert [article.text for article in unnamed(content)] == texts


def test_a_page_on_a_stream_is_read() -> None:
    [article] = unnamed(b"\n  " + PAGE.encode())
    assert article.text.lstrip("#").lstrip().startswith(("Dam reopens", "Engineers"))


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"caf\xe9", "UTF-8"), (b'{"text": "a"}\n{"text": 2}', "standard input:2: ")],
    ids=["no UTF-8", "bad row"],
)
def test_a_broken_stream_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(ArticleError, match=says):
        list(unnamed(content))


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5))
@settings(max_examples=50)
def test_what_is_written_as_rows_is_read_again(written: list[tuple[str, str]]) -> None:
    lines = rows(*({"id": f"{n}", "title": title, "text": text} for n, (title, text) in enumerate(written)))
    assert [(a.title, a.text) for a in (of_json(line) for line in lines)] == written
    assert [(a.title, a.text) for a in unnamed(b"\n".join(lines))] == written


# packed files


def zst(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(content)


@pytest.mark.parametrize("ending, pack", [("", bytes), (".gz", gzip.compress), (".zst", zst), (".GZ", gzip.compress)])
@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "note.txt", "page.html", "raw.sgm"])
def test_every_kind_may_be_packed(tmp_path: Path, name: str, ending: str, pack: Callable[[bytes], bytes]) -> None:
    contents = {
        "rows.jsonl": b'{"text": "It rained."}',
        "rows.csv": b"text\nIt rained.",
        "note.txt": b"It rained.",
        "page.html": PAGE.encode(),
        "raw.sgm": b'<REUTERS NEWID="1"><TEXT><BODY>It rained.</BODY></TEXT></REUTERS>',
    }
    (tmp_path / name).write_bytes(contents[name])
    (tmp_path / (name + ending)).write_bytes(pack(contents[name]))
    [plain], [packed] = read(tmp_path / name), read(tmp_path / (name + ending))
    assert plain.text == packed.text
    assert plain.text


@pytest.mark.parametrize("size", [0, 1, 16_383, 16_384, 300_000])
def test_frames_of_a_zst_are_read_one_after_the_other(tmp_path: Path, size: int) -> None:
    parts = [os.urandom(size), b"a" * size, b"end"]
    (tmp_path / "x.zst").write_bytes(b"".join(map(zst, parts)))
    with opened(tmp_path / "x.zst") as file:
        assert file.read() == b"".join(parts)


@given(st.lists(st.binary(max_size=40), max_size=4), st.integers(1, 50))
@settings(max_examples=50)
def test_a_zst_cut_anywhere_inside_a_frame_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], less: int
) -> None:
    whole = zst(b"first") + b"".join(map(zst, parts)) + zst(b"last" * 20)
    path = tmp_path_factory.getbasetemp() / "cut.txt.zst"
    path.write_bytes(whole[: -min(less, len(zst(b"last" * 20)) - 1)])
    with pytest.raises(ArticleError, match="cut.txt.zst: can't be read: .* ends before"):
        list(read(path))


# pages that are not UTF-8


@pytest.mark.parametrize(
    "meta", ['<meta charset="iso-8859-1">', '<META http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">']
)
def test_a_page_that_says_its_charset_is_decoded_by_it(tmp_path: Path, meta: str) -> None:
    page = PAGE.replace("<head>", f"<head>{meta}").replace("a baker", "a p\xe2tissier")
    (tmp_path / "page.html").write_bytes(page.encode("latin-1"))
    [article] = read(tmp_path / "page.html")
    assert "a p\xe2tissier" in article.text


# skipping


BAD = b'{"text": "a"}\n{"text": 1}\nnot JSON\n{"text": "caf\xe9"}\n[]\n{"text": "b"}\n{}\n'


def test_bad_rows_are_skipped_and_counted(tmp_path: Path) -> None:
    path, skips = tmp_path / "bad.jsonl", Skips()
    path.write_bytes(BAD)
    assert [article.text for article in read(path, skips)] == ["a", "b"]
    assert skips.count == 5
    assert [reason.split(" ")[0] for reason in skips.first] == [f"{path}:{row}:" for row in (2, 3, 4)]
    assert str(skips).startswith(f'skipped 5 bad rows: {path}:2: "text" is missing')
    assert str(skips).endswith("; and 2 more")


def test_rows_that_a_check_refuses_are_bad_too(tmp_path: Path) -> None:
    def check(article: Article) -> None:
        if not article.text:
            raise ArticleError("has no text")

    path, skips = tmp_path / "a.jsonl", Skips()
    path.write_text('{"text": "a"}\n{"text": ""}\n{"text": "b"}\n', encoding="utf-8")
    with pytest.raises(ArticleError, match=r"a\.jsonl:2: has no text"):
        list(articles(readers.rows(path), check=check))
    assert [one.text for one in articles(readers.rows(path), skips, check)] == ["a", "b"]
    assert str(skips) == f"skipped 1 bad row: {path}:2: has no text"


def test_one_skipped_row_is_told_as_one() -> None:
    skips = Skips()
    skips.add(ArticleError("news.csv:17: no text"))
    assert str(skips) == "skipped 1 bad row: news.csv:17: no text"


def test_skips_of_several_files_add_up(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_bytes(BAD)
    skips = Skips()
    assert len(list(read_all([tmp_path / "a.jsonl", tmp_path], skips))) == 6
    assert skips.count == 15


def test_pages_and_texts_that_cannot_be_read_are_rows_of_their_folder(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html></html>")
    (tmp_path / "b.txt").write_bytes(b"caf\xe9")
    (tmp_path / "c.txt").write_text("Rain.")
    skips = Skips()
    assert [article.id for article in read(tmp_path, skips)] == ["c.txt"]
    assert skips.count == 2
    assert skips.first[0].startswith(f"{tmp_path / 'a.html'}: no article text")


def test_bad_rows_of_a_stream_are_skipped_too() -> None:
    skips = Skips()
    assert [article.text for article in unnamed(BAD, skips)] == ["a", "b"]
    assert skips.first[0].startswith("standard input:2: ")


@pytest.mark.parametrize(
    "name", ["missing", "empty gz header", "gz that is none", "zst that is none", "empty zst"], ids=str
)
def test_a_file_that_cannot_be_read_at_all_is_never_skipped(tmp_path: Path, name: str) -> None:
    file, content = BROKEN_FILES[name]
    if content is not None:
        (tmp_path / file).write_bytes(content)
    with pytest.raises(ArticleError, match="can't be read"):
        list(read(tmp_path / file, Skips()))


@pytest.mark.parametrize("ending, pack", [(".gz", gzip.compress), (".zst", zst)])
def test_the_rest_of_a_file_that_breaks_off_counts_as_one_row(
    tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    text = "".join(json.dumps({"text": os.urandom(60).hex()}) + "\n" for _ in range(5_000)).encode()
    packed = pack(text)
    path, skips = tmp_path / f"cut.jsonl{ending}", Skips()
    path.write_bytes(packed[: len(packed) // 2])
    found = list(read(path, skips))
    assert 1_000 < len(found) < 4_000
    assert skips.count == 1
    assert skips.first[0].startswith(f"{path}: can't be read: ")


def test_a_stream_of_sgml_is_told_by_how_it_begins() -> None:
    content = b'<!DOCTYPE lewis SYSTEM "lewis.dtd">\n<REUTERS NEWID="9"><TEXT><BODY>Rain.</BODY></TEXT></REUTERS>'
    assert [article.id for article in unnamed(content)] == ["reuters-9"]


def test_rows_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(b'{"text": "a"}\nbroken')
    assert next(read(tmp_path / "rows.jsonl")).text == "a"


def test_the_kinds_a_folder_is_searched_for_are_those_documented() -> None:
    assert set(KINDS) == set(".jsonl .ndjson .csv .tsv .parquet .txt .html .htm .sgm .sgml".split())


def test_rows_of_a_stream_are_read_when_they_are_asked_for() -> None:
    stream = io.BytesIO(b'\n{"text": "a"}\n{"text": "b"}\n' + b"x" * 99)
    found = rows_unnamed(stream)
    assert (next(found).number, stream.tell()) == (2, 15)
    assert (next(found).number, stream.tell()) == (3, 29)


def test_rows_are_found_without_looking_into_them(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_bytes(b"broken\n\n{}")
    first, second = readers.rows(tmp_path)
    assert [(row.number, row.size, row.name) for row in (first, second)] == [(1, 6, "bad.jsonl"), (3, 2, "bad.jsonl")]
    with pytest.raises(ArticleError, match="bad.jsonl:1: not JSON"):
        first.article()


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz", "rows.jsonl.zst", "rows.csv", "rows.sgm", "note.txt"])
def test_a_meter_counts_the_bytes_that_were_read(tmp_path: Path, name: str) -> None:
    line = {"csv": "text\n" + "Rain.\n" * 9000, "sgm": "<REUTERS><TEXT>Rain.</TEXT></REUTERS>\n" * 9000}
    content = line.get(kind(name)[1:], '{"text": "Rain."}\n' * 9000).encode()
    packs: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zst}
    (tmp_path / name).write_bytes(packs.get(Path(name).suffix, bytes)(content))
    (tmp_path / "z.txt").write_bytes(b"the end")
    meter, seen = Meter(), [0]
    for _ in readers.rows(tmp_path, meter):
        seen.append(meter.bytes)
    total = (tmp_path / name).stat().st_size + 7
    assert seen == sorted(seen)
    assert total - 7 <= seen[-1] <= total
    assert meter.bytes == total == readers.size([tmp_path / name, tmp_path / "z.txt"]) == readers.size([tmp_path])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_does_not_tell_how_much_there_is_has_no_size(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "rows.parquet").write_bytes(b"PAR1")
    assert readers.size([tmp_path / "pipe.jsonl"]) is None
    assert readers.size([tmp_path / "rows.parquet"]) is None


PIECES = [
    *(
        b"",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x00",
        b"\n",
        b"\r",
        b'"',
        b",",
        b";",
        b"text,labels\n",
        b"SY",
        b"[]",
        b"{}",
    ),
    *(b'{"text": "a"}', b"<REUTERS>", b"</REUTERS>", b"<TEXT>", b"</TEXT>", b"<html>", b"<p>", b"\x1f\x8b\x08\x00"),
    *(b"PAR1", b"\x28\xb5\x2f\xfd", b"&#5;", b"&lt;", b"\xe9", "\u2028".encode()),
]


@given(
    st.sampled_from([*KINDS, ""]),
    st.sampled_from(["", ".gz", ".zst"]),
    st.booleans(),
    st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=12).map(b"".join),
)
@settings(max_examples=300)
def test_whatever_is_in_a_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, kind: str, ending: str, packed: bool, content: bytes
) -> None:
    packs: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zst}
    pack = packs.get(ending, bytes) if packed else bytes
    path, skips = tmp_path_factory.getbasetemp() / f"anything{kind}{ending}", Skips()
    path.write_bytes(pack(content))
    try:
        found = list(read(path, skips))
    except ArticleError as error:
        assert str(error).startswith(f"{path}: ")
        return
    if skips.count == 0:
        assert list(read(path)) == found
    else:
        with pytest.raises(ArticleError) as first:
            list(read(path))
        assert str(first.value) == skips.first[0]
