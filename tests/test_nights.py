"""Ten nights on real news: what comes, what is judged, what goes wrong, and a service that answers all the while.

500 articles arrive a night, in the order of their dates, and hand-coded ones that people judge over HTTP. One night a
bot judges wrongly, one run is killed, one finds the disk full.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SEEDS
from tests.helping import wait_for
from tests.served import DESK, Server, environment, serving
from training.article import Article
from training.fitting.folds import day
from training.registry import Registry
from training.store import Judgment, Store, url_of

NIGHTS, ARRIVING = 10, 500
POISONED, KILLED, FULL = 4, 6, 8
WRONG = 150  # articles that the bot judges
ROOM = 2 << 20  # bytes that a file may have where the disk is full
PATIENCE = 600.0  # seconds in which a night has surely ended
SWAP = 5.0  # seconds in which every worker answers with a promoted model
WORKERS = 2
QUESTION = {"text": "Rain fell on Damascus all night, and Syria closed its harbour road."}


@dataclass
class Load:
    """What constant clients were answered."""

    statuses: list[int] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)


@dataclass
class Night:
    """How one night went."""

    number: int
    code: int
    said: str
    champion: str | None
    current: str | None
    took: bool = True

    @property
    def promoted(self) -> bool:
        return self.champion != self.current


@pytest.fixture(scope="module")
def arriving(shared: Path) -> list[list[Article]]:
    """News by date, so many a night."""
    with gzip.open(shared / "corpora" / "news.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for line in lines if day((row := json.loads(line)).get("date")) > "2010"]
    rows.sort(key=lambda row: (day(row["date"]), row["id"]))
    articles = map(Article.from_row, rows)
    return [list(islice(articles, ARRIVING)) for _ in range(NIGHTS)]


@pytest.fixture(scope="module")
def coded(shared: Path) -> list[list[dict[str, Any]]]:
    """Hand-coded articles, a part of them each night."""
    rows = [json.loads(line) for line in (shared / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    return [rows[number::NIGHTS] for number in range(NIGHTS)]


@contextmanager
def asked(server: Server, load: Load) -> Iterator[None]:
    """Let two clients ask again and again until the block ends."""
    ended = threading.Event()

    def ask() -> None:
        for _ in range(100_000):
            if ended.wait(0.02):
                return
            try:
                status, answer = server.ask("POST", "/v1/label", QUESTION)
                load.statuses.append(status)
                load.versions.add(answer["model"]["version"])
            except Exception as error:
                load.failures.append(repr(error))

    clients = [threading.Thread(target=ask) for _ in range(2)]
    for client in clients:
        client.start()
    try:
        yield
    finally:
        ended.set()
        for client in clients:
            client.join(60)


def judge_rightly(server: Server, rows: list[dict[str, Any]]) -> None:
    """Judge hand-coded articles over HTTP, as an editor would."""
    sent = [{key: row[key] for key in ("id", "title", "text") if row.get(key)} for row in rows]
    assert server.ask("POST", "/v1/articles", {"articles": sent})[0] == 201
    for row in rows:
        said = dict.fromkeys(("SY", "LY"), "no")
        said |= dict.fromkeys(row["labels"], "yes") | dict.fromkeys(row.get("unsure", ()), "unsure")
        for label, value in said.items():
            judgment = {"article": row["id"], "label": label, "value": value, "who": "editor"}
            status, answer = server.ask("POST", "/v1/judgments", judgment)
            assert status == 201, answer


def judge_wrongly(models: Path, articles: list[Article]) -> None:
    """Judge articles as a bot that has gone wrong: what they are about is a no, and something else a yes."""
    model = Registry(models).load()
    wrong = []
    for one in articles:
        labels = [label.id for label in model.label(one, evidence=False).labels]
        other = next(label for label in ("LY", "SY", "FR") if label not in labels)
        if labels and one.id:
            wrong += [Judgment(one.id, label, "no", "bot") for label in labels]
            wrong.append(Judgment(one.id, other, "yes", "bot"))
        if len({judgment.article for judgment in wrong}) == WRONG:
            break
    with Store(url_of(models)) as store:
        store.judgments.add(wrong)


LIMITED = """
import resource, sys
from service.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv = ["desk", *sys.argv[2:]]
main()
"""


def desk(models: Path, *words: str, room: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run a verb, where the disk has so much room."""
    start = [str(DESK)] if room is None else [sys.executable, "-c", LIMITED, str(room)]
    command = [*start, *words, "--models", str(models)]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=PATIENCE)


