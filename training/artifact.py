"""One model as a folder: save, verify, load. The only place that writes and reads joblib files.

::

    manifest.json    format, library versions, digests of the other files, and what the model says of itself
    signature        HMAC-SHA-256 of the manifest, where DESK_SIGNING_KEY is set
    serving.joblib   plain dicts, lists and arrays, mapped into memory; needs neither scikit-learn nor gensim
    notebook.joblib  the fitted scikit-learn and gensim objects
    out_of_fold.json label probabilities of each training article by models that had not seen it
    card.json        the model card, and as a page in card.html

Nothing of ours is pickled, so our code can move without breaking models; digests are checked before anything is
unpickled, and only classes that a model needs are.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import joblib

from training import card, unpickling
from training.chronicle import Chronicle
from training.classifier import Classifier
from training.errors import DamagedModel, MismatchedModel
from training.focus import FocusModel
from training.kernels.guards import Terms
from training.leftovers import RULES_VERSION
from training.mentions import Finder
from training.model import Model
from training.seeds import Seeds
from training.tfidf import Strings, Vocabulary
from training.topics import Topics

FORMAT = 7
MANIFEST, SIGNATURE = "manifest.json", "signature"
SIGNING_KEY = "DESK_SIGNING_KEY"
SERVING, NOTEBOOK, OUT_OF_FOLD = "serving.joblib", "notebook.joblib", "out_of_fold.json"
CARD, CARD_PAGE = "card.json", "card.html"
FILES = {MANIFEST, SIGNATURE, SERVING, NOTEBOOK, OUT_OF_FOLD, CARD, CARD_PAGE}  # all that a version can hold
_LIBRARIES = ("gensim", "joblib", "numpy", "scikit-learn")  # whose objects are in the files


def save(model: Model, folder: Path) -> None:
    """Write a model into an existing empty folder, the manifest last."""
    serving = {
        "seeds": model.seeds.packed,
        "terms": model.finder.terms._asdict(),
        "classifier": _plain(model.classifier),
        "topics": _plain(model.topics),
    }
    joblib.dump(serving, folder / SERVING)  # uncompressed: compression silently switches memory mapping off
    if model.reference is not None:
        joblib.dump(model.reference, folder / NOTEBOOK, compress=3)
    (folder / OUT_OF_FOLD).write_text(json.dumps(dict(model.out_of_fold)), encoding="utf-8")
    libraries = {name: installed(name) for name in _LIBRARIES}
    described = card.card(model, libraries)
    (folder / CARD).write_text(json.dumps(described, indent=1), encoding="utf-8")
    (folder / CARD_PAGE).write_text(card.page(described), encoding="utf-8")
    manifest = {
        "format": FORMAT,
        "text_rules": RULES_VERSION,
        "libraries": libraries,
        "about": model.about,
        "files": {path.name: _digest(path) for path in sorted(folder.iterdir())},
    }
    written = json.dumps(manifest, indent=1, sort_keys=True)
    if key := os.environ.get(SIGNING_KEY):
        (folder / SIGNATURE).write_text(_signature(key, written.encode()) + "\n", encoding="ascii")
    (folder / MANIFEST).write_text(written, encoding="utf-8")


def load(folder: Path, name: str = "") -> Model:
    """Verify and load a model for labelling; its arrays stay on disk and are mapped.

    Args:
        folder: where its files are.
        name: what to call it in messages, where it is not the folder's path.

    Raises:
        DamagedModel, MismatchedModel: see :func:`verify`.
    """
    name = name or str(folder)
    manifest = verify(folder, name)
    try:
        serving = unpickling.mapped(folder / SERVING, manifest["files"][SERVING])
        return Model(
            seeds=Seeds(serving["seeds"]),
            finder=Finder(serving["classifier"]["labels"], Terms(**serving["terms"])),
            classifier=_classifier(**serving["classifier"]),
            topics=_topics(**serving["topics"]),
            about=manifest["about"],
            out_of_fold=_OutOfFold(folder / OUT_OF_FOLD, manifest["files"][OUT_OF_FOLD]),
        )
    except Exception as error:  # pickle documents no end of them
        raise DamagedModel(
            f"{name}: {SERVING} does not hold what it should ({error}); {_retrain(manifest, name)}"
        ) from error


def load_reference(folder: Path) -> dict[str, Any]:
    """Verify a model and load its scikit-learn and gensim objects: ``vectorizer``, ``classifiers``, ``lda``."""
    name = str(folder)
    manifest = verify(folder)
    if NOTEBOOK not in manifest["files"]:
        raise DamagedModel(f"{name}: has no {NOTEBOOK}; {_retrain(manifest, name)}")
    try:
        return dict(unpickling.fitted(folder / NOTEBOOK, manifest["files"][NOTEBOOK]))
    except Exception as error:  # pickle documents no end of them
        raise DamagedModel(
            f"{name}: {NOTEBOOK} does not hold what it should ({error}); {_retrain(manifest, name)}"
        ) from error


def verify(folder: Path, name: str = "") -> dict[str, Any]:
    """Check a model's manifest and the digests of its files, and give the manifest.

    Args:
        folder: where its files are.
        name: what to call it in messages, where it is not the folder's path.

    Raises:
        DamagedModel: a file is missing, half-written, altered, or not named in the manifest.
        MismatchedModel: the model is of another format, other text rules or other library versions.
    """
    name = name or str(folder)
    manifest = checked_manifest(folder, name)
    try:
        present = {*os.listdir(folder)} - {MANIFEST, SIGNATURE}
    except OSError as error:
        raise DamagedModel(f"{name}: can't be read ({error.strerror}); {_retrain(manifest, name)}") from None
    if odd := present.symmetric_difference(manifest["files"]):
        raise DamagedModel(
            f"{name}: {', '.join(sorted(odd))} missing or not in the manifest; {_retrain(manifest, name)}"
        )
    for file, digest in manifest["files"].items():
        if _digest(folder / file) != digest:
            raise DamagedModel(f"{name}: {file} is not as it was written; {_retrain(manifest, name)}")
    return manifest


def checked_manifest(folder: Path, name: str = "") -> dict[str, Any]:
    """Check a model's manifest, whether or not its other files are there yet, and give it; see :func:`verify`."""
    name = name or str(folder)
    try:
        written = _content(folder / MANIFEST)
        manifest = _manifest(written)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedModel(f"{name}: its {MANIFEST} can't be read ({error}); {_retrain({}, name)}") from None
    _check_signature(folder, name, written)
    if others := list(_others(manifest)):
        raise MismatchedModel(f"{name}: {', and '.join(others)}; {_retrain(manifest, name)}")
    return manifest


