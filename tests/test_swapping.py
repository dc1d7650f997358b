"""A real `desk serve` whose workers take models, refuse them, count, and label in the shadow."""

from __future__ import annotations

import http.client
import json
import os
import signal
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.helping import other_model, publish, tiny_model, wait_for
from tests.served import ARTICLE, NEW, OLD, PATIENCE, Server, common_folder, refused, serving
from training.artifact import SERVING
from training.registry import CURRENT, Registry

NEWER = "20250103T000000000"
HEADERS = {"Content-Type": "application/json"}
QUICKLY = {"DESK_WATCH_SECONDS": "0.1"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of models with one small version, which a test may change."""
    publish(tiny_model(), tmp_path / "models", OLD)
    return tmp_path / "models"


def break_(folder: Path, version: str) -> None:
    """Publish a version, damage it, and make it current as a careless hand would."""
    publish(tiny_model(), folder, version, promote=False)
    (folder / version / SERVING).write_bytes(b"half written")
    (folder / CURRENT).write_text(version, encoding="utf-8")


def in_use(server: Server) -> dict[str, str]:
    """Give the version that each worker answers with, by its process."""
    return {labels["pid"]: labels["version"] for labels, _ in server.metrics("desk_model_in_use")}


def ready(server: Server) -> dict[str, object]:
    """Give what a worker says of itself, which must be in an answer that keeps it in service."""
    status, told = server.ask("GET", "/readyz")
    assert status == 200
    return dict(told)


class Posting(threading.Thread):
    """Sends articles over a connection that is kept, until told to stop, and keeps what came."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._port, self._stop_it = server.port, threading.Event()
        self.answers: list[tuple[int, str]] = []

    def run(self) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)) as connection:
            for _ in range(50_000):
                connection.request("POST", "/v1/label", json.dumps(ARTICLE), HEADERS)
                answer = connection.getresponse()
                found = json.loads(answer.read())
                self.answers.append((answer.status, found.get("model", {}).get("version", "")))
                if self._stop_it.is_set():
                    return

    def stop(self) -> None:
        """End after the next answer."""
        self._stop_it.set()
        self.join(PATIENCE)
        assert not self.is_alive()


def test_every_worker_takes_every_promoted_model_and_no_request_fails_meanwhile(folder: Path) -> None:
    with serving(folder, "--workers", "2", **QUICKLY) as server:
        assert wait_for(lambda: len(in_use(server)) == 2, PATIENCE)
        workers = in_use(server).keys()
        clients = [Posting(server) for _ in range(6)]
        for client in clients:
            client.start()
        for version in (NEW, NEWER):
            publish(tiny_model(), folder, version)
            assert wait_for(lambda version=version: set(in_use(server).values()) == {version}, PATIENCE)  # type: ignore[misc]
        assert in_use(server).keys() == workers
        for client in clients:
            client.stop()
        swaps = dict(Counter(event["version"] for event in server.events("model in use")))
        counted = sum(value for _, value in server.metrics("desk_model_loads_total"))
    for client in clients:
        statuses, versions = zip(*client.answers, strict=True)
        assert set(statuses) == {200}
        assert list(versions) == sorted(versions), "an older model answered after a newer one"
        assert versions[-1] == NEWER
    assert swaps == {OLD: 1, NEW: 2, NEWER: 2}
    assert counted == 5


def test_a_version_that_is_refused_is_told_by_every_worker_and_forgotten_when_a_good_one_comes(folder: Path) -> None:
    with serving(folder, "--workers", "2", **QUICKLY) as server:
        assert wait_for(lambda: len(in_use(server)) == 2, PATIENCE)
        assert ready(server) == {"status": "ready", "model": OLD, "wanted": OLD, "problem": None}
        break_(folder, NEW)
        assert wait_for(lambda: len(server.metrics("desk_model_degraded")) == 2, PATIENCE)
        told = ready(server)
        assert (told["status"], told["model"], told["wanted"]) == ("degraded", OLD, NEW)
        assert SERVING in str(told["problem"])
        assert set(in_use(server).values()) == {server.version()} == {OLD}
        refusals = server.events("model refused")
        assert {(event["version"], event["still"], event["level"]) for event in refusals} == {(NEW, OLD, "error")}
        assert sum(value for _, value in server.metrics("desk_model_load_failures_total")) >= 2
        publish(tiny_model(), folder, NEWER)
        assert wait_for(lambda: set(in_use(server).values()) == {NEWER}, PATIENCE)
        assert server.metrics("desk_model_degraded") == []
        assert ready(server) == {"status": "ready", "model": NEWER, "wanted": NEWER, "problem": None}


def test_a_version_whose_files_come_late_is_taken_when_they_are_there(folder: Path) -> None:
    with serving(folder, **QUICKLY) as server:
        publish(tiny_model(), folder, NEW, promote=False)
        (folder / NEW / SERVING).rename(folder / "not here yet")
        (folder / CURRENT).write_text(NEW, encoding="utf-8")
        assert wait_for(lambda: ready(server)["status"] == "degraded", PATIENCE)
        (folder / "not here yet").rename(folder / NEW / SERVING)
        assert wait_for(lambda: ready(server)["model"] == NEW, PATIENCE)
        assert server.version() == NEW


