"""A saved model: it comes back as it was, or it is refused before anything of it is trusted."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import cache
from mmap import mmap
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import joblib
import numpy as np
import pytest
from joblib.numpy_pickle import NumpyArrayWrapper
from sklearn.feature_extraction.text import TfidfVectorizer

from tests.helping import write_tiny_seeds
from training import artifact, focus, seeds
from training.article import Article
from training.classifier import Classifier
from training.errors import DamagedModel, MismatchedModel, ModelError
from training.mentions import Finder
from training.model import Model
from training.registry import Registry
from training.seeds import Seeds
from training.tfidf import Vocabulary
from training.topics import Topics

COMMAND = "desk train --seeds 'my seeds' --topics 2"
FILES = ["card.html", "card.json", "manifest.json", "notebook.joblib", "out_of_fold.json", "serving.joblib"]
OTHERS = [name for name in FILES if name != "manifest.json"]


@cache
def tiny_seeds() -> Seeds:
    with TemporaryDirectory() as folder:
        return seeds.load(write_tiny_seeds(Path(folder) / "seeds"))


def tiny(version: str = "v1", *, words: bool = True) -> Model:
    """Make a whole model by hand, in no time."""
    rng = np.random.default_rng(1)
    by_focus = focus.fit(rng.random((20, len(focus.FEATURES))), [True, False] * 10)
    fitted = Classifier(["FR", "LY", "SY"], by_focus, thresholds=np.array([0.5, 0.4, 0.3]))
    if words:
        fitted = replace(
            fitted,
            vocabulary=Vocabulary.of(["fuel", "bread"], np.array([1.5, 2.5])),
            rows={"SY": 0},
            weights=np.array([[3.0], [-1.0]], dtype=np.float32),
            gains=np.array([0.9]),
            biases=np.array([-0.2]),
            unnamed=np.array([np.nan]),
            judged=frozenset({"SY"}),
        )
    table = np.array([[0.7, 0.2], [0.3, 0.8]], dtype=np.float32)
    names = [{"id": "t1", "name": "bread"}, {"id": "t2", "name": "fuel"}]
    themes = Topics(names, Vocabulary.of(["bread", "fuel"], np.ones(2)), table, table.copy(), np.array([0.1, 0.1]))
    about = {"version": version, "trained_at": "2025-01-02T03:04:05+00:00", "command": COMMAND}
    reference = {"vectorizer": TfidfVectorizer().fit(["bread fuel"])}
    finder = Finder.of(tiny_seeds())
    return Model(tiny_seeds(), finder, fitted, themes, about, {"a" * 24: {"SY": 0.75}}, reference)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a saved model."""
    artifact.save(tiny(), tmp_path)
    return tmp_path


def edit(folder: Path, **changes: Any) -> None:
    """Change entries of the manifest; None takes one out."""
    path = folder / artifact.MANIFEST
    manifest = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    path.write_text(json.dumps({key: value for key, value in manifest.items() if value is not None}), encoding="utf-8")


def flat(fitted: Any) -> dict[str, Any]:
    """Give the fields of what was fitted, arrays as type, shape and bytes."""
    items = (
        fitted._asdict()
        if hasattr(fitted, "_asdict")
        else {one.name: getattr(fitted, one.name) for one in fields(fitted)}
    )
    plain: dict[str, Any] = {}
    for name, value in items.items():
        if isinstance(value, np.ndarray):
            plain[name] = (str(value.dtype), value.shape, value.tobytes())
        elif hasattr(value, "__dataclass_fields__"):
            plain[name] = flat(value)
        else:
            plain[name] = [*value] if isinstance(value, Sequence) else value
    return plain


