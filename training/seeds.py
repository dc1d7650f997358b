"""Labels and the terms that name them, read from seeds/ and checked so that a person can mend what is wrong.

A label is one TOML table: lists of terms by kind, decoys, and guards for terms that often mean something else.
seeds/README.md describes the format for the people who edit it.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from training.errors import SeedsError
from training.text import spell

KINDS = ("names", "demonyms", "capital", "places", "people", "groups")
_LISTS = ("regions", "decoys")
_GUARD_LISTS = ("terms", "unless", "needs")
_GUARD_FLAGS = ("person", "national", "capitals")


@dataclass(frozen=True, slots=True)
class Guard:
    """When a mention of one of ``terms`` is none.

    ``unless``: one of these stands within 30 words. ``needs``: none of these stands anywhere in the article.
    ``person``: it is part of a person's name. ``national``: another country's name stands before it.
    ``capitals``: False refuses it in a line written all in capitals.
    """

    terms: tuple[str, ...]
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    person: bool = False
    national: bool = False
    capitals: bool = True


@dataclass(frozen=True, slots=True)
class Label:
    """A subject an article can be about: its terms by kind, phrases that only look like one, and guards.

    ``regions`` settle whose place stands before them: "Moscow, Idaho". Those written out are terms too.
    """

    id: str
    name: str
    terms: dict[str, tuple[str, ...]]
    decoys: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    regions: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Give every term with its kind; the name first."""
        yield "names", self.name
        for kind, terms in self.terms.items():
            for term in terms:
                yield kind, term

    @property
    def words(self) -> frozenset[str]:
        """The words of all its terms, as a text's words are counted."""
        return frozenset(word for _, term in self for word in spell(term))


class Labels(Mapping[str, Label]):
    """Labels by id, each made when it is first asked for: a service asks for few of them, and is to start soon."""

    def __init__(self, packed: Mapping[str, str]) -> None:
        """Take the table of each label as JSON."""
        self._packed = packed
        self._made: dict[str, Label] = {}

    def __getitem__(self, id: str) -> Label:
        made = self._made.get(id)
        if made is None:
            made = self._made[id] = _label(id, json.loads(self._packed[id]))
        return made

    def __contains__(self, id: object) -> bool:
        return id in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


