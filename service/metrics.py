"""What a service counts and times, in Prometheus' text format, and right with several workers.

``desk serve`` makes a folder before workers are forked: each writes its own files there, and whichever is asked adds
them all up. What the process counts alone, as in tests, is kept in memory.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHADOW = "desk_shadow_"
DIFFERENCES = f"{SHADOW}differences_total"

_FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR")  # as prometheus-client looks, once when it is imported
_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)  # seconds
_LIVE = "gauge_live"  # how files are called whose gauges go with their process

disable_created_metrics()  # type: ignore[no-untyped-call]  # several workers have no one time at which a count began


class Metrics:
    """The metrics of one application; the methods are what they are told."""

    def __init__(self) -> None:
        own = self._own = CollectorRegistry()
        self._requests = Counter("desk_requests", "Requests answered.", ["endpoint", "status"], registry=own)
        self._durations = Histogram(
            "desk_request_duration_seconds", "Time to answer.", ["endpoint"], registry=own, buckets=_BUCKETS
        )
        self._loads = Counter("desk_model_loads", "Models loaded.", registry=own)
        self._failures = Counter("desk_model_load_failures", "Attempts to load a model that failed.", registry=own)
        self._in_use = _gauge("desk_model_in_use", "1 for the version that answers, 0 for one before.", own, "version")
        self._refused = _gauge("desk_model_degraded", "1 while the version that is wanted is refused.", own)
        self._seconds = _gauge("desk_model_load_seconds", "What the last load took.", own)
        self._swapped = _gauge("desk_model_swap_timestamp_seconds", "When the model in use was taken.", own)
        both = ["model", "shadow"]
        self._compared = Counter(f"{SHADOW}articles", "Articles that both labelled.", both, registry=own)
        self._differing = Counter(f"{SHADOW}differing", "Articles with another set of labels.", both, registry=own)
        self._dropped = Counter(f"{SHADOW}dropped", "Articles that the shadow did not get.", both, registry=own)
        self._broken = Counter(f"{SHADOW}failures", "Articles that the shadow failed on.", both, registry=own)
        what, by = "Labels assigned by the shadow alone (added) or by the model in use alone (lost).", ["label", "kind"]
        self._differences = Counter(DIFFERENCES, what, [*both, *by], registry=own)
        self._known: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self._version = ""

    def answered(self, endpoint: str, status: str, seconds: float) -> None:
        """Count an answer; ``endpoint`` is a route, never a path that somebody made up."""
        try:
            count, durations = self._known[endpoint, status]
        except KeyError:
            count, durations = self._requests.labels(endpoint, status), self._durations.labels(endpoint)
            self._known[endpoint, status] = count, durations
        count.inc()
        durations.observe(seconds)

    def loaded(self) -> None:
        """Count a model that was loaded."""
        self._loads.inc()

    def refused(self) -> None:
        """Count a model that was not."""
        self._failures.inc()

    def serving(self, version: str, degraded: bool, seconds: float, since: float) -> None:
        """Say what this process answers with.

        Args:
            version: of the model in use, '' when there is none.
            degraded: whether another is wanted and refused.
            seconds: what the last load took.
            since: when the model in use was taken, in seconds since 1970.
        """
        if version != self._version and self._version:
            self._in_use.labels(self._version).set(0)
        self._version = version
        if version:
            self._in_use.labels(version).set(1)
        self._refused.set(degraded)
        self._seconds.set(seconds)
        self._swapped.set(since)

    def compared(self, model: str, shadow: str, added: frozenset[str], lost: frozenset[str]) -> None:
        """Count an article that both models labelled, and the labels they differ in."""
        self._compared.labels(model, shadow).inc()
        if added or lost:
            self._differing.labels(model, shadow).inc()
        for kind, labels in (("added", added), ("lost", lost)):
            for label in labels:
                self._differences.labels(model, shadow, label, kind).inc()

    def dropped(self, model: str, shadow: str) -> None:
        """Count an article that the shadow did not get."""
        self._dropped.labels(model, shadow).inc()

    def broken(self, model: str, shadow: str) -> None:
        """Count an article that the shadow failed on."""
        self._broken.labels(model, shadow).inc()

    def text(self) -> bytes:
        """Give all there is, of all workers, as Prometheus reads it."""
        return generate_latest(self._all())

    def having(self, **labels: str) -> Iterator[tuple[str, dict[str, str], float]]:
        """Give the samples that have these labels, added up over all workers: name, all labels, value."""
        for metric in self._all().collect():
            for sample in metric.samples:
                if labels.items() <= sample.labels.items():
                    yield sample.name, sample.labels, sample.value

    def _all(self) -> CollectorRegistry:
        if _FOLDER is None:
            return self._own
        for file in Path(_FOLDER).glob(f"{_LIVE}*.db"):
            if not _lives(int(file.stem.rpartition("_")[2])):
                file.unlink(missing_ok=True)
        whole = CollectorRegistry()
        whole.register(_Together(_FOLDER))
        return whole


class _Together(Collector):
    """Adds up what workers count; a file that one of them has made and not yet begun says nothing."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def collect(self) -> Iterable[Metric]:
        """Give the metrics of all."""
        files = [str(file) for file in self._folder.glob("*.db") if _begun(file)]
        found: Iterable[Metric] = MultiProcessCollector.merge(files, accumulate=True)  # type: ignore[no-untyped-call]
        return found


def _begun(file: Path) -> bool:
    with suppress(FileNotFoundError):  # of a worker that has ended
        return file.stat().st_size > 0
    return False


def forget_this_process() -> None:
    """Take away the gauges of this process: it made ready what workers answer with, and answers nothing itself."""
    if _FOLDER is not None:
        mark_process_dead(os.getpid(), _FOLDER)  # type: ignore[no-untyped-call]


def forget_all() -> None:
    """Take away what workers counted together, where nobody is left who would."""
    if _FOLDER is not None:
        shutil.rmtree(_FOLDER, ignore_errors=True)


def loading_turn() -> Path | None:
    """Give the file that workers lock in turn to load a model, None for a process that is alone."""
    return Path(_FOLDER, "loading") if _FOLDER is not None else None


def _gauge(name: str, what: str, registry: CollectorRegistry, *labels: str) -> Gauge:
    return Gauge(name, what, labels, registry=registry, multiprocess_mode="liveall")


def _lives(pid: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
