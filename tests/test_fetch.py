"""Bringing a corpus, from a server of our own on this machine."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.cli import desk
from tests.serving import Site
from training import fetch
from training.errors import InputError
from training.readers import read

TRAIN, TEST = "reuters21578.train.jsonl.gz", "reuters21578.test.jsonl.gz"


def article(number: int, split: str, body: str | None = "Tea rose.\n Reuter\n", place: str = "libya") -> bytes:
    """Write one article of the corpus."""
    inner = "" if body is None else f"<BODY>{body}</BODY>"
    return (
        f'<REUTERS TOPICS="NO" LEWISSPLIT="{split}" NEWID="{number}">\n<DATE>26-FEB-1987 15:01:01.79</DATE>\n'
        f"<PLACES><D>{place}</D></PLACES>\n<TEXT>&#2;\n<TITLE>TEA &lt;{number}></TITLE>{inner}\n&#3;</TEXT>\n"
        "</REUTERS>\n"
    ).encode()


def plain(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    """Make a plain file of a package."""
    member = tarfile.TarInfo(name)
    member.size = len(content)
    return member, content


def odd(name: str, kind: bytes, link: str = "") -> tuple[tarfile.TarInfo, bytes]:
    """Make something else of a package."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member, b""


def package(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """Write a .tar.gz."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


FIRST = plain(
    "reut2-000.sgm", b"<!DOCTYPE lewis>\n" + article(1, "TRAIN") + article(2, "TRAIN", None) + article(3, "TEST")
)
SECOND = plain("reut2-001.sgm", article(4, "NOT-USED") + article(5, "TRAIN", "Z\xfcrich", "uk"))
CORPUS = package(FIRST, plain("README.txt", b"<REUTERS>"), SECOND)


def test_the_corpus_is_split_as_its_articles_say(server: Site, tmp_path: Path) -> None:
    done = fetch.reuters21578(tmp_path / "new" / "corpora", server.give(CORPUS))
    folder = tmp_path / "new" / "corpora"
    assert done.articles == {folder / TRAIN: 2, folder / TEST: 1}
    assert (done.headlines, done.unused, done.skips.count) == (1, 1, 0)
    assert done.sha256 == hashlib.sha256(CORPUS).hexdigest()
    assert sorted(path.name for path in folder.iterdir()) == [TEST, TRAIN]
    with gzip.open(folder / TRAIN, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    assert rows[0] == {
        "id": "reuters-1",
        "title": "TEA <1>",
        "date": "1987-02-26T15:01:01.79",
        "source": "Reuters",
        "text": "Tea rose.",
        "labels": ["LY"],
    }
    assert [one.id for one in read(folder / TEST)] == ["reuters-3"]
    assert [one.text for one in read(folder)] == ["Tea rose.", "Tea rose.", "Z\xfcrich"]


def test_the_same_corpus_makes_the_same_files_and_replaces_what_was_there(server: Site, tmp_path: Path) -> None:
    url = server.give(CORPUS)
    (tmp_path / TRAIN).write_text("old")
    (tmp_path / "mine.txt").write_text("mine")
    fetch.reuters21578(tmp_path, url)
    first = (tmp_path / TRAIN).read_bytes()
    fetch.reuters21578(tmp_path, url)
    assert (tmp_path / TRAIN).read_bytes() == first
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_articles_that_cannot_be_read_are_counted(server: Site, tmp_path: Path) -> None:
    bad = plain("reut2-002.sgm", article(6, "TEST", place="atlantis") + b"<REUTERS>\n<TEXT>")
    done = fetch.reuters21578(tmp_path, server.give(package(FIRST, bad)))
    assert list(done.articles.values()) == [1, 1]
    assert [reason.split(" ")[0] for reason in done.skips.first] == ["reut2-002.sgm:1:", "reut2-002.sgm:10:"]


@pytest.mark.parametrize("upper", [str.lower, str.upper], ids=["lower case", "upper case"])
def test_a_digest_that_is_right_is_no_hindrance(server: Site, tmp_path: Path, upper: Callable[[str], str]) -> None:
    digest = upper(hashlib.sha256(CORPUS).hexdigest())
    assert fetch.reuters21578(tmp_path, server.give(CORPUS), digest).sha256 == digest.lower()


def test_the_default_address_has_a_digest(server: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "REUTERS", server.give(CORPUS))
    with pytest.raises(InputError, match=fetch.REUTERS_SHA256):
        fetch.reuters21578(tmp_path, fetch.REUTERS)


OUTSIDE = [
    plain("../escaped.sgm", article(7, "TRAIN")),
    plain("/absolute.sgm", article(8, "TRAIN")),
    odd("link.sgm", tarfile.SYMTYPE, "/etc/passwd"),
    odd("hard.sgm", tarfile.LNKTYPE, "reut2-000.sgm"),
    odd("pipe.sgm", tarfile.FIFOTYPE),
    odd("device.sgm", tarfile.CHRTYPE),
    odd("folder.sgm", tarfile.DIRTYPE),
]


def test_nothing_in_a_package_reaches_beyond_the_two_files(server: Site, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    done = fetch.reuters21578(folder, server.give(package(FIRST, *OUTSIDE)))
    assert done.articles[folder / TRAIN] == 3  # what plain files hold is read, whatever they are called
    everything = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    assert everything == ["a", "a/b", f"a/b/{TEST}", f"a/b/{TRAIN}"]


def test_a_sparse_file_that_claims_a_great_length_is_passed_over(server: Site, tmp_path: Path) -> None:
    member, content = plain("huge.sgm", b"")
    member.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.map": "1000000000000,0"}
    member.pax_headers["GNU.sparse.size"] = "1000000000000"
    done = fetch.reuters21578(tmp_path, server.give(package(FIRST, (member, content))))
    assert list(done.articles.values()) == [1, 1]


BROKEN = {
    "no gzip": (b"<html>Sorry</html>", r"is no whole \.tar\.gz"),
    "no tar": (gzip.compress(b"words " * 500), r"is no whole \.tar\.gz"),
    "cut off": (CORPUS[:-40], r"is no whole \.tar\.gz"),
    "cut inside": (gzip.compress(gzip.decompress(CORPUS)[:1000]), r"is no whole \.tar\.gz"),
    "empty": (b"", "holds no articles|is no whole"),
    "nothing in it": (package(), "holds no articles"),
    "no SGML in it": (package(plain("README.txt", b"a")), "holds no articles"),
    "other SGML in it": (package(plain("a.sgm", b"<html>a</html>")), "holds no articles"),
    "bad articles only": (package(plain("a.sgm", b"<REUTERS>")), r"holds no articles .*a\.sgm:1: "),
}


@pytest.mark.parametrize("body, says", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("there", [True, False], ids=["folder there", "new folder"])
def test_what_is_not_the_corpus_leaves_nothing_behind(
    server: Site, tmp_path: Path, body: bytes, says: str, there: bool
) -> None:
    folder = tmp_path / "corpora"
    if there:
        folder.mkdir()
        (folder / TRAIN).write_text("old")
    url = server.give(body)
    with pytest.raises(InputError, match=says) as error:
        fetch.reuters21578(folder, url)
    assert str(error.value).startswith(f"{url}: ")
    assert [path.name for path in folder.iterdir()] == [TRAIN] if there else not folder.exists()
    assert not there or (folder / TRAIN).read_text() == "old"


def test_what_unpacks_without_end_is_stopped(server: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "UNPACKED", 5 << 20)
    bomb = package(plain("zeros.bin", bytes(20 << 20)), FIRST)
    with pytest.raises(InputError, match="unpacks to more than 5 MB"):
        fetch.reuters21578(tmp_path / "x", server.give(bomb))
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("headers", [{}, {"Content-Length": None}], ids=["length told", "length not told"])
def test_what_is_too_large_is_stopped(
    server: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str | None]
) -> None:
    monkeypatch.setattr(fetch, "DOWNLOAD", 1 << 20)
    url = server.give(bytes(3 << 20), headers=headers)
    with pytest.raises(InputError, match="larger than 1 MB"):
        fetch.reuters21578(tmp_path / "x", url)
    assert not (tmp_path / "x").exists()


def test_a_download_that_breaks_off_is_noticed(server: Site, tmp_path: Path) -> None:
    url = server.give(CORPUS, headers={"Content-Length": str(len(CORPUS) + 1)})
    with pytest.raises(InputError, match=f"broke off after {len(CORPUS)} of {len(CORPUS) + 1} bytes; try again, or"):
        fetch.reuters21578(tmp_path, url)
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_of_every_byte(server: Site, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []

    def progress(chunks: Any, total: int | None) -> Iterator[bytes]:
        for chunk in chunks:
            seen.append((len(chunk), total))
            yield chunk

    fetch.reuters21578(tmp_path, server.give(CORPUS), progress=progress)
    assert sum(size for size, _ in seen) == len(CORPUS)
    assert {total for _, total in seen} == {len(CORPUS)}


# desk fetch


def run(runner: CliRunner, *words: object) -> Any:
    return runner.invoke(desk, ["fetch", "reuters21578", *map(str, words)])


def test_desk_fetch_says_what_it_wrote_and_its_digest(runner: CliRunner, server: Site, tmp_path: Path) -> None:
    done = run(runner, "--url", server.give(CORPUS), "--to", tmp_path)
    assert done.exit_code == 0, done.output
    assert f"{tmp_path / TRAIN}  2 articles" in done.stdout
    assert "1 that are only a headline, 1 that the split does not use" in done.stdout
    assert f"SHA-256 of the download: {hashlib.sha256(CORPUS).hexdigest()}" in done.stdout
    assert "downloading" in done.stderr
    assert "100%" in done.stderr


def test_desk_fetch_tells_of_articles_it_could_not_read(runner: CliRunner, server: Site, tmp_path: Path) -> None:
    bad = plain("bad.sgm", b"<REUTERS>")
    done = run(runner, "--url", server.give(package(FIRST, bad)), "--to", tmp_path)
    assert done.exit_code == 0
    assert "desk: skipped 1 bad row: bad.sgm:1: " in done.stderr


@pytest.mark.parametrize(
    "status, options, says",
    [
        (404, [], "the server answers 404 Not Found; try again, or another address: --url"),
        (500, [], "the server answers 500"),
        (200, ["--sha256", "0" * 64], f"has the SHA-256 {hashlib.sha256(CORPUS).hexdigest()}, not {'0' * 64}"),
        (200, ["--sha256", "abc"], "64 hexadecimal digits"),
        (200, ["--url", "http://127.0.0.1:1/x.tar.gz"], "can't be downloaded: .*refused"),
        (200, ["--url", "file:///etc/passwd"], "must begin with http"),
        (200, ["--url", "corpus.tar.gz"], "must begin with http"),
        (200, ["--url", "http://"], "can't be downloaded"),
        (200, ["--url", "http://[x/"], "can't be downloaded"),
        (200, ["--url", "http://127.0.0.1:port/"], "can't be downloaded"),
        (200, ["--url", "http://127.0.0.1:1/a b"], "can't be downloaded"),
    ],
    ids=str,
)
def test_what_goes_wrong_is_told_in_a_line(
    runner: CliRunner, server: Site, tmp_path: Path, status: int, options: list[str], says: str
) -> None:
    done = run(runner, "--url", server.give(CORPUS, status), "--to", tmp_path, *options)
    told = done.output if done.exit_code == 2 else str(done.exception)
    assert done.exit_code == 2 or isinstance(done.exception, InputError)
    assert list(tmp_path.iterdir()) == []
    assert re.search(says, told)


def test_a_server_that_talks_nonsense_is_told(server: Site, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be downloaded"):
        fetch.reuters21578(tmp_path, server.do(lambda self: self.wfile.write(b"nonsense\r\n\r\n")))


def test_a_folder_that_cannot_be_written_is_named(server: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a")
    with pytest.raises(InputError, match="can't be written"):
        fetch.reuters21578(tmp_path / "file" / "corpora", server.give(CORPUS))


def test_there_is_no_other_corpus_yet(runner: CliRunner) -> None:
    assert runner.invoke(desk, ["fetch", "rcv1"]).exit_code == 2
