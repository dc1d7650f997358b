"""The database behind the store: SQLite in a file, or PostgreSQL; its schema is brought up to date when it is opened.

Whatever goes wrong becomes a StoreError that says what to mend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from training.errors import NoRoom, StoreError

HEAD = "0002"  # the newest migration
_PATIENCE = 60  # seconds that a writer waits for another
_MIGRATIONS = Path(__file__).parent / "migrations"
_TURN = 4_711_000  # of writing, as PostgreSQL's advisory locks are called
T = TypeVar("T")

_FULL = ("disk is full", "no space left", "could not extend file", "disk i/o error")


class Database:
    """Connections to one database.

    Raises:
        StoreError: it can't be reached, or a newer program has changed it.
    """

    def __init__(self, url: str) -> None:
        found = _url(url)
        self.name = found.set(query={}).render_as_string(hide_password=True)  # a query may hold a password too
        with self._clearly():
            self._engine = _engine(found)
            try:
                self._migrate()
            except BaseException:
                self.close()
                raise

    @property
    def dialect(self) -> str:
        """Which kind of database it is: sqlite or postgresql."""
        return self._engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database."""
        with self._clearly(), self._engine.connect() as connection:
            yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """Give ``work`` a connection whose changes are all made when it returns, or none, and give what it gives.

        Writers take turns, in both kinds of database: each sees what the one before it wrote.
        """
        with self._clearly(), self._engine.execution_options(writing=True).begin() as connection:
            if self.dialect == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
            return work(connection)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _migrate(self) -> None:
        """Bring the schema up to date; when several programs start at once, one does."""
        with self._engine.connect() as connection:
            if _revision(connection) == HEAD:
                return
        self.write(self._upgrade)

    def _upgrade(self, connection: Connection) -> None:
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", _MIGRATIONS.as_posix().replace("%", "%%"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(
                f"{self.name}: the store is of a newer Foreign Desk than this one ({error}); upgrade the program"
            ) from None

    @contextmanager
    def _clearly(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            reason = " ".join(str(getattr(error, "orig", None) or error).split())
            if any(sign in reason.lower() for sign in _FULL):
                raise NoRoom(f"{self.name}: no room for the store ({reason}); make some, nothing is lost") from None
            advice = "see that the database runs and that DESK_DATABASE_URL is right"
            raise StoreError(f"{self.name}: the store can't be used ({reason}); {advice}") from error


def _url(given: str) -> URL:
    try:
        url = make_url(given)
        str(url)
    except (ArgumentError, ValueError):
        raise StoreError(
            "DESK_DATABASE_URL is no address of a database, such as "
            "postgresql://user:password@host/name or sqlite:////var/desk/store.sqlite3"
        ) from None
    if "@" in (url.host or ""):
        raise StoreError("DESK_DATABASE_URL names no host; write an @ in a password as %40")
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(f"DESK_DATABASE_URL: {url.drivername} is not supported; take sqlite or postgresql")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise StoreError(
            "DESK_DATABASE_URL names no file, so nothing would be kept; name one, as sqlite:////var/desk/x"
        )
    return url


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "postgresql":
            return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    except (ImportError, NoSuchModuleError):
        raise StoreError('PostgreSQL needs psycopg; install it with: pip install "foreign-desk[postgresql]"') from None
    try:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{url.database}: can't be made: {error.strerror}") from None
    engine = create_engine(url, connect_args={"timeout": _PATIENCE})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # we say ourselves when a transaction begins
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begin; a writer takes its turn at once, as one that has read first would be refused while another writes."""
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None