@pytest.mark.parametrize("words", [True, False], ids=["with words", "focus alone"])
def test_a_model_comes_back_as_it_was(tmp_path: Path, words: bool) -> None:
    model = tiny(words=words)
    artifact.save(model, tmp_path)
    loaded = artifact.load(tmp_path)
    assert loaded.seeds == model.seeds
    assert flat(loaded.classifier) == flat(model.classifier)
    assert flat(loaded.topics) == flat(model.topics)
    assert loaded.finder.labels == model.finder.labels and flat(loaded.finder.terms) == flat(model.finder.terms)
    assert (loaded.about, loaded.out_of_fold, loaded.version) == (model.about, model.out_of_fold, "v1")
    article = Article("Bread and fuel were short in Damascus.", title="Syria queues")
    assert loaded.label(article, all=True) == model.label(article, all=True)


def test_a_folder_holds_these_files_and_its_manifest_names_them(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert sorted(artifact.verify(folder)["files"]) == OTHERS


def test_the_objects_for_notebooks_stay_away_from_serving(folder: Path) -> None:
    assert artifact.load(folder).reference is None
    assert artifact.load_reference(folder)["vectorizer"].vocabulary_ == {"bread": 0, "fuel": 1}


def test_a_model_without_them_says_so(tmp_path: Path) -> None:
    artifact.save(replace(tiny(), reference=None), tmp_path)
    assert artifact.load(tmp_path).version == "v1"
    with pytest.raises(DamagedModel, match="has no notebook.joblib; retrain with: desk train"):
        artifact.load_reference(tmp_path)


def is_mapped(array: Any) -> bool:
    return isinstance(array, mmap) or is_mapped(getattr(array, "obj" if isinstance(array, memoryview) else "base"))


def test_arrays_are_mapped_and_what_is_written_to_them_stays_where_it_was_written(folder: Path) -> None:
    loaded, again = artifact.load(folder), artifact.load(folder)
    fitted = loaded.classifier
    for array in (fitted.weights, fitted.vocabulary.keys, loaded.topics.word_weights, loaded.finder.terms.term_keys):
        assert type(array) is np.ndarray and is_mapped(array)
    fitted.weights[0, 0] = 7.0
    assert again.classifier.weights[0, 0] == artifact.load(folder).classifier.weights[0, 0] == 3.0


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def swell(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"}")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe_instead(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)  # whoever opened it would wait for ever


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "damage", [truncate, swell, empty, Path.unlink, folder_instead, pipe_instead], ids=lambda d: d.__name__
)
def test_a_damaged_file_is_refused(folder: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(folder / name)
    with pytest.raises(DamagedModel, match="retrain with: desk train") as refused:
        artifact.load(folder)
    assert name in str(refused.value) and str(folder) in str(refused.value)


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_with_one_bit_flipped_is_refused(folder: Path, name: str) -> None:
    flip(folder / name)
    with pytest.raises(DamagedModel) as refused:
        artifact.load(folder)
    assert f"{name} is not as it was written; retrain with: {COMMAND}" in str(refused.value)


def test_a_file_too_many_is_refused(folder: Path) -> None:
    (folder / "extra.joblib").write_bytes(b"")
    with pytest.raises(DamagedModel, match="extra.joblib .* retrain with: desk train"):
        artifact.load(folder)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedModel, match="retrain with: desk train"):
        artifact.load(tmp_path / "nothing")


@pytest.mark.parametrize(
    "manifest",
    ["", "no JSON", "[]", "1", '"files"', "null", "{}", '{"files": 1}', '{"format": 1, "files": [1]}'],
    ids=lambda text: text[:12] or "empty",
)
def test_a_manifest_that_is_none_is_refused(folder: Path, manifest: str) -> None:
    (folder / artifact.MANIFEST).write_text(manifest, encoding="utf-8")
    with pytest.raises(DamagedModel, match="retrain with: desk train"):
        artifact.load(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"about": None},
        {"about": []},
        {"files": {"serving.joblib": None}},
        {"libraries": None},
        {"libraries": []},
        {"libraries": {"numpy": 2}},
    ],
    ids=str,
)
def test_a_manifest_with_an_entry_of_another_shape_is_refused(folder: Path, changes: dict[str, Any]) -> None:
    edit(folder, **changes)
    with pytest.raises(ModelError, match="retrain with"):
        artifact.load(folder)


