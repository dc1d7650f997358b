"""The examples in docs/topics.md run, one after the other, from the root of a checkout."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from training import frames
from training.model import Model

PAGE = (ROOT / "docs" / "topics.md").read_text(encoding="utf-8")


def test_the_examples_run(
    models: Path, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "models").symlink_to(models)
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.+?)^```", PAGE, re.M | re.S)
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, "docs/topics.md", "exec"), names)
    shown = capsys.readouterr().out
    assert len(blocks) > 3
    assert max(model.topics.about, key=lambda one: one["share"])["name"] in shown
    assert "kept" in shown


@pytest.mark.parametrize("name", frames.__all__)
def test_every_table_is_named(name: str) -> None:
    assert name in PAGE
