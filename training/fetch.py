"""Bring a public corpus: download it, check it, and write its articles as JSONL, all or nothing."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tarfile
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from training import download
from training.article import Article
from training.errors import ArticleError, DownloadError, InputError
from training.readers import Skips
from training.readers.sgml import Element, elements

REUTERS = "https://kdd.ics.uci.edu/databases/reuters21578/reuters21578.tar.gz"
REUTERS_SHA256 = "3bae43c9b14e387f76a61b6d82bf98a4fb5d3ef99ef7e7075ff2ccbcf59f9d30"
"""What that address gave when the Hugging Face datasets library recorded it (8,150,596 bytes); not seen by us."""

DOWNLOAD = 100 << 20  # bytes; the corpus has 8 million packed and 28 million unpacked
UNPACKED = 500 << 20
SPLITS = {"TRAIN": "reuters21578.train.jsonl.gz", "TEST": "reuters21578.test.jsonl.gz"}

Progress = Callable[[Iterable[bytes], int | None], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was brought.

    Attributes:
        sha256: digest of the download, in hexadecimal.
        articles: how many are in each file that was written.
        headlines: articles left out because they are only a headline.
        unused: articles left out because the split uses them nowhere.
        skips: articles that could not be read.
    """

    sha256: str
    articles: dict[Path, int]
    headlines: int
    unused: int
    skips: Skips


def reuters21578(
    folder: str | Path, url: str = REUTERS, sha256: str | None = None, progress: Progress = lambda chunks, _: chunks
) -> Fetched:
    """Bring Reuters-21578: its articles with the countries that Reuters' editors gave them, split as is usual.

    The attribute LEWISSPLIT says where an article goes, whatever its TOPICS; articles that are only a headline go
    nowhere. What was there under the same names is replaced, when everything else is done.

    Args:
        folder: where the two files are written; made when it is not there.
        url: address of a .tar.gz that holds the corpus' .sgm files.
        sha256: digest the download must have; for the address that is the default, it is known.
        progress: wraps the pieces of the download, with their bytes in all if the server tells.

    Raises:
        InputError: the download fails, has another digest, or is not that corpus; nothing is written.
    """
    folder = Path(folder)
    expected = sha256 or (REUTERS_SHA256 if url == REUTERS else None)
    try:
        with _unfinished(folder) as workshop:
            package = workshop / "download"
            digest = _download(url, package, progress)
            if expected and digest != expected.lower():
                raise InputError(
                    f"{url}: the download has the SHA-256 {digest}, not {expected}; "
                    "if you trust it all the same, give that with --sha256"
                )
            counts, skips = _split(package, url, workshop)
            for name in SPLITS.values():
                os.replace(workshop / name, folder / name)
    except OSError as error:
        raise InputError(f"{folder}: can't be written: {error.strerror or error}") from error
    written = {folder / name: counts[split] for split, name in SPLITS.items()}
    unused = counts.total() - sum(written.values()) - counts["headline"]
    return Fetched(digest, written, counts["headline"], unused, skips)


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """Give a hidden folder within ``folder`` that is gone afterwards, as is ``folder`` when it was made in vain."""
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder) as workshop:
            yield Path(workshop)
    finally:
        if new and not any(folder.iterdir()):
            folder.rmdir()


def _download(url: str, path: Path, progress: Progress) -> str:
    """Write what an address gives to a file, and give its SHA-256."""
    digest = hashlib.sha256()
    try:
        with download.opened(url, {"Accept-Encoding": "identity"}) as answer, open(path, "wb") as file:
            if answer.status != 200:
                raise DownloadError(str(answer))
            for chunk in progress(_bounded(answer), answer.length):
                digest.update(chunk)
                file.write(chunk)
    except DownloadError as error:
        raise InputError(f"{url}: {error}; try again, or another address: --url") from None
    return digest.hexdigest()


def _bounded(answer: download.Answer) -> Iterator[bytes]:
    """Give the pieces of a download as long as it may be the corpus."""
    had = 0
    for chunk in answer.pieces():
        had += len(chunk)
        if max(had, answer.length or 0) > DOWNLOAD:
            raise DownloadError(f"larger than {DOWNLOAD >> 20} MB: that is not the corpus")
        yield chunk


def _split(package: Path, url: str, folder: Path) -> tuple[Counter[str], Skips]:
    """Write the articles of a package into the file of their split."""
    counts: Counter[str] = Counter()
    skips = Skips()
    with ExitStack() as stack:
        outs = {split: stack.enter_context(_gzip(folder / name)) for split, name in SPLITS.items()}
        for name, line, found in _elements(package, url):
            try:
                if isinstance(found, ArticleError):
                    raise found
                split, article = found.attributes.get("LEWISSPLIT", ""), found.article()
            except ArticleError as error:
                skips.add(ArticleError(f"{name}:{line}: {error}"))
                continue
            if split not in outs:
                split = "unused"
            elif not article.text:
                split = "headline"
            else:
                outs[split].write(_line(article))
            counts[split] += 1
    if not any(counts[split] for split in SPLITS):
        raise InputError(f"{url}: holds no articles of Reuters-21578" + (f" ({skips})" if skips.count else ""))
    return counts, skips


def _elements(package: Path, url: str) -> Iterator[tuple[str, int, Element | ArticleError]]:
    """Read the .sgm files in a .tar.gz where they are: nothing is unpacked, so their names lead nowhere."""
    try:
        with (
            gzip.open(package) as unpacked,
            tarfile.open(fileobj=cast(IO[bytes], _Bounded(unpacked, url)), mode="r|") as tar,
        ):
            for member in tar:
                content = tar.extractfile(member) if _holds_articles(member) else None
                if content is not None:
                    for line, found in elements(content):
                        yield Path(member.name).name, line, found
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise InputError(f"{url}: is no whole .tar.gz: {error}") from None


def _holds_articles(member: tarfile.TarInfo) -> bool:
    """Tell whether a member is a plain file; a sparse one may claim any length without having it."""
    return member.isreg() and not member.issparse() and member.name.lower().endswith(".sgm")


class _Bounded:
    """A stream that ends with an error instead of going on forever."""

    def __init__(self, stream: gzip.GzipFile, url: str) -> None:
        self._stream, self._url, self._left = stream, url, UNPACKED

    def read(self, size: int) -> bytes:
        """Give the next bytes."""
        content = self._stream.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise InputError(f"{self._url}: unpacks to more than {UNPACKED >> 20} MB: that is not the corpus")
        return content


@contextmanager
def _gzip(path: Path) -> Iterator[BinaryIO]:
    """Open a .gz for writing, without the time in it: the same articles make the same file."""
    with open(path, "wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        yield cast(BinaryIO, packed)


def _line(article: Article) -> bytes:
    return json.dumps(article.as_row(), ensure_ascii=False).encode() + b"\n"