def test_a_manifest_with_any_one_bit_flipped_is_refused_or_means_the_same(folder: Path) -> None:
    path = folder / artifact.MANIFEST
    written = path.read_bytes()
    checked = ("format", "text_rules", "files")
    said = {key: json.loads(written)[key] for key in checked}
    for position in range(len(written)):
        path.write_bytes(written[:position] + bytes([written[position] ^ 1]) + written[position + 1 :])
        try:
            manifest = artifact.verify(folder)
        except ModelError as refused:
            assert "retrain with" in str(refused)
        else:
            assert {key: manifest[key] for key in checked} == said


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"format": 999}, "is of format 999, this program reads"),
        ({"format": "1"}, "is of format 1"),
        ({"format": None}, "is of format None"),
        ({"text_rules": 999}, "was trained under text rules 999"),
        ({"libraries": {"numpy": "0.1.2"}}, "was written with numpy 0.1.2, installed is"),
        ({"libraries": {"scikit-learn": "99.0"}}, "was written with scikit-learn 99.0"),
        ({"libraries": {"no-such-library": "1.0"}}, "was written with no-such-library 1.0"),
    ],
    ids=str,
)
def test_a_model_of_another_make_is_refused(folder: Path, changes: dict[str, Any], found: str) -> None:
    edit(folder, **changes)
    with pytest.raises(MismatchedModel) as refused:
        artifact.load(folder)
    assert found in str(refused.value)
    assert f"retrain with: {COMMAND}" in str(refused.value)


def test_all_that_differs_is_named_and_the_command_says_where_the_new_version_goes(tmp_path: Path) -> None:
    folder = tmp_path / "my models" / "v1"
    folder.mkdir(parents=True)
    artifact.save(tiny(), folder)
    had = json.loads((folder / artifact.MANIFEST).read_text(encoding="utf-8"))["libraries"]
    edit(folder, format=5, text_rules=99, libraries={**had, "numpy": "0.1", "joblib": "0.2"})
    with pytest.raises(MismatchedModel) as refused:
        artifact.verify(folder)
    said = str(refused.value)
    assert said.startswith(f"{folder}: is of format 5, this program reads {artifact.FORMAT}, and was trained under ")
    assert f"numpy 0.1, installed is {np.__version__}" in said and "joblib 0.2, installed is " in said
    assert said.endswith(f"; retrain with: {COMMAND} --models {shlex.quote(str(folder.parent))}")


@pytest.mark.parametrize("folder", ["models/v1", "v1"])
def test_where_the_command_trains_anyway_is_not_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(folder).mkdir(parents=True)
    artifact.save(tiny(), Path(folder))
    edit(Path(folder), format=5)
    with pytest.raises(MismatchedModel, match=f"retrain with: {COMMAND}$"):
        artifact.load(Path(folder))


def test_a_library_may_differ_in_its_last_number(folder: Path) -> None:
    had = json.loads((folder / artifact.MANIFEST).read_text(encoding="utf-8"))["libraries"]
    edit(folder, libraries={name: ".".join(version.split(".")[:2]) + ".999" for name, version in had.items()})
    assert artifact.load(folder).version == "v1"


@pytest.mark.parametrize(
    "serving", [{}, {"seeds": {}}, [1, 2], None, {"seeds": 1, "classifier": {}, "topics": {}}], ids=str
)
def test_arrays_that_are_not_what_they_should_be_are_refused(folder: Path, serving: object) -> None:
    joblib.dump(serving, folder / artifact.SERVING)
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in OTHERS}
    edit(folder, files=digests)
    with pytest.raises(DamagedModel, match="does not hold what it should .*retrain with"):
        artifact.load(folder)