def test_requests_of_all_workers_are_counted_by_route_and_status_whichever_is_asked(folder: Path) -> None:
    paths = {
        "/v1/labels": ("/v1/labels", "200"),
        "/v1/topics/none": ("/v1/topics/<id>", "404"),
        "/made/up": ("none", "404"),
        "/also/made/up": ("none", "404"),
    }
    with serving(folder, "--workers", "2") as server:
        for _ in range(8):  # each over a connection of its own, so that both workers have some
            for path in paths:
                server.ask("GET", path)
        wanted = Counter({kind: 8 * times for kind, times in Counter(paths.values()).items()})
        for _ in range(8):
            found = server.metrics("desk_requests_total")
            counted = {(labels["endpoint"], labels["status"]): value for labels, value in found}
            assert wanted.items() <= counted.items()
        assert not any("made" in endpoint for endpoint, _ in counted)
        durations = server.metrics("desk_request_duration_seconds_count")
        assert {labels["endpoint"]: value for labels, value in durations}["none"] == 16


def test_the_gauges_of_a_worker_that_died_go_and_its_counts_stay(folder: Path) -> None:
    with serving(folder, "--workers", "2") as server:
        assert wait_for(lambda: len(in_use(server)) == 2, PATIENCE)
        for _ in range(20):
            server.version()
        killed, _ = in_use(server)
        os.kill(int(killed), signal.SIGKILL)
        assert wait_for(lambda: len(server.events("worker ready")) == 3, PATIENCE)
        assert wait_for(server.is_ready, PATIENCE)
        assert wait_for(lambda: killed not in in_use(server) and len(in_use(server)) == 2, PATIENCE)
        labelled = {labels["endpoint"]: value for labels, value in server.metrics("desk_requests_total")}["/v1/label"]
        assert labelled == 20


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_what_workers_counted_together_is_swept_when_the_service_ends(folder: Path, stop: signal.Signals) -> None:
    with serving(folder) as server:
        common = common_folder(server)
        if common is None:
            pytest.skip("needs Linux")
        assert list(common.glob("*.db"))
        server.process.send_signal(stop)
        assert server.process.wait(PATIENCE) == 0
        assert not common.exists()


def test_a_shadow_labels_what_any_worker_answers_and_its_differences_are_counted_together(folder: Path) -> None:
    publish(other_model(), folder, NEW, promote=False)
    with serving(folder, "--workers", "2", "--shadow", NEW, DESK_LOG_LEVEL="debug") as server:
        for _ in range(10):
            assert server.version() == OLD
        status, answer = server.ask("POST", "/v1/label/batch", {"articles": [ARTICLE] * 5})
        assert status == 200
        assigned = {label["id"] for label in answer["labellings"][0]["labels"]}
        assert assigned == {"SY"}
        wait_for(lambda: server.ask("GET", "/v1/shadow")[1]["articles"] == 15, PATIENCE)
        status, told = server.ask("GET", "/v1/shadow")
        differences = server.events("the shadow differs")
        counted = {labels["kind"]: value for labels, value in server.metrics("desk_shadow_differences_total")}
    assert status == 200
    assert told == {
        "version": NEW,
        "model": OLD,
        "articles": 15,
        "differing": 15,
        "dropped": 0,
        "failures": 0,
        "labels": [
            {"id": "FR", "name": "France", "added": 15, "lost": 0},
            {"id": "SY", "name": "Syria", "added": 0, "lost": 15},
        ],
    }
    assert counted == {"added": 15, "lost": 15}
    assert [(event["added"], event["lost"], event["level"]) for event in differences] == [
        (["FR"], ["SY"], "debug")
    ] * 15


def test_the_shadow_can_come_from_the_environment_also_where_workers_are_not_forked(folder: Path) -> None:
    publish(other_model(), folder, NEW, promote=False)
    spawning = folder.parent / "sitecustomize.py"
    spawning.write_text("import multiprocessing\nmultiprocessing.set_start_method('spawn')\n", encoding="utf-8")
    with serving(folder, DESK_SHADOW=NEW, PYTHONPATH=str(folder.parent)) as server:
        assert set(in_use(server).values()) == {server.version()} == {OLD}
        assert wait_for(lambda: server.ask("GET", "/v1/shadow")[1]["articles"] == 1, PATIENCE)


@pytest.mark.parametrize("damaged", [False, True], ids=["not there", "damaged"])
def test_a_shadow_that_can_not_be_loaded_is_refused_at_the_start(folder: Path, damaged: bool) -> None:
    if damaged:
        break_(folder, NEW)
        Registry(folder).promote(OLD)
    message = refused("--models", str(folder), "--shadow", NEW)
    assert NEW in message
    assert (SERVING in message) if damaged else (OLD in message)
