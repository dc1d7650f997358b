"""Seeds: what a folder of them gives, and what a person who made a mistake in one is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import SEEDS
from training.errors import SeedsError
from training.seeds import KINDS, Guard, Seeds, load

SYRIA = '[SY]\nname = "Syria"\ndemonyms = ["Syrian", "Syrians"]\ncapital = ["Damascus"]\n'
STEEL = 'name = "Steel"\nnames = ["steelworks"]\n'


def made(folder: Path, **files: str | bytes) -> Path:
    """Write a folder of seeds: ``labels_X`` is labels/X.toml, all else is named so."""
    (folder / "labels").mkdir()
    for name, content in files.items():
        (folder / file_of(name)).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def file_of(name: str) -> str:
    if name.startswith("labels_"):
        return f"labels/{name.removeprefix('labels_')}.toml"
    return f"{name}.toml" if name in ("countries", "themes") else f"{name}.txt"


def test_a_table_becomes_a_label(tmp_path: Path) -> None:
    guards = (
        '[[SY.guards]]\nterms = ["Damascus"]\nunless = ["Ohio"]\n[[SY.guards]]\nterms = ["Homs"]\ncapitals = false\n'
    )
    seeds = load(made(tmp_path, countries=SYRIA + 'places = ["Homs"]\ndecoys = ["Damascus Steel"]\n' + guards))
    syria = seeds.labels["SY"]
    assert (syria.id, syria.name, syria.decoys) == ("SY", "Syria", ("Damascus Steel",))
    assert list(syria) == [
        ("names", "Syria"),
        ("demonyms", "Syrian"),
        ("demonyms", "Syrians"),
        ("capital", "Damascus"),
        ("places", "Homs"),
    ]
    assert syria.guards == (Guard(("Damascus",), unless=("Ohio",)), Guard(("Homs",), capitals=False))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_term_is_known(tmp_path: Path, kind: str) -> None:
    seeds = load(made(tmp_path, countries=f'[XX]\nname = "X"\n{kind} = ["Y"]\n'))
    assert list(seeds.labels["XX"]) == [("names", "X"), (kind, "Y")]


def test_regions_and_guards_of_them_are_known(tmp_path: Path) -> None:
    guarded = 'regions = ["Ohio", "Ind."]\n[[SY.guards]]\nterms = ["Ind."]\nnational = true\n'
    syria = load(made(tmp_path, countries=SYRIA + guarded)).labels["SY"]
    assert syria.regions == ("Ohio", "Ind.")
    assert syria.guards == (Guard(("Ind.",), national=True),)


def test_a_file_in_labels_adds_to_the_country_whose_id_it_carries(tmp_path: Path) -> None:
    more = (
        'id = "SY"\ncapital = ["Damascus", "Sham"]\nplaces = ["Homs"]\n[[guards]]\nterms = ["Syrian"]\nperson = true\n'
    )
    seeds = load(
        made(tmp_path, countries=SYRIA + '[[SY.guards]]\nterms = ["Damascus"]\nperson = true\n', labels_SY=more)
    )
    syria = seeds.labels["SY"]
    assert syria.name == "Syria"
    assert syria.terms == {"demonyms": ("Syrian", "Syrians"), "capital": ("Damascus", "Sham"), "places": ("Homs",)}
    assert [guard.terms for guard in syria.guards] == [("Damascus",), ("Syrian",)]


def test_a_file_in_labels_may_rename_a_country(tmp_path: Path) -> None:
    assert load(made(tmp_path, countries=SYRIA, labels_SY='name = "Aram"\n')).labels["SY"].name == "Aram"


def test_a_file_in_labels_defines_a_label_of_its_own(tmp_path: Path) -> None:
    seeds = load(made(tmp_path, countries=SYRIA, labels_steel=STEEL))
    assert list(seeds.labels) == ["SY", "steel"]
    assert list(seeds.labels["steel"]) == [("names", "Steel"), ("names", "steelworks")]


def test_countries_are_not_needed(tmp_path: Path) -> None:
    assert list(load(made(tmp_path, labels_steel=STEEL)).labels) == ["steel"]


def test_lists_of_words_have_comments_and_any_layout(tmp_path: Path) -> None:
    words = "# names\nmichael  katie\n\npeter # the first\nkatie\n"
    seeds = load(made(tmp_path, countries=SYRIA, given_names=words, stopwords="the of"))
    assert seeds.given_names == {"michael", "katie", "peter"}
    assert seeds.stop_words == {"the", "of"}


def test_lists_of_words_are_not_needed(tmp_path: Path) -> None:
    seeds = load(made(tmp_path, countries=SYRIA))
    assert seeds.given_names == seeds.stop_words == frozenset() and seeds.themes == {}


def test_a_theme_is_its_words(tmp_path: Path) -> None:
    seeds = load(made(tmp_path, countries=SYRIA, themes='# to start from\nrain = """storm flood\nmud"""\n'))
    assert seeds.themes == {"rain": ("storm", "flood", "mud")}


MISTAKES = {
    "not TOML": ("countries", '[SY\nname = "Syria"', ["not TOML", "line 1"]),
    "not UTF-8": ("countries", b'[SY]\nname = "Syri\xe9"', ["can't be read"]),
    "no table": ("countries", 'SY = "Syria"', ['"SY"', "write it as [SY]"]),
    "no name": ("countries", '[SY]\ncapital = ["Damascus"]', ["SY", "name is missing", 'add name = "..."']),
    "name is a list": ("countries", '[SY]\nname = ["Syria"]', ["[SY]", "name", 'name = "Syria"']),
    "name is blank": ("countries", '[SY]\nname = " "', ["[SY]", "name", 'name = "Syria"']),
    "name without a letter": ("countries", '[SY]\nname = "—"', ["[SY]", "name", 'name = "Syria"']),
    "unknown key": ("countries", SYRIA + 'place = ["Homs"]', ["[SY]", "'place'", "places"]),
    "kind is a string": ("countries", SYRIA + 'places = "Homs"', ["[SY]", "places = ["]),
    "decoys is a string": ("countries", SYRIA + 'decoys = "Syria Street"', ["[SY]", "decoys = ["]),
    "term is a number": ("countries", SYRIA + "places = [1]", ["[SY]", "places", "1", "in quotes"]),
    "term is empty": ("countries", SYRIA + 'places = [""]', ["[SY]", "places", "''", "in quotes"]),
    "term without a letter": ("countries", SYRIA + 'places = ["--"]', ["[SY]", "places", "'--'", "in quotes"]),
    "term twice": (
        "countries",
        SYRIA + 'places = ["Homs", "Hama", "Homs"]',
        ["[SY]", "places", "'Homs'", "take one out"],
    ),
    "guards is a string": ("countries", SYRIA + 'guards = "Homs"', ["[SY]", "guards", "[[...guards]]"]),
    "guards is a table": ("countries", SYRIA + '[SY.guards]\nterms = ["Syria"]', ["[SY]", "guards", "[[...guards]]"]),
    "guard without terms": ("countries", SYRIA + "[[SY.guards]]\nperson = true", ["[SY]", "guard 1", "terms = ["]),
    "guard with empty terms": (
        "countries",
        SYRIA + "[[SY.guards]]\nterms = []\nperson = true",
        ["guard 1", "terms = ["],
    ),
    "guard against nothing": (
        "countries",
        SYRIA + '[[SY.guards]]\nterms = ["Syria"]',
        ["guard 1", "add unless, needs"],
    ),
    "guard's terms is a string": ("countries", SYRIA + '[[SY.guards]]\nterms = "Syria"\nperson = true', ["terms = ["]),
    "guard's unless is a string": (
        "countries",
        SYRIA + '[[SY.guards]]\nterms = ["Syria"]\nunless = "Virginia"',
        ["[SY]", "guard 1", "unless = ["],
    ),
    "regions is a string": ("countries", SYRIA + 'regions = "Ohio"', ["[SY]", "regions = ["]),
    "guard's flag is a string": (
        "countries",
        SYRIA + '[[SY.guards]]\nterms = ["Syria"]\nperson = "yes"',
        ["[SY]", "guard 1", "person", "true or false"],
    ),
    "unknown key in a second guard": (
        "countries",
        SYRIA
        + '[[SY.guards]]\nterms = ["Syria"]\nperson = true\n[[SY.guards]]\nterms = ["Syria"]\nwhen = ["Virginia"]',
        ["[SY]", "guard 2", "'when'", "unless"],
    ),
    "guard of a term that is none": (
        "countries",
        SYRIA + '[[SY.guards]]\nterms = ["Syri"]\nperson = true',
        ["SY", "guard 1", "'Syri'", "mend its spelling"],
    ),
    "label: not TOML": ("labels_steel", "name = Steel", ["not TOML", "line 1"]),
    "label: no name": ("labels_steel", 'names = ["steelworks"]', ["steel", "name is missing", 'add name = "..."']),
    "label: another id": ("labels_steel", 'id = "iron"\n' + STEEL, ['id = "iron"', "rename"]),
    "label: id is no string": ("labels_steel", "id = 7\n" + STEEL, ["id", "7"]),
    "label: unknown key": ("labels_steel", STEEL + 'nmaes = ["x"]', ["'nmaes'", "known are name"]),
    "label: kind is a string": ("labels_steel", STEEL + 'groups = "Union"', ["groups = ["]),
    "label: a table too much": ("labels_steel", f"[steel]\n{STEEL}", ["'steel'", "unknown key"]),
    "label: guard of a term that is none": (
        "labels_steel",
        STEEL + '[[guards]]\nterms = ["stele"]\nneeds = ["iron"]',
        ["steel", "guard 1", "'stele'", "mend its spelling"],
    ),
    "theme is a list": ("themes", 'rain = ["storm"]', ['"rain"', "words in quotes"]),
    "theme without words": ("themes", 'rain = " "', ['"rain"', "words in quotes"]),
    "themes: not TOML": ("themes", "rain = storm", ["not TOML", "line 1"]),
    "given names not UTF-8": ("given_names", b"andr\xe9", ["can't be read"]),
    "stop words not UTF-8": ("stopwords", b"\xe0", ["can't be read"]),
}


@pytest.mark.parametrize(("file", "content", "says"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_file_key_and_mend(
    tmp_path: Path, file: str, content: str | bytes, says: list[str]
) -> None:
    folder = made(tmp_path, **({"countries": SYRIA} | {file: content}))
    with pytest.raises(SeedsError) as error:
        load(folder)
    for part in [str(folder / file_of(file)), *says]:
        assert part in str(error.value)


def test_a_guard_in_labels_may_name_terms_of_the_country_only(tmp_path: Path) -> None:
    guard = '[[guards]]\nterms = ["Homs"]\nneeds = ["Syria"]\n'
    with pytest.raises(SeedsError, match="'Homs'"):
        load(made(tmp_path, countries=SYRIA, labels_SY=guard))


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SeedsError, match="no such folder.*--seeds"):
        load(tmp_path / "none")


def test_a_folder_without_labels_is_told(tmp_path: Path) -> None:
    with pytest.raises(SeedsError, match="no labels.*labels/SY.toml"):
        load(made(tmp_path))


def test_seeds_come_back_from_plain_data(tmp_path: Path) -> None:
    guards = '[[SY.guards]]\nterms = ["Syria"]\ncapitals = false\n'
    seeds = load(made(tmp_path, countries=SYRIA + guards, labels_steel=STEEL, given_names="katie", themes="a = 'b c'"))
    again = Seeds.from_data(json.loads(json.dumps(seeds.data)))
    assert again == seeds and again.digest == seeds.digest


@pytest.mark.parametrize(
    ("countries", "given_names", "same"),
    [
        (SYRIA, "peter katie", True),
        (f"# a comment\n{SYRIA}\n", "katie\npeter", True),
        ("[SY]\n" + "\n".join(sorted(SYRIA.splitlines()[1:])), "katie peter", True),
        (SYRIA.replace("Damascus", "Dimashq"), "katie peter", False),
        (SYRIA, "katie", False),
        (SYRIA + '[[SY.guards]]\nterms = ["Syria"]\nperson = true\n', "katie peter", False),
    ],
    ids=["order of words", "layout", "order of keys", "a term", "a given name", "a guard"],
)
def test_the_digest_changes_with_what_the_seeds_say(
    tmp_path: Path, countries: str, given_names: str, same: bool
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = load(made(tmp_path / "a", countries=SYRIA, given_names="katie peter"))
    second = load(made(tmp_path / "b", countries=countries, given_names=given_names))
    assert (first.digest == second.digest) is same


def test_the_seeds_of_the_project_load_and_know_the_world() -> None:
    seeds = load(SEEDS)
    assert {"SY", "LY", "FR", "XK", "US", "CN", "TV"} <= set(seeds.labels)
    assert len(seeds.labels) >= 250
    assert seeds.labels["SY"].name == "Syria" and ("capital", "Damascus") in set(seeds.labels["SY"])
    assert seeds.given_names and seeds.stop_words and seeds.themes
    assert all(label.id == id and label.name.strip() for id, label in seeds.labels.items())
