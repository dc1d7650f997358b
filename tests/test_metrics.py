"""What is counted: by route and status, alone and over processes, as Prometheus reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from service.app import create_app
from service.config import Config
from service.metrics import Metrics, forget_this_process, loading_turn

WORKERS = """
import os
from service.metrics import Metrics, forget_this_process

metrics = Metrics()  # made before workers are forked, as in the service
metrics.loaded()
metrics.serving("old", False, .5, 1.0)
forget_this_process()

def worker(number, work):
    pid = os.fork()
    if pid == 0:
        try:
            work()
            reached, end = waits[number]
            os.write(told[1], b"x")
            os.read(reached, 1)
        finally:
            os._exit(0)
    return pid

def first():
    metrics.serving("old", False, .5, 1.0)
    metrics.answered("/", "200", .003)
    metrics.compared("old", "new", frozenset("A"), frozenset("B"))

def second():
    metrics.serving("old", False, .5, 1.0)
    metrics.loaded()
    metrics.serving("new", True, .25, 2.0)
    for _ in range(2):
        metrics.answered("/", "200", .3)
    metrics.compared("old", "new", frozenset("A"), frozenset())

told, waits = os.pipe(), [os.pipe(), os.pipe()]
pids = [worker(0, first), worker(1, second)]
for _ in pids:
    os.read(told[0], 1)
open(os.path.join(os.environ["PROMETHEUS_MULTIPROC_DIR"], "counter_0.db"), "w").close()  # of one that begins
whole = metrics.text().decode()
for number, pid in enumerate(pids):
    whole = whole.replace(f'pid="{pid}"', f'pid="worker {number}"')
print(whole)
os.write(waits[1][1], b"x")
os.waitpid(pids[1], 0)
print("====")
print(metrics.text().decode().replace(f'pid="{pids[0]}"', 'pid="worker 0"'))
os.write(waits[0][1], b"x")
os.waitpid(pids[0], 0)
"""


def samples(text: str) -> dict[str, float]:
    """Give samples by name and labels as a person would write them."""
    found = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(one.labels.items()))
            found[f"{one.name} {labels}".strip()] = one.value
    return found


def of(metrics: Metrics) -> dict[str, float]:
    """Give all samples of one application."""
    return samples(metrics.text().decode())


def test_answers_are_counted_by_endpoint_and_status_and_timed_by_endpoint() -> None:
    metrics = Metrics()
    for status, seconds in (("200", 0.0004), ("200", 0.004), ("422", 0.3)):
        metrics.answered("/v1/label", status, seconds)
    found = of(metrics)
    assert found["desk_requests_total endpoint=/v1/label,status=200"] == 2
    assert found["desk_requests_total endpoint=/v1/label,status=422"] == 1
    assert found["desk_request_duration_seconds_count endpoint=/v1/label"] == 3
    assert found["desk_request_duration_seconds_sum endpoint=/v1/label"] == pytest.approx(0.3044)
    buckets = {limit: found[f"desk_request_duration_seconds_bucket endpoint=/v1/label,le={limit}"] for limit in BUCKETS}
    assert list(buckets.values()) == [1, 1, 2, 2, 3, 3]


BUCKETS = ("0.0005", "0.002", "0.005", "0.1", "0.5", "+Inf")


def test_the_version_before_is_no_longer_in_use() -> None:
    metrics = Metrics()
    metrics.serving("", True, 0, 0)
    assert "desk_model_in_use" not in " ".join(of(metrics))
    metrics.serving("old", False, 1.5, 100.0)
    metrics.serving("new", False, 0.5, 200.0)
    found = of(metrics)
    assert found["desk_model_in_use version=old"] == 0
    assert found["desk_model_in_use version=new"] == 1
    assert found["desk_model_load_seconds"] == 0.5
    assert found["desk_model_swap_timestamp_seconds"] == 200
    assert found["desk_model_degraded"] == 0


def test_samples_are_found_by_their_labels() -> None:
    metrics = Metrics()
    metrics.compared("old", "new", frozenset("AB"), frozenset("C"))
    metrics.compared("old", "new", frozenset(), frozenset())
    metrics.compared("older", "new", frozenset("D"), frozenset())
    metrics.dropped("old", "new")
    found = {
        (name, labels.get("label"), labels.get("kind")): value for name, labels, value in metrics.having(model="old")
    }
    assert found == {
        ("desk_shadow_articles_total", None, None): 2,
        ("desk_shadow_differing_total", None, None): 1,
        ("desk_shadow_dropped_total", None, None): 1,
        ("desk_shadow_differences_total", "A", "added"): 1,
        ("desk_shadow_differences_total", "B", "added"): 1,
        ("desk_shadow_differences_total", "C", "lost"): 1,
    }


def test_alone_a_process_has_nothing_to_share() -> None:
    assert loading_turn() is None
    metrics = Metrics()
    metrics.serving("old", False, 1, 1)
    forget_this_process()
    assert of(metrics)["desk_model_in_use version=old"] == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_what_workers_count_is_added_up_and_gauges_go_with_their_worker(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORKERS],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    both, after = map(samples, done.stdout.split("===="))
    for found in (both, after):
        assert found["desk_requests_total endpoint=/,status=200"] == 3
        assert found["desk_request_duration_seconds_bucket endpoint=/,le=0.005"] == 1
        assert found["desk_request_duration_seconds_bucket endpoint=/,le=+Inf"] == 3
        assert found["desk_model_loads_total"] == 2
        assert found["desk_shadow_articles_total model=old,shadow=new"] == 2
        assert found["desk_shadow_differences_total kind=added,label=A,model=old,shadow=new"] == 2
        assert found["desk_shadow_differences_total kind=lost,label=B,model=old,shadow=new"] == 1
    in_use = {name.removeprefix("desk_model_in_use "): value for name, value in both.items() if "in_use" in name}
    assert in_use == {"pid=worker 0,version=old": 1, "pid=worker 1,version=old": 0, "pid=worker 1,version=new": 1}
    assert both["desk_model_degraded pid=worker 1"] == 1
    assert {name for name in after if "pid=" in name} == {name for name in both if "pid=worker 0" in name}


def test_requests_are_counted_by_their_route_whatever_path_was_made_up(tmp_path: Path) -> None:
    app = create_app(Config(models=tmp_path, log_level="critical"), watch=False)
    client: FlaskClient = app.test_client()
    for path in ("/healthz", "/v1/topics/a", "/v1/topics/b", "/nothing", "/../etc", "/static/none.css", "/v1/label"):
        client.get(path)
    client.open("/v1/label", method="BREW")
    found = of(app.extensions["metrics"])
    counted = {
        name.removeprefix("desk_requests_total "): value for name, value in found.items() if "requests_t" in name
    }
    assert counted == {
        "endpoint=/healthz,status=503": 1,
        "endpoint=/v1/topics/<id>,status=503": 2,
        "endpoint=none,status=404": 2,
        "endpoint=none,status=405": 2,
        "endpoint=/static/<path:filename>,status=404": 1,
    }


def test_two_applications_of_one_process_count_apart(tmp_path: Path) -> None:
    one, other = (create_app(Config(models=tmp_path, log_level="critical"), watch=False) for _ in range(2))
    one.test_client().get("/healthz")
    assert any("requests_total" in name for name in of(one.extensions["metrics"]))
    assert not any("requests_total" in name for name in of(other.extensions["metrics"]))
