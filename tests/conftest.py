"""Fixtures that several test modules share."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, make_url, text

from service.app import Desk, create_app
from service.config import Config
from service.keeping import Keeper
from tests.helping import write_tiny_seeds
from tests.serving import Site, site
from training.article import Article
from training.model import Model
from training.readers import read
from training.registry import Registry
from training.settings import Settings
from training.store import Store
from training.train import train

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
SHARED = ROOT.parent / "shared"

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # how long a machine takes is no fault of what is tested


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real articles beside the checkout; what needs it is skipped without it."""
    if not SHARED.is_dir():
        pytest.skip(f"needs {SHARED}, which is not part of the product")
    return SHARED


@pytest.fixture(scope="session")
def samples() -> list[Article]:
    """The project's own sample articles."""
    return list(read(SEEDS / "articles.jsonl"))


@pytest.fixture(scope="session")
def trained() -> Model:
    """The default model, trained once for all tests, as `desk train` trains it."""
    return train(Settings(SEEDS))


@pytest.fixture(scope="session")
def worded(trained: Model) -> Model:
    """The default model with made-up weights of words: for Libya where it is named, for Syria also where it is not."""
    fitted = trained.classifier
    weights = np.random.default_rng(4).normal(0, 2, (len(fitted.vocabulary), 2)).astype(np.float32)
    words = replace(
        fitted,
        rows={"LY": 0, "SY": 1},
        weights=weights,
        gains=np.array([0.8, 1.1]),
        biases=np.array([-0.3, 0.2]),
        unnamed=np.array([np.nan, -3.0]),
        judged=frozenset({"SY"}),
    )
    return replace(trained, classifier=words)


@pytest.fixture(scope="session")
def models(trained: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models in which the default model is current. Tests only read it."""
    folder = tmp_path_factory.mktemp("models")
    Registry(folder).publish(trained)
    return folder


@pytest.fixture(scope="session")
def model(models: Path) -> Model:
    """The default model as it is served: saved and loaded again."""
    return Registry(models).load()


@pytest.fixture(scope="session")
def app(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The service with the default model, and with a store elsewhere."""
    app = create_app(Config(models=models, log_level="error"))
    app.extensions["keeper"] = Keeper(tmp_path_factory.mktemp("kept"))
    yield app
    app.extensions["live"].stop()


@pytest.fixture
def client(app: Desk) -> FlaskClient:
    """Sends requests to the service without a network."""
    return app.test_client()


@pytest.fixture
def runner() -> CliRunner:
    """Runs verbs of the command line."""
    return CliRunner()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each kind; PostgreSQL is skipped where DESK_TEST_POSTGRESQL names none."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite3'}"
        return
    server = os.environ.get("DESK_TEST_POSTGRESQL")
    if not server:
        pytest.skip("needs a PostgreSQL, named in DESK_TEST_POSTGRESQL (.ci/postgresql runs a command beside one)")
    schema = f"test_{uuid.uuid4().hex}"
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        yield url.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store on each kind of database."""
    with Store(store_url) as store:
        yield store


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A web server on this machine that can be told what to answer."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with site() as server:
        yield server


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings under which a model trains on the tiny seeds in a few seconds."""
    seeds = write_tiny_seeds(tmp_path_factory.mktemp("quick") / "seeds")
    return Settings(seeds, topics=3, passes=1, min_examples=12)


@pytest.fixture(scope="session")
def champion(quick: Settings) -> Model:
    """A model that was trained so."""
    return train(quick)


@pytest.fixture
def registry(champion: Model, tmp_path: Path) -> Registry:
    """A registry of its own for each test, in which the champion is current."""
    registry = Registry(tmp_path / "models")
    registry.publish(champion)
    return registry
