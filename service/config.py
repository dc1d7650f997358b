"""What a running service can be told, by environment variables that start with DESK_."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from training.registry import place


class Config(BaseSettings):
    """Settings of the service; ``DESK_MODELS=/srv/models`` sets ``models``."""

    model_config = SettingsConfigDict(env_prefix="DESK_", env_ignore_empty=True, extra="forbid")

    models: Annotated[str | Path, AfterValidator(place)] = Field(
        Path("models"), description="Folder of the model's versions, or its URL in an object store."
    )
    model: str | None = Field(None, description="Serve this version, whatever becomes current.")
    shadow: str | None = Field(None, description="Label with this version too, and count differences.")
    max_bytes: int = Field(1_000_000, gt=0, description="Largest request body.")
    max_batch: int = Field(1_000, gt=0, description="Most articles in a batch.")
    max_batch_bytes: int = Field(20_000_000, gt=0, description="Largest request body of a batch.")
    watch_seconds: float = Field(1.0, gt=0, le=86_400, description="How often to look for a newly promoted model.")
    log_level: str = Field(
        "info", pattern="(?i)^(debug|info|warning|error|critical)$", description="debug, info, warning or error."
    )
