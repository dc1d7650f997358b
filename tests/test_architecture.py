"""The arrows between modules, read from the source."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

import training
import training.discovery
import training.drift
import training.feeds
import training.fitting
import training.gate
import training.kernels
import training.readers
import training.report
import training.store

ROOT = Path(__file__).resolve().parent.parent
FACES = {"service", "flask", "flask_openapi", "werkzeug", "click", "granian", "structlog", "pydantic"}


class Import(NamedTuple):
    """One import: what, where, and whether only when a function is called, or for types alone."""

    name: str
    file: Path
    line: int
    inside: bool

    @property
    def module(self) -> str:
        """The module of training that is imported, '' when it is none."""
        parts = self.name.split(".")
        return parts[1] if parts[0] == "training" and len(parts) > 1 else ""

    @property
    def home(self) -> str:
        """The module of training that imports; a package below training is one module."""
        return self.file.relative_to(ROOT / "training").parts[0].removesuffix(".py")


def _import_nodes(node: ast.AST, inside: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, inside
        only_types = isinstance(child, ast.If) and getattr(child.test, "id", "") == "TYPE_CHECKING"
        deeper = inside or only_types or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _import_nodes(child, deeper)


def imports(*patterns: str) -> list[Import]:
    """Give all imports of the files that match; `from training import text` counts as `training.text`."""
    found = []
    for file in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        for node, inside in _import_nodes(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                assert node.level == 0, f"{file}:{node.lineno}: write the whole name"
                base = node.module or ""
                names = [f"{base}.{alias.name}" for alias in node.names]
            found += [Import(name, file, node.lineno, inside) for name in names]
    return found


def order() -> list[str]:
    """Give the modules of training in the order their docstring draws: each may import those before it."""
    modules = []
    for name, rest in re.findall(r"^    (\w+) {2,}(.+)$", training.__doc__ or "", re.M):
        modules += [*re.findall(r"\((\w+):", rest), name]
    return modules


def floor() -> set[str]:
    """Give the modules of training that the docstring lets serving use."""
    names = order()
    return set(names[: names.index("store") + 1])


def shown(wrong: list[Import]) -> list[str]:
    """Name imports so that a person finds them."""
    return [f"{one.file.relative_to(ROOT)}:{one.line} imports {one.name}" for one in wrong]


def test_the_docstring_names_every_module_of_training_once() -> None:
    modules = {path.stem for path in (ROOT / "training").glob("*.py")} - {"__init__"}
    modules |= {path.parent.name for path in (ROOT / "training").glob("*/__init__.py")}
    assert sorted(order()) == sorted(modules)


def test_the_floor_is_what_stands_above_offline_in_the_docstring() -> None:
    above, below = (training.__doc__ or "").split("Offline, ")
    assert all(re.search(rf"\b{name}\b", above) for name in floor())
    offline = {
        "addresses",
        "download",
        "fetch",
        "feeds",
        "settings",
        "parallel",
        "fitting",
        "discovery",
        "corpus",
        "certainty",
        "evaluate",
        "examine",
        "bootstrap",
        "drift",
    }
    offline |= {"train", "gate", "retrain"}
    assert all(re.search(rf"^    {name} ", below, re.M) for name in offline)
    assert not offline & floor()


def test_training_knows_no_http_and_no_terminal() -> None:
    assert shown([one for one in imports("training/**/*.py") if one.name.split(".")[0] in FACES]) == []


def test_within_training_imports_run_downwards_only() -> None:
    modules = order()
    rank = {name: number for number, name in enumerate(modules)}
    wrong = [
        one
        for one in imports("training/**/*.py")
        if one.module and one.module != one.home and not rank[one.module] < rank.get(one.home, -1)
    ]
    assert shown(wrong) == []


@pytest.mark.parametrize(
    "package",
    [
        training.kernels,
        training.readers,
        training.store,
        training.feeds,
        training.fitting,
        training.discovery,
        training.gate,
        training.drift,
        training.report,
    ],
    ids=["kernels", "readers", "store", "feeds", "fitting", "discovery", "gate", "drift", "report"],
)
def test_within_a_package_imports_run_downwards_only(package: ModuleType) -> None:
    name = package.__name__.removeprefix("training.")
    parts = re.findall(r"^    (\w+) {2,}", package.__doc__ or "", re.M)
    assert sorted(parts) == sorted(path.stem for path in (ROOT / "training" / name).glob("[!_]*.py"))
    wrong = []
    for one in imports(f"training/{name}/[!_]*.py"):
        words = one.name.split(".")
        if words[:2] == ["training", name] and words[2] not in parts[: parts.index(one.file.stem)]:
            wrong.append(one)
    assert shown(wrong) == []


def test_http_uses_the_floor_of_training_only() -> None:
    found = imports("service/*.py")
    assert {one.file.name for one in found} >= {"api.py", "app.py", "live.py", "web.py", "problems.py"}
    assert shown([one for one in found if one.module and one.module not in floor()]) == []


def test_http_knows_nothing_of_commands() -> None:
    assert shown([one for one in imports("service/*.py") if one.name.startswith("service.commands")]) == []


def test_commands_reach_what_is_offline_inside_functions_only() -> None:
    allowed = floor() | {"settings"}
    wrong = [
        one for one in imports("service/commands/*.py") if one.module and one.module not in allowed and not one.inside
    ]
    assert shown(wrong) == []


@pytest.mark.parametrize(
    "library, home",
    [
        ("joblib", {"training/artifact.py", "training/unpickling.py"}),
        ("gensim", {"training/discovery/reference.py"}),
        ("numba", {"training/kernels/compiling.py"}),
        (
            "sklearn",
            {
                "training/evaluate.py",
                "training/fitting/calibration.py",
                "training/fitting/parts.py",
                "training/fitting/vocabulary.py",
                "training/fitting/words.py",
                "training/focus.py",
            },
        ),
        ("rensa", {"training/minhash.py"}),
        ("filelock", {"training/lock.py", "service/loading.py"}),
        ("fsspec", {"training/objects.py"}),
        ("platformdirs", {"training/remote.py"}),
        ("threadpoolctl", {"training/fitting/__init__.py"}),
        ("pyarrow", {"training/readers/tables.py"}),
        ("tarfile", {"training/fetch.py"}),
        ("urllib", {"training/addresses.py", "training/download.py"}),
        ("xml", {"training/feeds/entries.py", "training/feeds/tree.py"}),
        ("lxml", {"training/feeds/prose.py"}),
        ("zstandard", {"training/readers/streams.py"}),
        ("granian", {"service/commands/serve.py"}),
        ("prometheus_client", {"service/metrics.py"}),
    ],
)
def test_a_library_has_few_homes(library: str, home: set[str]) -> None:
    found = [one for one in imports("training/**/*.py", "service/**/*.py") if one.name.split(".")[0] == library]
    assert {one.file.relative_to(ROOT).as_posix() for one in found} == home


@pytest.mark.parametrize("library", ["sqlalchemy", "alembic"])
def test_the_database_is_the_store_s_alone(library: str) -> None:
    found = [one for one in imports("training/**/*.py", "service/**/*.py") if one.name.split(".")[0] == library]
    assert found
    assert shown([one for one in found if ROOT / "training" / "store" not in one.file.parents]) == []


def test_the_store_is_imported_when_it_is_needed() -> None:
    code = "import sys, service.worker, training.train; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    "library",
    [
        "sklearn",
        "scipy",
        "gensim",
        "rensa",
        "trafilatura",
        "lxml",
        "fasttext",
        "granian",
        "pyarrow",
        "tqdm",
        "filelock",
        "fsspec",
    ],
)
def test_what_is_slow_to_import_is_imported_when_it_is_needed(library: str) -> None:
    found = [one for one in imports("training/**/*.py", "service/**/*.py") if one.name.split(".")[0] == library]
    assert found
    assert shown([one for one in found if not one.inside]) == []


def test_nothing_of_ours_asks_for_tests_or_benches() -> None:
    found = imports("training/**/*.py", "service/**/*.py")
    assert shown([one for one in found if one.name.split(".")[0] in {"tests", "bench", "notebooks", "pytest"}]) == []