class Malicious:
    """What makes a folder when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.target),)


@pytest.mark.parametrize("load", [artifact.load, artifact.load_reference], ids=["load", "load_reference"])
@pytest.mark.parametrize("name", [artifact.SERVING, artifact.NOTEBOOK])
def test_nothing_is_unpickled_before_its_digest_is_checked(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, name: str, load: Callable[[Path], object]
) -> None:
    target = tmp_path_factory.mktemp("attack") / "done"
    joblib.dump(Malicious(target), folder / name)
    with pytest.raises(DamagedModel):
        load(folder)
    assert not target.exists()
    joblib.load(folder / name)
    assert target.exists()  # the attack itself works


def python(code: str, *arguments: object) -> str:
    """Run code in a Python of its own, and give what it prints."""
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=True).stdout


def unpickled(path: Path) -> set[str]:
    """Give the packages whose names a pickle calls for, however deep."""
    code = """if True:
        import sys, joblib
        seen = set()
        sys.addaudithook(lambda event, args: seen.add(args[0].split(".")[0]) if event == "pickle.find_class" else None)
        joblib.load(sys.argv[1])
        print(*seen)
    """
    return set(python(code, path).split())


def test_no_class_of_ours_is_in_a_pickle(models: Path) -> None:
    version = models / (models / "current").read_text(encoding="utf-8").strip()
    serving, notebook = (unpickled(version / name) for name in (artifact.SERVING, artifact.NOTEBOOK))
    assert "numpy" in serving and {"sklearn", "gensim"} <= notebook
    assert not (serving | notebook) & {"training", "service", "tests", "__main__"}
    assert not serving & {"sklearn", "gensim", "scipy"}


def test_labelling_imports_neither_scikit_learn_nor_gensim(models: Path) -> None:
    code = """if True:
        import sys
        from training.article import Article
        from training.registry import Registry
        labelling = Registry(sys.argv[1]).load().label(Article("Syria's army left Damascus. Syrian towns waited."))
        print(*[label.id for label in labelling.labels], bool(labelling.topics is not None), labelling.language)
        print(*sorted({name.split(".")[0] for name in sys.modules}))
    """
    labelled, imported = python(code, models).splitlines()
    assert labelled.startswith("SY") and labelled.endswith("en")
    assert "numpy" in imported.split()
    assert not {"sklearn", "gensim", "flask", "click", "trafilatura"} & set(imported.split())


# what is unpickled


class Evil:
    """Would make a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        return Path.touch, (self.file,)


def replaced(folder: Path, name: str, content: Any, compress: int) -> None:
    """Put other content into a file, with a manifest that says so."""
    joblib.dump(content, folder / name, compress=compress)
    files = json.loads((folder / artifact.MANIFEST).read_text(encoding="utf-8"))["files"]
    edit(folder, files={**files, name: hashlib.sha256((folder / name).read_bytes()).hexdigest()})


@pytest.mark.parametrize("hidden", [False, True], ids=["plain", "in an array"])
@pytest.mark.parametrize(
    "name, compress, load",
    [("serving.joblib", 0, artifact.load), ("notebook.joblib", 3, artifact.load_reference)],
    ids=["serving", "notebook"],
)
def test_what_no_model_needs_is_not_unpickled(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, name: str, compress: int, load: Any, hidden: bool
) -> None:
    mark = tmp_path_factory.mktemp("evil") / "mark"
    evil: Any = {"seeds": Evil(mark)}
    replaced(folder, name, {"seeds": np.array([evil], dtype=object)} if hidden else evil, compress)
    with pytest.raises(DamagedModel, match=f"{name} does not hold what it should .*no model needs.* retrain with"):
        load(folder)
    assert not mark.exists()
    joblib.load(folder / name)
    assert mark.exists(), "it would have been"


