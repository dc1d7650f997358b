"""A real `desk serve` in a process of its own: starting, swapping under load, stopping, refusing."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.helping import publish, tiny_model, wait_for, write_tiny_seeds
from tests.served import ARTICLE, NEW, OLD, PATIENCE, Server, common_folder, refused, serving
from training.artifact import SERVING
from training.registry import CURRENT, Registry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of models with one small version, which a test may change."""
    publish(tiny_model(), tmp_path / "models", OLD)
    return tmp_path / "models"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that tests only ask."""
    folder = tmp_path_factory.mktemp("served") / "models"
    publish(tiny_model(), folder, OLD)
    with serving(folder) as running:
        yield running


def test_it_answers_and_says_where(server: Server) -> None:
    assert server.version() == OLD
    said = server.log.read_text(encoding="utf-8")
    assert f"http://127.0.0.1:{server.port}" in said
    assert OLD in said


def test_clients_that_send_slowly_keep_nobody_waiting(folder: Path) -> None:
    begun = b"POST /v1/label HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
    with serving(folder) as server, ExitStack() as slow:
        for _ in range(8):
            client = slow.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            client.sendall(begun)
        time.sleep(0.2)  # so that each is being waited for
        start = time.monotonic()
        assert server.ask("POST", "/v1/label", ARTICLE)[0] == 200
        assert time.monotonic() - start < PATIENCE / 2


def test_a_store_that_hangs_keeps_nobody_waiting_who_does_not_need_it(folder: Path) -> None:
    statuses: list[int] = []
    with serving(folder) as server, closing(sqlite3.connect(folder / "store.sqlite3")) as other:
        assert server.ask("POST", "/v1/label?store=true", ARTICLE)[0] == 200
        other.execute("BEGIN IMMEDIATE")
        clients = [
            threading.Thread(target=lambda: statuses.append(server.ask("POST", "/v1/label?store=true", ARTICLE)[0]))
            for _ in range(40)
        ]
        for client in clients:
            client.start()
        assert wait_for(lambda: 503 in statuses, 15)
        start = time.monotonic()
        assert server.ask("POST", "/v1/label", ARTICLE)[0] == server.ask("GET", "/healthz")[0] == 200
        assert time.monotonic() - start < 10
        other.rollback()
        for client in clients:
            client.join(PATIENCE)
    assert {*statuses} == {200, 503} and len(statuses) == 40


def test_workers_end_when_who_minds_them_is_killed(folder: Path) -> None:
    with serving(folder, "--workers", "2") as server:
        assert wait_for(lambda: len(server.events("worker ready")) == 2, PATIENCE)
        common = common_folder(server)
        server.process.kill()
        server.process.wait(PATIENCE)
        assert wait_for(lambda: not server.is_ready(), 15), "workers answer that nobody would replace"
        with socket.create_server(("127.0.0.1", server.port)):
            assert common is None or not common.exists()


def test_every_request_is_one_line_of_the_log_without_the_article(server: Server) -> None:
    server.ask("POST", "/v1/label", {"text": "A xylophone in Damascus."})
    server.ask("GET", "/nothing")
    told = [(event["method"], event["path"], event["status"]) for event in server.events("request")]
    assert told[-2:] == [("POST", "/v1/label", 200), ("GET", "/nothing", 404)]
    assert "xylophone" not in server.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("size, status", [(999_000, 200), (1_200_000, 413), (30_000_000, 413)])
@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "in chunks"])
def test_a_body_over_a_megabyte_is_refused_however_it_is_sent(
    server: Server, size: int, status: int, chunked: bool
) -> None:
    body = b'{"text": "Rain."}'.ljust(size)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    pieces: Any = (body[at : at + 65_536] for at in range(0, size, 65_536)) if chunked else body
    with suppress(BrokenPipeError, ConnectionResetError):  # it may stop listening before all is sent, and answer
        connection.request("POST", "/v1/label", pieces, {"Content-Type": "application/json"}, encode_chunked=chunked)
    answer = connection.getresponse()
    problem = json.loads(answer.read())
    connection.close()
    assert answer.status == status, problem
    if status == 413:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert problem["status"] == 413
    assert server.is_ready()


def test_after_a_promotion_under_load_every_worker_answers_with_the_new_model_and_no_request_is_lost(
    folder: Path,
) -> None:
    statuses: list[int] = []
    versions: list[str] = []
    everywhere = threading.Event()

    def post_constantly(server: Server) -> None:
        after = 0
        for _ in range(5_000):
            status, answer = server.ask("POST", "/v1/label", ARTICLE)
            statuses.append(status)
            versions.append(answer["model"]["version"] if status == 200 else "")
            after += everywhere.is_set()
            if after == 40:
                return

    with serving(folder, "--workers", "2", DESK_WATCH_SECONDS="0.2") as running:
        threads = [threading.Thread(target=post_constantly, args=(running,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        wait_for(lambda: len(versions) > 50, PATIENCE)
        publish(tiny_model(), folder, NEW)
        loaded = wait_for(lambda: sum(e["version"] == NEW for e in running.events("model in use")) == 2, PATIENCE)
        everywhere.set()
        for thread in threads:
            thread.join(PATIENCE)
    assert loaded, "not every worker took the new model"
    assert not any(thread.is_alive() for thread in threads)
    assert set(statuses) == {200}
    assert set(versions) == {OLD, NEW}
    assert set(versions[-150:]) == {NEW}


def test_a_damaged_promotion_leaves_the_server_answering_and_telling(folder: Path) -> None:
    with serving(folder, DESK_WATCH_SECONDS="0.1") as running:
        publish(tiny_model(), folder, NEW, promote=False)
        (folder / NEW / SERVING).write_bytes(b"half written")
        (folder / CURRENT).write_text(NEW, encoding="utf-8")
        assert SERVING in wait_for(lambda: running.ask("GET", "/healthz")[1]["problem"] or "", PATIENCE)
        assert running.version() == OLD


def test_workers_share_one_model_that_was_loaded_once(folder: Path) -> None:
    with serving(folder, "--workers", "2") as running:
        ready = wait_for(lambda: events if len(events := running.events("worker ready")) == 2 else [], PATIENCE)
        assert len({event["pid"] for event in ready} | {running.process.pid}) == 3
        assert len(running.events("model in use")) == 1


def test_a_worker_that_dies_is_replaced_by_one_with_the_model_that_was_promoted_meanwhile(folder: Path) -> None:
    with serving(folder, DESK_WATCH_SECONDS="600") as running:
        [first] = wait_for(lambda: running.events("worker ready"), PATIENCE)
        publish(tiny_model(), folder, NEW)
        assert running.version() == OLD
        os.kill(first["pid"], signal.SIGKILL)
        assert wait_for(lambda: len(running.events("worker ready")) == 2, PATIENCE)
        assert wait_for(running.is_ready, PATIENCE)
        assert running.version() == NEW


def test_workers_that_are_not_forked_load_the_model_themselves(folder: Path) -> None:
    spawning = folder.parent / "sitecustomize.py"
    spawning.write_text("import multiprocessing\nmultiprocessing.set_start_method('spawn')\n", encoding="utf-8")
    with serving(folder, DESK_WATCH_SECONDS="0.1", PYTHONPATH=str(folder.parent)) as running:
        assert running.version() == OLD
        publish(tiny_model(), folder, NEW)
        assert wait_for(lambda: running.version() == NEW, PATIENCE)
        told = [event["version"] for event in running.events("model in use")]
        assert told == [OLD, NEW]


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
@pytest.mark.parametrize("workers", [1, 2])
def test_told_to_stop_it_ends_cleanly_with_its_workers(folder: Path, stop: signal.Signals, workers: int) -> None:
    with serving(folder, "--workers", str(workers)) as running:
        assert wait_for(lambda: len(running.events("worker ready")) == workers, PATIENCE)
        assert running.version() == OLD
        running.process.send_signal(stop)
        assert running.process.wait(PATIENCE) == 0
        assert not running.is_ready()
        assert "Traceback" not in running.log.read_text(encoding="utf-8")
        with socket.create_server(("127.0.0.1", running.port)):
            pass  # the port is free again


def test_told_to_stop_while_some_workers_are_still_starting_it_ends_too(folder: Path) -> None:
    with serving(folder, "--workers", "4") as running:
        running.process.terminate()
        assert running.process.wait(PATIENCE) == 0
        assert not running.is_ready()


def test_a_version_can_be_chosen_and_is_kept(folder: Path) -> None:
    publish(tiny_model(), folder, NEW)
    with serving(folder, "--model", OLD, DESK_WATCH_SECONDS="0.1") as running:
        assert running.version() == OLD
        publish(tiny_model(), folder, "20250103T000000000")
        assert [running.version() for _ in range(20)] == [OLD] * 20


def test_the_folder_of_models_can_come_from_the_environment(folder: Path, tmp_path: Path) -> None:
    assert str(tmp_path / "elsewhere") in refused(DESK_MODELS=str(tmp_path / "elsewhere"))


def test_a_port_in_use_is_refused(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = str(held.getsockname()[1])
        message = refused("--models", str(folder), "--port", port)
    assert port in message
    assert "in use" in message
    assert "--port" in message


def test_a_setting_that_makes_no_sense_is_refused_by_its_name(folder: Path) -> None:
    assert "DESK_MAX_BYTES: " in refused("--models", str(folder), DESK_MAX_BYTES="much")


def test_an_address_that_is_none_is_refused(folder: Path) -> None:
    assert "300.1.1.1" in refused("--models", str(folder), "--host", "300.1.1.1")


def test_without_a_model_it_names_the_command_that_makes_one(tmp_path: Path) -> None:
    assert f"desk train --models {tmp_path}" in refused("--models", str(tmp_path))


def test_a_damaged_model_is_not_served(folder: Path) -> None:
    (folder / OLD / SERVING).write_bytes(b"")
    message = refused("--models", str(folder))
    assert SERVING in message
    assert "desk train" in message


def test_a_version_that_is_not_there_is_refused_and_the_others_named(folder: Path) -> None:
    assert OLD in refused("--models", str(folder), "--model", NEW)


def test_a_missing_model_is_trained_first_when_asked(tmp_path: Path) -> None:
    seeds = write_tiny_seeds(tmp_path / "seeds")
    models = tmp_path / "models"
    with serving(models, "--train-if-missing", DESK_SEEDS=str(seeds)) as running:
        [version] = Registry(models).versions()
        assert running.version() == version
        status, labels = running.ask("GET", "/v1/labels")
        assert {label["id"] for label in labels["labels"]} == {"FR", "LY", "SY"}


def test_a_model_that_is_there_is_not_trained_again(folder: Path) -> None:
    with serving(folder, "--train-if-missing") as running:
        assert running.version() == OLD
    assert Registry(folder).versions() == [OLD]