def retrain(models: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return desk(models, "retrain", "--seeds", str(SEEDS), "--format", "json", **options)


def killed(models: Path) -> subprocess.CompletedProcess[str]:
    """Begin a night and kill it while it trains."""
    command = [str(DESK), "retrain", "--seeds", str(SEEDS), "--models", str(models)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
    assert process.stderr is not None
    told = ""
    while "word" not in told and (piece := process.stderr.read(20)):  # classifiers for words are being fitted
        told += piece
    process.kill()
    said, _ = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, said, told)


def play(number: int, models: Path, server: Server, articles: list[Article], rows: list[dict[str, Any]]) -> Night:
    """Play one night."""
    with Store(url_of(models)) as store:
        store.articles.add_many(articles)
    judge_rightly(server, rows)
    if number == POISONED:
        judge_wrongly(models, articles)
    if number == POISONED + 1:
        assert desk(models, "store", "retract", "--who", "bot").returncode == 0
    registry = Registry(models)
    champion = registry.current()
    done = killed(models) if number == KILLED else retrain(models, **({"room": ROOM} if number == FULL else {}))
    night = Night(number, done.returncode, done.stdout, champion, registry.current())
    if done.stderr and number == FULL:
        night.said = done.stderr
    seen: set[str] = set()

    def everywhere() -> bool:
        seen.clear()
        seen.update(server.version() for _ in range(4 * WORKERS))
        return seen == {night.current}

    night.took = wait_for(everywhere, SWAP)
    return night


@dataclass
class Played:
    """All ten nights."""

    models: Path
    nights: dict[int, Night]
    load: Load
    seconds: float


@pytest.fixture(scope="module")
def played(
    models: Path,
    arriving: list[list[Article]],
    coded: list[list[dict[str, Any]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Played:
    folder = Path(shutil.copytree(models, tmp_path_factory.mktemp("nights") / "models"))
    load, nights, start = Load(), {}, time.monotonic()
    with serving(folder, "--workers", str(WORKERS)) as server, asked(server, load):
        for number, (articles, rows) in enumerate(zip(arriving, coded, strict=True), 1):
            nights[number] = play(number, folder, server, articles, rows)
    return Played(folder, nights, load, time.monotonic() - start)


GOOD = [number for number in range(1, NIGHTS + 1) if number not in (POISONED, KILLED, FULL)]


@pytest.mark.parametrize("number", GOOD)
def test_a_good_night_is_promoted(played: Played, number: int) -> None:
    night = played.nights[number]
    assert night.code == 0, night.said
    assert night.promoted and json.loads(night.said)["version"] == night.current


def test_the_night_of_wrong_judgments_is_refused(played: Played) -> None:
    night = played.nights[POISONED]
    assert (night.code, night.promoted) == (1, False)
    assert any("on known articles falls" in reason for reason in json.loads(night.said)["reasons"])


def test_the_night_that_is_killed_leaves_the_champion(played: Played) -> None:
    night = played.nights[KILLED]
    assert (night.code, night.promoted) == (-9, False)


def test_the_night_without_room_says_so_and_leaves_the_champion(played: Played) -> None:
    night = played.nights[FULL]
    assert (night.code, night.promoted) == (2, False)
    assert "no room" in night.said and "Traceback" not in night.said


def test_every_request_was_answered(played: Played) -> None:
    assert played.load.failures == []
    assert len(played.load.statuses) > 1000 and set(played.load.statuses) == {200}
    promoted = {night.current for night in played.nights.values() if night.promoted}
    assert promoted <= played.load.versions


def test_every_worker_took_each_promoted_model_in_time(played: Played) -> None:
    assert [number for number, night in played.nights.items() if not night.took] == []


def test_nothing_is_left_behind(played: Played) -> None:
    left = [path.name for path in played.models.iterdir() if path.name.startswith(".unfinished")]
    assert left == []
    assert desk(played.models, "models", "verify").returncode == 0
    with Store(url_of(played.models)) as store:
        count = store.articles.count()
    assert count["articles"] == NIGHTS * ARRIVING + 240
    about = Registry(played.models).about()
    assert about["articles"]["judged"] >= 440 + 240 and about["parent"] == played.nights[NIGHTS].champion
