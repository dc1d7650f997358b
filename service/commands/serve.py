"""desk serve."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from service.commands import options
from training.errors import InputError

_THREADS = 32  # of a worker; a client that sends slowly holds one, and labelling is one at a time anyway


@click.command("serve")
@options.models
@options.model
@click.option(
    "--shadow",
    metavar="VERSION",
    envvar="DESK_SHADOW",
    help="Label every article with this version too, off the request path; GET /v1/shadow tells what differs.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
@click.option("--train-if-missing", is_flag=True, help="Train the default model first when there is none.")
def command(
    models: str | Path,
    version: str | None,
    shadow: str | None,
    host: str,
    port: int,
    workers: int,
    train_if_missing: bool,
) -> None:
    """Answer over HTTP, with a page to try.

    \b
    Examples:
      desk serve
      desk serve --host 0.0.0.0 --port 80 --workers 4
      desk serve --shadow 20251122T031500123
    """
    from training.registry import Registry

    registry = Registry(models)
    if train_if_missing and version is None and registry.current() is None:
        click.echo("No model yet: training the default one from seeds/ (a minute or two) ...", err=True)
        from service.commands import train

        train.command.main(["--models", str(models)], standalone_mode=False)
    registry.path(version)
    if shadow:
        registry.path(shadow)
    _check_free(host, port)
    os.environ["DESK_MODELS"] = registry.address
    if version:
        os.environ["DESK_MODEL"] = version
    if shadow:
        os.environ["DESK_SHADOW"] = shadow
    with _common_folder():
        from service import worker

        served = worker.prepare()  # refuses a damaged model before anything is bound
        _serve(host, port, workers, served)


@contextmanager
def _common_folder() -> Iterator[None]:
    """Make the folder in which workers count together, and take it away in the end.

    In memory where that can be: what they count is mapped, and who writes to a mapped file on a full disk is killed.
    """
    for parent in ("/dev/shm", None):
        with suppress(OSError):
            folder = tempfile.mkdtemp(prefix="foreign-desk-metrics-", dir=parent)
            break
    else:
        yield  # nowhere to write: each worker counts for itself
        return
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_free(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise InputError(f"can't listen on {host}:{port}: {error.strerror}; choose another with --port") from None


def _serve(host: str, port: int, workers: int, version: str) -> None:
    from service import worker

    click.echo(f"Model {version} answers on http://{host}:{port} - open it in a browser, or try:\n")
    click.echo(f"  curl http://{host}:{port}/v1/label -H 'Content-Type: application/json' \\")
    click.echo("""    -d '{"text": "Guns fell silent around Sirte after the rivals in Libya agreed to a truce."}'\n""")
    click.echo("Ctrl-C stops it.")
    granian = server("service.worker:application", host, port, workers)
    granian.serve(target_loader=worker.application, wrap_loader=False)


def server(target: str, host: str, port: int, workers: int) -> Any:
    """Give granian, set as Foreign Desk is served; also for endpoints that are measured beside it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    return Granian(
        target,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=workers,
        blocking_threads=_THREADS,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