def _others(manifest: dict[str, Any]) -> Iterator[str]:
    """Say in what a model is of another make than this program."""
    if manifest.get("format") != FORMAT:
        yield f"is of format {manifest.get('format')}, this program reads {FORMAT}"
    if manifest.get("text_rules") != RULES_VERSION:
        yield f"was trained under text rules {manifest.get('text_rules')}, this program has {RULES_VERSION}"
    for library, had in manifest["libraries"].items():
        have = _installed(library)
        if _series(had) != _series(have):
            yield f"was written with {library} {had}, installed is {have}"


def _check_signature(folder: Path, name: str, manifest: bytes) -> None:
    """Refuse what nobody who knows the key has written, where there is a key; its command is not trusted either."""
    key = os.environ.get(SIGNING_KEY)
    if not key:
        return
    try:
        told = _content(folder / SIGNATURE).strip()
    except OSError:
        raise DamagedModel(f"{name}: is not signed, and {SIGNING_KEY} is set; {_retrain({}, name)}") from None
    if not hmac.compare_digest(told, _signature(key, manifest).encode()):
        raise DamagedModel(f"{name}: is not signed by the key in {SIGNING_KEY}; {_retrain({}, name)}")


def _signature(key: str, content: bytes) -> str:
    return hmac.digest(key.encode(), content, "sha256").hex()


class _OutOfFold(Mapping[str, dict[str, float]]):
    """What models that had not seen them gave articles, read when it is first asked for: no service ever asks."""

    def __init__(self, file: Path, digest: str) -> None:
        self._file, self._digest = file, digest

    @cached_property
    def _answers(self) -> dict[str, dict[str, float]]:
        with suppress(OSError, ValueError):
            content = _content(self._file)
            if hashlib.sha256(content).hexdigest() == self._digest:
                answers: dict[str, dict[str, float]] = json.loads(content)
                return answers
        raise DamagedModel(f"{self._file}: is not as it was when the model was loaded; run this again")

    def __getitem__(self, key: str) -> dict[str, float]:
        return self._answers[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


def _manifest(written: bytes) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(written.decode())
    missing = {"libraries", "about", "files"} - manifest.keys()
    tables = [manifest["libraries"], manifest["files"]]
    if missing or not isinstance(manifest["about"], dict):
        raise ValueError(f"{', '.join(sorted(missing)) or 'about'} is missing")
    if not all(isinstance(text, str) for table in tables for item in table.items() for text in item):
        raise ValueError("a version or digest is no text")
    return manifest


def _retrain(manifest: dict[str, Any], name: str) -> str:
    """Name the one command that makes a model anew, among the versions where it was."""
    models = os.path.dirname(name)
    there = f" --models {shlex.quote(models)}" if models not in ("", "models") else ""
    told = manifest.get("about", {}).get("command")
    return f"retrain with: {told if _is_command(told) else 'desk train'}{there}"


def _is_command(told: Any) -> bool:
    """Say whether a manifest tells how to train, and nothing that a shell would do besides."""
    if not (isinstance(told, str) and told.isprintable() and told.startswith("desk train ")):
        return False
    with suppress(ValueError):
        return shlex.join(shlex.split(told)) == told
    return False


def _installed(library: str) -> str:
    try:
        return installed(library)
    except (PackageNotFoundError, ValueError):
        return "none"


def _series(version: str) -> tuple[str, ...]:
    return tuple(version.split(".")[:2])


def _digest(path: Path) -> str:
    if not path.is_file():  # nobody ever comes to the end of a device or pipe
        return "no file"
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"unreadable: {error}"


def _content(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise OSError("it is no file")
    return path.read_bytes()


def _plain(value: Any) -> Any:
    """Give one of our dataclasses, and those in it, as dicts."""
    if not is_dataclass(value):
        return value
    return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}


def _classifier(focus: dict[str, Any], vocabulary: dict[str, Any], **others: Any) -> Classifier:
    return Classifier(focus=FocusModel(**focus), vocabulary=_vocabulary(**vocabulary), **others)


def _topics(vocabulary: dict[str, Any], chronicle: dict[str, Any], **others: Any) -> Topics:
    return Topics(vocabulary=_vocabulary(**vocabulary), chronicle=Chronicle(**chronicle), **others)


def _vocabulary(terms: dict[str, Any], **others: Any) -> Vocabulary:
    return Vocabulary(terms=Strings(**terms), **others)
