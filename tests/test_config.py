"""Settings of the service come from the environment and are checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from service.config import Config


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "MODELS",
        "MODEL",
        "SHADOW",
        "MAX_BYTES",
        "MAX_BATCH",
        "MAX_BATCH_BYTES",
        "WATCH_SECONDS",
        "LOG_LEVEL",
        "SEEDS",
    ):
        monkeypatch.delenv(f"DESK_{name}", raising=False)


def test_without_settings_models_lie_in_models_and_a_megabyte_is_taken() -> None:
    config = Config()
    assert config.models == Path("models")
    assert config.model is None
    assert config.max_bytes == 1_000_000


@pytest.mark.parametrize(
    "name, value, field, wanted",
    [
        ("DESK_MODELS", "/srv/models", "models", Path("/srv/models")),
        ("DESK_MODEL", "20250101T000000000", "model", "20250101T000000000"),
        ("DESK_SHADOW", "20250102T000000000", "shadow", "20250102T000000000"),
        ("DESK_MAX_BYTES", "5000", "max_bytes", 5000),
        ("DESK_MAX_BATCH", "50", "max_batch", 50),
        ("DESK_MAX_BATCH_BYTES", "5000000", "max_batch_bytes", 5_000_000),
        ("DESK_WATCH_SECONDS", "0.5", "watch_seconds", 0.5),
        ("DESK_LOG_LEVEL", "warning", "log_level", "warning"),
        ("DESK_LOG_LEVEL", "ERROR", "log_level", "ERROR"),
        ("DESK_SHADOW", "", "shadow", None),
        ("DESK_MODELS", "", "models", Path("models")),
        ("DESK_WATCH_SECONDS", "", "watch_seconds", 1.0),
    ],
)
def test_every_setting_has_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, wanted: object
) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(Config(), field) == wanted


@pytest.mark.parametrize(
    "name, value",
    [
        ("DESK_MAX_BYTES", "0"),
        ("DESK_MAX_BYTES", "much"),
        ("DESK_MAX_BATCH", "0"),
        ("DESK_WATCH_SECONDS", "-1"),
        ("DESK_WATCH_SECONDS", "inf"),
        ("DESK_LOG_LEVEL", "verbose"),
    ],
)
def test_a_senseless_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name.removeprefix("DESK_").lower()):
        Config()


def test_variables_of_other_verbs_do_not_disturb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SEEDS", "elsewhere")
    assert Config().models == Path("models")
