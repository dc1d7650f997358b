"""The store on both databases: what becomes of articles, what copies are, who judged what, and what is let go."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, make_url, text

from tests.helping import tiny_rows, wait_for
from training import minhash
from training.article import Article
from training.errors import InputError, NoRoom, StoreError
from training.store import Feed, Judgment, Store, is_there, url_of
from training.store.adding import State
from training.store.articles import resolved
from training.store.copies import ALIKE
from training.store.database import HEAD
from training.store.judgments import Said, Value

DAY = datetime(2026, 11, 1, 3, tzinfo=UTC)
STORY = (
    "Engineers reopened the old harbour road of Tartus on Sunday, four weeks after the winter floods had closed it to "
    "all traffic. The road is the only way to the upper villages, and the ferry that replaced it carried no lorries. "
    "A baker at the northern end of the crossing said that her family had eaten what was in the cellars. The ministry "
    "promised a second bridge by the end of next year, and the province asked for money from abroad to pay for it."
)
EDITED = STORY.replace("four weeks", "five weeks").replace("next year", "the decade")
OTHER = (
    "Players of the national side left the stadium in silence after a fourth defeat in a row. Their coach spoke of a "
    "young squad that needs time, the federation of a contract that ends in June, and the supporters of neither."
)


def numbered(count: int) -> list[Article]:
    return [Article.from_row(row) for row in tiny_rows()[:count]]


def ids(store: Store, **asked: object) -> list[str | None]:
    return [one.article.id for one in store.articles.read(**asked)]  # type: ignore[arg-type]


# adding


def test_an_article_comes_back_as_it_came(store: Store) -> None:
    rich = Article(
        STORY,
        "Road reopens",
        "a1",
        "2026-11-01T08:00:00Z",
        "The Example",
        "TARTUS",
        frozenset({"SY"}),
        frozenset({"LB"}),
    )
    (added,) = store.articles.add([rich], feed="http://127.0.0.1/feed", at=DAY)
    assert added == ("a1", "new", None)
    (found,) = store.articles.read()
    assert found.article == rich
    assert (found.received_at, found.feed, found.copy_of) == (DAY, "http://127.0.0.1/feed", None)
    assert store.articles.get("a1") == found and store.articles.get("a2") is None


def test_one_without_an_id_is_called_by_its_digest(store: Store) -> None:
    first, again = store.articles.add([Article(STORY)]), store.articles.add([Article(STORY)])
    assert first[0].id == again[0].id and len(first[0].id) == 24
    assert [added.state for added in first + again] == ["new", "known"]
    assert store.articles.count()["articles"] == 1


@pytest.mark.parametrize(
    ("second", "state"),
    [
        (Article(STORY, id="a"), "known"),
        (Article(OTHER, id="a"), "edited"),
        (Article(STORY, id="a", labels=frozenset({"SY"})), "edited"),
        (Article(STORY, id="a", source="Another"), "edited"),
        (Article(STORY, id="b"), "copy"),
        (Article(EDITED, id="b"), "copy"),
        (Article(OTHER, id="b"), "new"),
    ],
    ids=["the same", "other text", "labels", "other source", "other id", "lightly edited", "another story"],
)
@pytest.mark.parametrize("together", [False, True], ids=["one after the other", "in one go"])
def test_what_becomes_of_a_second_article(store: Store, second: Article, state: State, together: bool) -> None:
    first = Article(STORY, id="a")
    added = (
        store.articles.add([first, second])
        if together
        else [*store.articles.add([first]), *store.articles.add([second])]
    )
    assert [one.state for one in added] == ["new", state]
    assert added[1].copy_of == ("a" if state == "copy" else None)
    kept = store.articles.get(second.id or "")
    assert kept is not None and kept.article == second


def test_labels_that_an_article_came_with_outlive_an_edit_without_any(store: Store) -> None:
    store.articles.add([Article(STORY, id="a", labels=frozenset({"SY"}))])
    store.articles.add([Article(EDITED, id="a")])
    kept = store.articles.get("a")
    assert kept is not None and (kept.article.text, kept.article.labels) == (EDITED, frozenset({"SY"}))


def test_later_copies_are_copies_of_the_first_one(store: Store) -> None:
    store.articles.add([Article(STORY, id="first")])
    copied = store.articles.add([Article(EDITED, id="second"), Article(EDITED + " More tomorrow.", id="third")])
    assert [(one.state, one.copy_of) for one in copied] == [("copy", "first")] * 2
    assert ids(store) == ["first"] and ids(store, copies=True) == ["first", "second", "third"]
    assert store.articles.count()["copies"] == 2


def test_copies_follow_an_original_that_was_rewritten(store: Store) -> None:
    store.articles.add([Article(STORY, id="a")])
    store.articles.add([Article(OTHER, id="a")])
    added = store.articles.add([Article(STORY, id="b"), Article(OTHER, id="c")])
    assert [(one.state, one.copy_of) for one in added] == [("new", None), ("copy", "a")]


def test_copies_that_an_original_left_behind_are_read_again(store: Store) -> None:
    store.articles.add([Article(STORY, id="a"), Article(EDITED, id="b"), Article(EDITED + " More tomorrow.", id="c")])
    store.articles.add([Article(OTHER, id="a")])
    assert ids(store) == ["a", "b"]
    assert [one.copy_of for one in store.articles.add([Article(STORY, id="d"), Article(OTHER, id="e")])] == ["b", "a"]


def test_copies_stay_with_an_original_that_was_lightly_edited(store: Store) -> None:
    store.articles.add([Article(STORY, id="a"), Article(STORY, id="b"), Article(EDITED, id="a")])
    assert ids(store) == ["a"]


@pytest.mark.parametrize("together", [False, True], ids=["one after the other", "in one go"])
@pytest.mark.parametrize(
    ("edited", "read"),
    [(OTHER, ["a", "b"]), (EDITED, ["a"]), ("More follows soon.", ["a", "b"])],
    ids=["another story", "lightly edited", "too short to tell"],
)
def test_a_copy_that_was_rewritten_is_no_copy_any_more(
    store: Store, edited: str, read: list[str], together: bool
) -> None:
    given = [Article(STORY, id="a"), Article(STORY, id="b"), Article(edited, id="b")]
    for some in [given] if together else [[one] for one in given]:
        store.articles.add(some, at=DAY)
    assert ids(store) == read
    assert store.articles.add([Article(OTHER, id="c")])[0].copy_of == ("b" if edited == OTHER else None)
    assert store.articles.prune(DAY + timedelta(days=1)) == 2 and ids(store, copies=True) == ["c"]


def test_a_first_line_that_became_a_known_story_is_a_copy(store: Store) -> None:
    store.articles.add([Article(STORY, id="a"), Article("More follows soon.", id="b")])
    assert ids(store) == ["a", "b"]
    store.articles.add([Article(EDITED, id="b"), Article(EDITED + " More tomorrow.", id="c")])
    assert ids(store) == ["a"]


def test_a_copy_without_a_signature_outlives_its_original(store: Store) -> None:
    store.articles.add([Article(STORY, id="a")], at=DAY)
    store.articles.add([Article(EDITED, id="b"), Article(EDITED, id="c")], at=DAY + timedelta(days=1))
    store._database.write(
        lambda connection: connection.execute(text("UPDATE articles SET signature = NULL WHERE id = 'b'"))
    )
    assert store.articles.prune(DAY + timedelta(hours=1)) == 1
    assert ids(store) == ["b", "c"]


def test_an_article_may_change_back_and_forth_in_one_go(store: Store) -> None:
    added = store.articles.add([Article(body, id="a") for body in (STORY, OTHER, STORY, OTHER)])
    assert [one.state for one in added] == ["new", "edited", "edited", "edited"]
    assert [store.articles.add([Article(body)])[0].state for body in (STORY, OTHER)] == ["new", "copy"]


def test_an_article_too_short_to_tell_is_no_copy(store: Store) -> None:
    short = [Article("More follows soon.", id=str(number)) for number in range(3)]
    assert [one.state for one in store.articles.add(short)] == ["new"] * 3


def test_copies_are_alike_by_more_than_the_bound(store: Store) -> None:
    words = [f"word{number}" for number in range(200)]
    store.articles.add([Article(" ".join(words), id="whole")])
    for part, state in ((0.95, "copy"), (0.5, "new")):
        mixed = words[: int(200 * part)] + [f"other{number}" for number in range(int(200 * (1 - part)))]
        assert store.articles.add([Article(" ".join(mixed), id=str(part))])[0].state == state
    assert 0.5 < ALIKE < 0.9 and minhash.SHORT == 10


@pytest.mark.parametrize("character", ["\0", "\ud800"], ids=["NUL", "half of a pair"])
def test_what_no_database_keeps_is_replaced(store: Store, character: str) -> None:
    (added,) = store.articles.add([Article(f"Rain{character} fell on Damascus.", f"Rain{character}", f"id{character}")])
    kept = store.articles.get(added.id)
    assert kept is not None and kept.article.text == "Rain\N{REPLACEMENT CHARACTER} fell on Damascus."
    assert store.articles.get(f"id{character}") == kept
    assert store.articles.add([kept.article])[0].state == "known"


@pytest.mark.parametrize(
    ("article", "told"),
    [(Article("  \n"), "article '': has no text"), (Article(STORY, id="x" * 501), "more than 500 characters")],
    ids=["empty", "long id"],
)
def test_what_can_t_be_kept_is_refused_with_all_that_came_with_it(store: Store, article: Article, told: str) -> None:
    with pytest.raises(InputError, match=told):
        store.articles.add([Article(STORY), article])
    assert store.articles.count()["articles"] == 0


def test_any_number_is_added_some_at_a_time(store: Store) -> None:
    rows = [Article(f"{STORY} {number} {number * 7}", id=str(number)) for number in range(450)]
    counts = store.articles.add_many(iter(rows), at=DAY)
    assert counts == {"new": 1, "copy": 449} and counts.total() == 450
    assert store.articles.count() == {"articles": 450, "copies": 449, "judged": 0, "first": DAY, "last": DAY}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(min_size=1, max_size=60), st.text(max_size=20)), min_size=1, max_size=5))
def test_any_text_can_be_kept(store: Store, texts: list[tuple[str, str]]) -> None:
    articles = [Article(body, title) for body, title in texts if body.strip()]
    for added in store.articles.add(articles):
        assert store.articles.get(added.id) is not None


# reading


def test_articles_are_read_in_any_way_that_is_asked(store: Store) -> None:
    articles = numbered(6)
    for number, one in enumerate(articles):
        store.articles.add([Article(one.text, one.title, f"a{number}")], at=DAY + timedelta(days=number))
    store.judgments.add([Judgment("a2", "SY", "yes", "ann", DAY + timedelta(days=9))])
    assert ids(store) == ["a0", "a1", "a2", "a3", "a4", "a5"]
    assert ids(store, newest_first=True, most=2) == ["a5", "a4"]
    assert ids(store, since=DAY + timedelta(days=3)) == ["a4", "a5"]
    assert ids(store, until=DAY + timedelta(days=1)) == ["a0", "a1"]
    assert ids(store, judged=True) == ["a2"]
    assert ids(store, judged=False, since=DAY) == ["a1", "a3", "a4", "a5"]
    assert ids(store, judged=True, until=DAY + timedelta(days=8)) == []


def test_pages_join_without_a_gap(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.store.articles._PAGE", 3)
    store.articles.add(numbered(10))
    expected = [one.id for one in numbered(10)]
    assert ids(store) == expected and ids(store, newest_first=True) == expected[::-1]
    assert ids(store, most=7) == expected[:7] and ids(store, most=0) == []


# judging


@pytest.mark.parametrize(
    ("by", "value", "disputed"),
    [
        ({"ann": "yes"}, "yes", False),
        ({"ann": "no", "ben": "no", "cem": "yes"}, "no", True),
        ({"ann": "no", "ben": "yes"}, "unsure", True),
        ({"ann": "yes", "ben": "unsure"}, "yes", False),
        ({"ann": "unsure"}, "unsure", False),
    ],
    ids=["one", "majority", "divided", "one is sure", "nobody is sure"],
)
def test_persons_are_counted(by: dict[str, Value], value: Value, disputed: bool) -> None:
    assert (Said(by).value, Said(by).disputed) == (value, disputed)


LABELLED = Article("", labels=frozenset({"SY", "LY"}), unsure=frozenset({"FR"}))
PARTLY = Article("", labels=frozenset({"SY"}), judged=frozenset({"SY", "FR"}))


@pytest.mark.parametrize(
    ("article", "said", "labels", "unsure", "judged"),
    [
        (Article(""), {"SY": "yes", "LY": "no"}, {"SY"}, set(), {"SY", "LY"}),
        (Article(""), {"SY": "unsure"}, set(), {"SY"}, {"SY"}),
        (LABELLED, {"SY": "no", "FR": "yes"}, {"LY", "FR"}, set(), None),
        (LABELLED, {"LY": "unsure"}, {"SY"}, {"FR", "LY"}, None),
        (PARTLY, {"LY": "yes"}, {"SY", "LY"}, set(), {"SY", "FR", "LY"}),
    ],
    ids=["nobody labelled it", "unsure", "labelled", "labelled, now unsure", "labelled in part"],
)
def test_what_people_say_outweighs_what_an_article_came_with(
    article: Article, said: dict[str, Value], labels: set[str], unsure: set[str], judged: set[str] | None
) -> None:
    found = resolved(article, {label: Said({"ann": value}) for label, value in said.items()})
    expected = frozenset(labels), frozenset(unsure), None if judged is None else frozenset(judged)
    assert (found.labels, found.unsure, found.judged) == expected


def test_an_article_nobody_spoke_of_is_as_it_was() -> None:
    assert resolved(LABELLED, {}) is LABELLED


def test_the_latest_of_a_person_counts_and_nothing_is_forgotten(store: Store) -> None:
    store.articles.add([Article(STORY, id="a")])
    said: list[tuple[str, Value]] = [("ann", "no"), ("ben", "yes"), ("ann", "yes")]
    for hours, (who, value) in enumerate(said):
        store.judgments.add([Judgment("a", "SY", value, who, DAY + timedelta(hours=hours))])
    stored = store.articles.get("a")
    assert stored is not None and stored.article.labels == frozenset({"SY"})
    assert [(one.who, one.value) for one in store.judgments.of("a")] == said
    assert store.judgments.count() == 3
    assert [one.who for one in store.judgments.since(DAY)] == ["ben", "ann"]
    assert json.loads(json.dumps(store.judgments.of("a")[0].as_row()))["value"] == "no"


def test_as_it_was_at_a_moment(store: Store) -> None:
    store.articles.add([Article(STORY, id="a")], at=DAY)
    values: tuple[Value, ...] = ("no", "yes")
    for day, value in enumerate(values, 1):
        store.judgments.add([Judgment("a", "SY", value, "ann", DAY + timedelta(days=day))])
    labels = [next(store.articles.read(until=DAY + timedelta(days=days))).article.labels for days in range(3)]
    assert labels == [None, frozenset(), {"SY"}]


@pytest.mark.parametrize("character", ["\0", "\ud800"], ids=["NUL", "half of a pair"])
def test_whatever_is_asked_for_is_looked_for(store: Store, character: str) -> None:
    odd = f"a{character}"
    assert (store.articles.get(odd), store.judgments.of(odd), store.judgments.now(odd)) == (None, [], {})
    assert store.judgments.retract(odd) == 0
    with pytest.raises(InputError, match="is not in the store"):
        store.judgments.add([Judgment(odd, "SY", "yes", "ann")])
    store.articles.add([Article(STORY, id=odd, labels=frozenset({f"S{character}", "SY"}))])
    assert store.judgments.add([Judgment(odd, "SY", "no", "ann")]) == 1
    kept = store.articles.get(odd)
    assert kept is not None and kept.article.labels == frozenset({"S\N{REPLACEMENT CHARACTER}"})
    assert [one.value for one in store.judgments.of(odd)] == ["no"] and store.judgments.retract(" ann ") == 1


def test_disagreements_are_shown_until_they_are_settled(store: Store) -> None:
    store.articles.add([Article(STORY, id="a"), Article(OTHER, id="b")])
    store.judgments.add([Judgment("a", "SY", "yes", "ann"), Judgment("b", "FR", "yes", "ann")])
    assert store.judgments.disputed() == []
    store.judgments.add([Judgment("a", "SY", "no", "ben")])
    assert store.judgments.disputed() == [("a", "SY", Said({"ann": "yes", "ben": "no"}))]
    stored = store.articles.get("a")
    assert stored is not None and stored.article.unsure == {"SY"} and stored.article.labels == frozenset()
    store.judgments.add([Judgment("a", "SY", "no", "ann")])
    assert store.judgments.disputed() == []


def test_what_a_person_said_can_be_made_to_count_no_more(store: Store) -> None:
    store.articles.add([Article(STORY, id="a"), Article(OTHER, id="b")])
    said: list[tuple[str, str, Value, str]] = [
        ("a", "SY", "no", "bot"),
        ("a", "SY", "yes", "ann"),
        ("b", "FR", "no", "bot"),
        ("b", "FR", "yes", "bot"),
    ]
    for hours, (article, label, value, who) in enumerate(said):
        store.judgments.add([Judgment(article, label, value, who, DAY + timedelta(hours=hours))])
    assert store.judgments.retract("bot", DAY + timedelta(hours=1)) == 1
    kept = {one.article.id: one.article for one in store.articles.read()}
    assert [kept["a"].unsure, kept["b"].unsure, kept["b"].labels] == [{"SY"}, {"FR"}, frozenset()]
    assert store.judgments.retract("bot") == 1 and store.judgments.retract("bot") == 0
    assert next(store.articles.read()).article.labels == frozenset({"SY"})
    assert store.judgments.count() == 6


@pytest.mark.parametrize(
    ("judgment", "told"),
    [
        (Judgment("nowhere", "SY", "yes", "ann"), "'nowhere' is not in the store"),
        (Judgment("a", "SY", "maybe", "ann"), "yes, no or unsure"),  # type: ignore[arg-type]
        (Judgment("a", "SY", "yes", " "), "who"),
        (Judgment("a", "S\nY", "yes", "ann"), "label"),
        (Judgment("a", "SY", "yes", "x" * 201), "who"),
    ],
    ids=["no article", "no value", "nobody", "label", "long name"],
)
def test_a_wrong_judgment_is_refused_with_all_that_came_with_it(store: Store, judgment: Judgment, told: str) -> None:
    store.articles.add([Article(STORY, id="a")])
    with pytest.raises(InputError, match=told):
        store.judgments.add([Judgment("a", "SY", "yes", "ann"), judgment])
    assert store.judgments.count() == 0


# letting go


def test_old_articles_go_and_judged_ones_stay(store: Store) -> None:
    for day, one in enumerate(numbered(4)):
        store.articles.add([Article(one.text, one.title, f"a{day}")], at=DAY + timedelta(days=day))
    store.judgments.add([Judgment("a0", "SY", "yes", "ann")])
    before = DAY + timedelta(days=2)
    assert store.articles.prune(before, dry_run=True) == 1 and store.articles.count()["articles"] == 4
    assert store.articles.prune(before) == 1
    assert ids(store) == ["a0", "a2", "a3"]
    assert store.articles.prune(before, judged=True) == 1
    assert ids(store) == ["a2", "a3"] and store.judgments.count() == 0
    assert store.articles.prune(before) == 0


def test_the_oldest_copy_takes_the_place_of_an_original_that_goes(store: Store) -> None:
    for day, (id, body) in enumerate({"a": STORY, "b": EDITED, "c": EDITED + " More tomorrow."}.items()):
        store.articles.add([Article(body, id=id)], at=DAY + timedelta(days=day))
    store.articles.prune(DAY + timedelta(hours=1))
    assert ids(store) == ["b"] and ids(store, copies=True) == ["b", "c"]
    assert store.articles.add([Article(STORY, id="d")])[0].copy_of == "b"


def test_a_number_is_never_given_twice(store: Store) -> None:
    store.articles.add([Article(STORY, id="a")], at=DAY)
    first = next(store.articles.read()).number
    store.articles.prune(DAY + timedelta(days=1))
    store.articles.add([Article(STORY, id="a")])
    assert next(store.articles.read()).number > first


# feeds


def test_a_feed_is_remembered(store: Store) -> None:
    feed = Feed("http://127.0.0.1/rss", DAY, "News", '"tag"', "Sun, 01 Nov", DAY, None, 3, "it answers 500", 2, DAY)
    store.feeds.put(Feed(feed.url, DAY))
    store.feeds.put(feed)
    assert store.feeds.all() == [feed] == [store.feeds.get(feed.url)]
    assert json.loads(json.dumps(feed.as_row()))["failures"] == 2
    assert store.feeds.remove(feed.url) and not store.feeds.remove(feed.url)
    assert store.feeds.get(feed.url) is None


# the database itself


def test_the_schema_is_that_of_the_tables(store_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from training.store.tables import metadata

    Store(store_url).close()
    engine = create_engine(make_url(store_url))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_newest_migration_is_the_one_that_is_expected() -> None:
    config = Config()
    config.set_main_option("script_location", "training/store/migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_store_is_opened_again_as_it_was(store_url: str) -> None:
    for state in ("new", "known"):
        with Store(store_url) as store:
            assert store.articles.add([Article(STORY)])[0].state == state


def at_once(work: Callable[[int], None]) -> None:
    """Do six pieces of work in threads; what goes wrong in any is raised."""
    with ThreadPoolExecutor(6) as threads:
        for _ in threads.map(work, range(6)):
            pass


def test_a_store_of_an_older_program_is_brought_up_to_date(store_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", "training/store/migrations")
    url = make_url(store_url)
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text(f"INSERT INTO feeds (url, added_at, articles, failures) VALUES ('u', '{OLD}', 3, 2)"))
        columns = "number, id, digest, title, text, received_at"
        connection.execute(text(f"INSERT INTO articles ({columns}) VALUES (7, 'a', 'd', '', 'Rain.', '{OLD}')"))
    engine.dispose()
    at_once(lambda _: Store(store_url).close())
    with Store(store_url) as store:
        assert store.feeds.all() == [Feed("u", DAY, articles=3, failures=2)] and ids(store) == ["a"]
        store.feeds.put(Feed("u", DAY, wait_until=DAY))
        assert [one.wait_until for one in store.feeds.all()] == [DAY]


OLD = "2026-11-01 03:00:00.000000+00:00"


def test_a_store_of_a_newer_program_is_refused(store_url: str) -> None:
    Store(store_url).close()
    engine = create_engine(make_url(store_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match="newer Foreign Desk.*upgrade the program"):
        Store(store_url)


def test_many_open_a_new_store_at_once(store_url: str) -> None:
    def work(number: int) -> None:
        with Store(store_url) as store:
            store.articles.add([Article(STORY, id="shared"), Article(OTHER, id=str(number))])

    at_once(work)
    with Store(store_url) as store:
        assert sorted(ids(store, copies=True), key=str) == sorted(["shared", *map(str, range(6))])


WRITER = """
import sys
from training.article import Article
from training.store import Store
store = Store(sys.argv[1])
for number in range(10_000):
    texts = [f"Rain fell on the harbour {number} times that {part} of the night" for part in range(20)]
    store.articles.add([Article(text, id=f"{number}-{part}") for part, text in enumerate(texts)])
    print(number, flush=True)