class MadeUp:
    """What says of itself what the file says."""

    def __init__(self, make: Any, given: tuple[Any, ...], state: Any) -> None:
        self.made = make, given, state

    def __reduce__(self) -> Any:
        return self.made


FREE = MadeUp(np.dtype, ("O8", False, True), (3, "|", None, None, None, -1, -1, 0))
PAIR = MadeUp(np.dtype, ("V8", False, True), (3, "|", None, ("a",), {"a": (np.dtype("O"), 0)}, 8, 1, 0))
COUNTED = MadeUp(np.dtype, ("f8", False, True), (3, "<", None, None, None, -1, -1, 63))


@pytest.mark.parametrize(
    "name, compress, load",
    [("serving.joblib", 0, artifact.load), ("notebook.joblib", 3, artifact.load_reference)],
    ids=["serving", "notebook"],
)
@pytest.mark.parametrize(
    "dtype", [FREE, PAIR, COUNTED, np.dtype("V8")], ids=["object", "fields", "counted", "no number"]
)
def test_numbers_in_a_file_never_become_pointers(folder: Path, name: str, compress: int, load: Any, dtype: Any) -> None:
    state = {"subclass": np.ndarray, "shape": (0,), "order": "C", "dtype": dtype, "allow_mmap": True}
    replaced(folder, name, MadeUp(NumpyArrayWrapper, (np.ndarray, (0,), "C", None), state), compress)
    with pytest.raises(
        DamagedModel, match=f"{name} does not hold what it should .it holds an array of .*no model needs"
    ):
        load(folder)


def test_the_same_dtype_in_an_array_that_is_called_for_is_refused_too(folder: Path) -> None:
    replaced(folder, "serving.joblib", MadeUp(np.ndarray, ((0,), FREE, b""), None), 0)
    with pytest.raises(DamagedModel, match="it holds an array of objects"):
        artifact.load(folder)


def test_an_array_larger_than_memory_is_refused(folder: Path) -> None:
    for size in (2**50, 2**80):
        replaced(folder, "notebook.joblib", MadeUp(np.ndarray, ((size,),), None), 3)
        with pytest.raises(DamagedModel, match="does not hold what it should .*retrain with"):
            artifact.load_reference(folder)


@pytest.mark.parametrize(
    "name, load", [("serving.joblib", artifact.load), ("notebook.joblib", artifact.load_reference)]
)
def test_what_was_verified_is_what_is_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, load: Any
) -> None:
    real = artifact.verify

    def verify(*given: Any) -> dict[str, Any]:
        manifest = real(*given)
        joblib.dump({"other": 1}, folder / name, compress=3 if name.startswith("notebook") else 0)
        return manifest

    monkeypatch.setattr(artifact, "verify", verify)
    with pytest.raises(DamagedModel, match=f"{name} does not hold what it should .it was changed just now.; retrain"):
        load(folder)


@pytest.mark.parametrize("damage", [swell, Path.unlink], ids=lambda d: d.__name__)
def test_what_was_given_out_of_fold_is_checked_when_it_is_read(folder: Path, damage: Callable[[Path], None]) -> None:
    loaded = artifact.load(folder)
    damage(folder / artifact.OUT_OF_FOLD)
    with pytest.raises(DamagedModel, match="out_of_fold.json: is not as it was when the model was loaded"):
        len(loaded.out_of_fold)


@pytest.mark.parametrize(
    "command",
    ["rm -rf /", "desk train; rm -rf /", "desk train $(id)", "desk train \x1b[2J", "desk train 'x", 3, ["desk"], ""],
    ids=str,
)
def test_a_command_that_is_none_of_ours_is_not_repeated(folder: Path, command: Any) -> None:
    edit(folder, format=5, about={"version": "v1", "command": command})
    with pytest.raises(MismatchedModel) as refused:
        artifact.load(folder)
    assert str(refused.value).endswith(f"; retrain with: desk train --models {shlex.quote(str(folder.parent))}")