@dataclass(frozen=True)
class Seeds:
    """All labels by id, and what helps to read them; each part is made when it is first asked for.

    Attributes:
        packed: what is saved: the table of each label as JSON, and JSON of each other part.
    """

    packed: dict[str, Any]

    @cached_property
    def labels(self) -> Mapping[str, Label]:
        """What can be assigned."""
        return Labels(self.packed["labels"])

    @cached_property
    def given_names(self) -> frozenset[str]:
        """Names of people."""
        return frozenset(json.loads(self.packed["given_names"]))

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """Words that say nothing by themselves."""
        return frozenset(json.loads(self.packed["stop_words"]))

    @cached_property
    def boilerplate(self) -> frozenset[str]:
        """Page furniture, credits and outlets: words that make no topics, though labels may use them."""
        return frozenset(json.loads(self.packed["boilerplate"]))

    @cached_property
    def themes(self) -> dict[str, tuple[str, ...]]:
        """Words of topics that are wanted, by the topic's name."""
        return {name: tuple(words) for name, words in json.loads(self.packed["themes"]).items()}

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain dicts and lists."""
        labels = {id: json.loads(table) for id, table in self.packed["labels"].items()}
        others = {name: json.loads(part) for name, part in self.packed.items() if name != "labels"}
        return {"labels": labels, **others}

    @property
    def digest(self) -> str:
        """SHA-256 of everything the seeds say, in hexadecimal."""
        return hashlib.sha256(json.dumps(self.data, sort_keys=True).encode()).hexdigest()

    @property
    def topicless(self) -> frozenset[str]:
        """Words that make no topics: boilerplate, stop words, and given names that are no term of a label."""
        named = {word for label in self.labels.values() for word in label.words}
        return self.stop_words | self.boilerplate | (self.given_names - named)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Seeds:
        """Make seeds of plain data, as ``data`` gives them; nothing is checked again."""
        labels = {id: json.dumps(table) for id, table in data["labels"].items()}
        return cls({"labels": labels, **{name: json.dumps(part) for name, part in data.items() if name != "labels"}})


def load(folder: str | Path) -> Seeds:
    """Read seeds/: countries.toml, labels/*.toml, themes.toml, given_names.txt, stopwords.txt and boilerplate.txt.

    A file in labels/ defines a label of its own, or adds to the country whose id it carries.

    Raises:
        SeedsError: something is missing or wrong; the message names file, key and mend.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise SeedsError(f"{folder}: no such folder; name the seeds with --seeds DIR")
    tables: dict[str, dict[str, Any]] = {}
    origins: dict[str, str] = {}
    countries = folder / "countries.toml"
    if countries.exists():
        for id, table in _toml(countries).items():
            if not isinstance(table, dict):
                raise SeedsError(f'{countries}: "{id}" must be a table: write it as [{id}]')
            origins[id] = f"{countries}: [{id}]"
            tables[id] = _checked(table, origins[id])
    for path in sorted((folder / "labels").glob("*.toml")):
        table = _toml(path)
        id = table.pop("id", path.stem)
        if id != path.stem:
            raise SeedsError(f'{path}: id = "{id}" must be the file\'s name: rename one of the two')
        origins[id] = str(path)
        tables[id] = _added(tables.get(id, {}), _checked(table, origins[id]))
    for id, table in tables.items():
        if "name" not in table:
            raise SeedsError(f'{origins[id]}: name is missing: add name = "..."')
        _check_guarded_terms(table, origins[id])
    if not tables:
        raise SeedsError(f"{folder}: no labels: put a file such as labels/SY.toml there")
    data = {
        "labels": tables,
        "given_names": _words(folder / "given_names.txt"),
        "stop_words": _words(folder / "stopwords.txt"),
        "boilerplate": _words(folder / "boilerplate.txt"),
        "themes": _themes(folder / "themes.toml"),
    }
    return Seeds.from_data(data)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SeedsError(f"{path}: can't be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SeedsError(f"{path}: not TOML: {error}") from None


def _themes(path: Path) -> dict[str, list[str]]:
    themes = _toml(path) if path.exists() else {}
    for name, words in themes.items():
        if not isinstance(words, str) or not words.split():
            raise SeedsError(
                f'{path}: "{name}" must be words in quotes with blanks between, such as "talks truce peace_deal"'
            )
    return {name: [word.replace("_", " ") for word in words.split()] for name, words in themes.items()}


def _words(path: Path) -> list[str]:
    if not path.exists():
        return []
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SeedsError(f"{path}: can't be read: {error}; save it as UTF-8 text") from error
    return sorted({word for line in content.splitlines() for word in line.partition("#")[0].split()})


def _checked(table: dict[str, Any], where: str) -> dict[str, Any]:
    for key, value in table.items():
        if key == "name":
            if not isinstance(value, str) or not any(char.isalnum() for char in value):
                raise SeedsError(f'{where}: name must be a word or phrase in quotes, such as name = "Syria"')
        elif key in KINDS or key in _LISTS:
            _check_terms(value, f"{where}: {key}")
        elif key == "guards":
            if not isinstance(value, list) or not all(isinstance(guard, dict) for guard in value):
                raise SeedsError(f"{where}: guards must be tables: write each as [[...guards]]")
        else:
            raise SeedsError(f"{where}: unknown key {key!r}; known are name, {', '.join((*KINDS, *_LISTS))}, guards")
    for number, guard in enumerate(table.get("guards", ()), 1):
        _check_guard(guard, f"{where}: guard {number}")
    return table


def _check_guard(guard: dict[str, Any], where: str) -> None:
    for key, value in guard.items():
        if key in _GUARD_LISTS:
            _check_terms(value, f"{where}: {key}")
        elif key not in _GUARD_FLAGS:
            raise SeedsError(f"{where}: unknown key {key!r}; known are {', '.join(_GUARD_LISTS + _GUARD_FLAGS)}")
        elif not isinstance(value, bool):
            raise SeedsError(f"{where}: {key} must be true or false")
    if not guard.get("terms"):
        raise SeedsError(f'{where}: terms is missing: say which terms it guards, such as terms = ["Georgia"]')
    if not guard.keys() - {"terms"}:
        raise SeedsError(f"{where}: it guards against nothing: add unless, needs, person, national or capitals")


def _check_guarded_terms(table: dict[str, Any], where: str) -> None:
    known = {table["name"], *(term for kind in (*KINDS, "regions") for term in table.get(kind, ()))}
    for number, guard in enumerate(table.get("guards", ()), 1):
        for term in guard["terms"]:
            if term not in known:
                raise SeedsError(
                    f"{where}: guard {number}: {term!r} is no term of it: add it to a list, or mend its spelling"
                )


def _check_terms(value: object, where: str) -> None:
    if not isinstance(value, list):
        raise SeedsError(f'{where} must be a list, such as {where.rpartition(" ")[2]} = ["..."]')
    seen = set()
    for term in value:
        if not isinstance(term, str) or not any(char.isalnum() for char in term):
            raise SeedsError(f"{where}: {term!r} is no term: write a word or phrase in quotes")
        if term in seen:
            raise SeedsError(f"{where}: {term!r} stands there twice: take one out")
        seen.add(term)


def _added(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    added = dict(base)
    for key, value in more.items():
        had = base.get(key, ())
        added[key] = [*had, *(v for v in value if v not in had)] if isinstance(value, list) else value
    return added


def _label(id: str, table: dict[str, Any]) -> Label:
    terms = {kind: tuple(table[kind]) for kind in KINDS if kind in table}
    guards = tuple(
        Guard(
            terms=tuple(guard["terms"]),
            unless=tuple(guard.get("unless", ())),
            needs=tuple(guard.get("needs", ())),
            person=guard.get("person", False),
            national=guard.get("national", False),
            capitals=guard.get("capitals", True),
        )
        for guard in table.get("guards", ())
    )
    return Label(id, table["name"], terms, tuple(table.get("decoys", ())), guards, tuple(table.get("regions", ())))