"""


def test_a_writer_that_is_killed_leaves_whole_transactions(store_url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, store_url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGKILL)
    assert said == ["0\n", "1\n", "2\n"]
    with Store(store_url) as store:
        count = store.articles.count()["articles"]
        assert count >= 60 and count % 20 == 0
        assert store.articles.add([Article(STORY)])[0].state == "new"


def test_writers_of_the_same_articles_take_turns(store_url: str) -> None:
    def work(seed: int) -> None:
        with Store(store_url) as store:
            for turn in range(3):
                given = [Article(f"{STORY} {number}", id=str(number)) for number in range(40)]
                Random(f"{seed} {turn}").shuffle(given)
                store.articles.add([*given, Article(f"{OTHER} {seed} {turn}", id="edited")])
                store.judgments.add([Judgment("edited", "SY", "yes", "ann")])

    at_once(work)
    with Store(store_url) as store:
        assert store.articles.count()["articles"] == 41 and store.judgments.count() == 18
        assert len(ids(store)) == 2  # all others are copies of one


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with Store(url) as store:
        store.articles.add([Article(STORY, id="a")])

        def full(connection: sqlite3.Connection, _: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages}")

        from sqlalchemy import event

        engine = store._database._engine
        engine.dispose()
        event.listen(engine, "connect", full)
        with pytest.raises(NoRoom, match="no room"):
            store.articles.add([Article(f"{OTHER} {number}", id=str(number)) for number in range(400)])
        assert ids(store, copies=True) == ["a"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "is no address of a database"),
        ("host=127.0.0.1 user=desk password=secret", "is no address of a database"),
        ("postgresql:desk:secret", "is no address of a database"),
        ("postgresql://desk:secret@127.0.0.1:port/x", "is no address of a database"),
        ("sqlite:////\udcff.sqlite3", "is no address of a database"),
        ("postgresql://desk:a@secret@127.0.0.1/x", "write an @ in a password as %40"),
        ("postgresql://127.0.0.1:1/x?password=secret", "can't be used"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://root:secret@127.0.0.1/x", "mysql is not supported"),
        ("postgresql://desk:secret@127.0.0.1:1/x", "can't be used"),
        ("sqlite:////proc/nowhere/store.sqlite3", "can't be made"),
    ],
    ids=[
        "no address",
        "as libpq has it",
        "no slashes",
        "port in letters",
        "no UTF-8",
        "an @ in the password",
        "password in the query",
        "no file",
        "memory",
        "another database",
        "nobody answers",
        "no folder",
    ],
)
def test_what_can_t_be_opened_is_told_without_the_password(url: str, told: str) -> None:
    with pytest.raises(StoreError, match=told) as caught:
        Store(url)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite3").write_bytes(b"no database at all, but long enough to be taken for one" * 20)
    with pytest.raises(StoreError, match="can't be used"):
        Store(f"sqlite:///{tmp_path / 'store.sqlite3'}")


@pytest.mark.parametrize("name", ["a?b", "a#b", "a%41b", "a b", "ä", "a@b:c"])
def test_a_folder_of_any_name_has_its_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("DESK_DATABASE_URL", raising=False)
    with Store(url_of(tmp_path / name)) as store:
        store.articles.add([Article(STORY)])
    assert is_there(tmp_path / name) and [path.name for path in tmp_path.iterdir()] == [name]


def test_where_the_store_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DESK_DATABASE_URL", raising=False)
    assert url_of(tmp_path) == f"sqlite:///{tmp_path / 'store.sqlite3'}" and not is_there(tmp_path)
    Store(url_of(tmp_path)).close()
    assert is_there(tmp_path) and not is_there("s3://bucket/desk")
    for elsewhere in ("s3://bucket/desk", tmp_path / "\udcff"):
        with pytest.raises(StoreError, match="DESK_DATABASE_URL"):
            url_of(elsewhere)
    monkeypatch.setenv("DESK_DATABASE_URL", "postgresql://host/desk")
    assert url_of(tmp_path) == url_of("s3://bucket/desk") == "postgresql://host/desk" and is_there("elsewhere")


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with Store(url) as store, Store(url) as other:
        store.articles.add([Article(STORY, id="a")])
        reading, done = threading.Event(), threading.Event()

        def write(connection: object) -> None:
            reading.set()
            done.wait(10)

        writer = threading.Thread(target=lambda: store._database.write(write))
        writer.start()
        assert wait_for(reading.is_set) and ids(other) == ["a"]
        done.set()
        writer.join()