@pytest.mark.parametrize("content", [b"", b"\x80", b"no zlib"], ids=["empty", "cut off", "not packed"])
def test_a_file_for_notebooks_that_can_not_be_opened_is_refused(folder: Path, content: bytes) -> None:
    (folder / "notebook.joblib").write_bytes(content)
    files = json.loads((folder / artifact.MANIFEST).read_text(encoding="utf-8"))["files"]
    edit(folder, files={**files, "notebook.joblib": hashlib.sha256(content).hexdigest()})
    with pytest.raises(DamagedModel, match=r"notebook.joblib does not hold what it should .* retrain with"):
        artifact.load_reference(folder)


def test_all_that_a_whole_model_holds_is_opened(models: Path, trained: Model) -> None:
    found = artifact.load_reference(Registry(models).path())
    assert found.keys() == {"vectorizer", "classifiers", "lda"}
    assert found["classifiers"].keys() == set(trained.classifier.judged)
    assert (found["lda"].get_topics() == trained.reference["lda"].get_topics()).all()  # type: ignore[index]


# signatures


def signed(folder: Path, monkeypatch: pytest.MonkeyPatch, key: str = "secret") -> Path:
    """Save a model under a key."""
    monkeypatch.setenv(artifact.SIGNING_KEY, key)
    made = folder / "signed"
    made.mkdir()
    artifact.save(tiny(), made)
    return made


def test_with_a_key_a_signed_model_is_loaded_and_without_one_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = signed(tmp_path, monkeypatch)
    signature = (folder / "signature").read_text(encoding="ascii").strip()
    manifest = (folder / artifact.MANIFEST).read_bytes()
    assert signature == hmac.new(b"secret", manifest, "sha256").hexdigest()
    assert artifact.load(folder).version == "v1"
    monkeypatch.delenv(artifact.SIGNING_KEY)
    assert artifact.load(folder).version == "v1"


def test_with_a_key_an_unsigned_model_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not (folder / "signature").exists()
    monkeypatch.setenv(artifact.SIGNING_KEY, "secret")
    with pytest.raises(DamagedModel, match="is not signed, and DESK_SIGNING_KEY is set; retrain with: desk train"):
        artifact.load(folder)


@pytest.mark.parametrize("what", ["another key", "another signature", "another manifest"])
def test_a_model_that_another_key_signed_or_that_was_changed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    folder = signed(tmp_path, monkeypatch)
    if what == "another key":
        monkeypatch.setenv(artifact.SIGNING_KEY, "other")
    elif what == "another signature":
        (folder / "signature").write_text("0" * 64, encoding="ascii")
    else:
        edit(folder, about={"version": "v1", "trained_at": "never"})
    with pytest.raises(
        DamagedModel, match="is not signed by the key in DESK_SIGNING_KEY; retrain with: desk train --mod"
    ):
        artifact.load(folder)


def test_the_manifest_that_is_believed_is_the_one_whose_signature_was_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = signed(tmp_path, monkeypatch)
    good, real = (folder / artifact.MANIFEST).read_bytes(), artifact._check_signature
    edit(folder, about={"version": "v1", "trained_at": "never"})

    def check(*given: Any) -> None:
        (folder / artifact.MANIFEST).write_bytes(good)
        real(*given)

    monkeypatch.setattr(artifact, "_check_signature", check)
    with pytest.raises(DamagedModel, match="is not signed by the key"):
        artifact.verify(folder)


@pytest.mark.parametrize("signature", [b"", b"\xff", "\u0661".encode() * 64], ids=["empty", "no text", "digits"])
def test_a_signature_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signature: bytes) -> None:
    folder = signed(tmp_path, monkeypatch)
    (folder / artifact.SIGNATURE).write_bytes(signature)
    with pytest.raises(DamagedModel, match="is not signed"):
        artifact.load(folder)
