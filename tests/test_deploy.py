"""What deploy/ holds: it parses, names what there is, and runs a night in the right order."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from service.app import Desk
from service.cli import desk
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def verbs(text: str) -> set[tuple[str, ...]]:
    """Find calls of desk: the verb, and the word after it if it is one."""
    calls = re.findall(r"(?:^|[\s`/\[,|])desk,? (\w+)(?:,? (\w+))?", text)
    return {tuple(word for word in call if word) for call in calls if call[0] in desk.list_commands(None)}  # type: ignore[arg-type]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_file_is_explained(file: Path) -> None:
    assert file.name in PAGE or file.parent.name in PAGE
    text = file.read_text(encoding="utf-8")
    assert text.startswith(("#!", "# ")) and "# " in text


@pytest.mark.parametrize("text", [*map(Path.read_text, FILES), PAGE], ids=[*(file.name for file in FILES), "page"])
def test_verbs_and_settings_are_real(text: str) -> None:
    for verb, *_ in verbs(text):
        assert CliRunner().invoke(desk, [verb, "--help"]).exit_code == 0
    known = (ROOT / "README.md").read_text(encoding="utf-8") + (DEPLOY / "nightly").read_text(encoding="utf-8")
    assert [name for name in re.findall(r"\bDESK_[A-Z_]+\b", text) if name not in known] == []


@pytest.mark.parametrize("text", re.findall(r"`(desk [a-z][^`]*)`|^(desk [a-z].*)$", PAGE, re.M), ids=" ".join)
def test_the_page_s_commands_have_their_options(text: tuple[str, str]) -> None:
    words = "".join(text).split("#")[0].split()[1:]
    command: Any = desk
    while hasattr(command, "get_command") and words and not words[0].startswith("-"):
        found = command.get_command(None, words[0])
        if found is None:
            break
        command, words = found, words[1:]
    options = {option for parameter in command.params for option in parameter.opts}
    assert command is not desk and {word for word in words if word.startswith("--")} <= options


def documents(file: Path) -> list[Any]:
    return list(yaml.safe_load_all(file.read_text(encoding="utf-8")))


def test_kubernetes_probes_ask_what_there_is(app: Desk) -> None:
    claim, deployment, service, nightly = documents(DEPLOY / "kubernetes" / "desk.yaml")
    assert [one["kind"] for one in (claim, deployment, service, nightly)] == [
        *("PersistentVolumeClaim", "Deployment", "Service", "CronJob"),
    ]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    asked = {container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "readiness", "liveness")}
    annotations = deployment["spec"]["template"]["metadata"]["annotations"]
    assert asked | {annotations["prometheus.io/path"]} <= rules
    job = nightly["spec"]["jobTemplate"]["spec"]
    assert (nightly["spec"]["concurrencyPolicy"], job["backoffLimit"]) == ("Forbid", 0)
    (night,) = job["template"]["spec"]["containers"]
    assert (night["env"], night["volumeMounts"]) == (container["env"], container["volumeMounts"])
    assert night["args"] == ["/srv/deploy/nightly"]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert f"--uid {job['template']['spec']['securityContext']['runAsUser']} " in dockerfile
    assert "COPY deploy/nightly deploy/nightly" in dockerfile


def test_compose_starts_service_night_and_database() -> None:
    (found,) = documents(DEPLOY / "compose.yaml")
    assert {*found["services"]} == {"service", "nightly", "postgres"} and {*found["volumes"]} == {"models", "articles"}
    assert found["services"]["service"]["environment"]["DESK_DATABASE_URL"].startswith("postgresql://desk:")


@pytest.mark.parametrize(("code", "feeds"), [(0, 0), (1, 0), (2, 2)], ids=["promoted", "refused", "failed, no feeds"])
def test_a_night_goes_in_order_and_ends_as_the_retraining_does(tmp_path: Path, code: int, feeds: int) -> None:
    told = tmp_path / "told"
    fake = tmp_path / "desk"
    fake.write_text(
        f'#!/bin/sh\necho "$@" >> {told}\ncase "$*" in retrain*) exit {code};; *feed*) exit {feeds};; esac\n',
        encoding="utf-8",
    )
    fake.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run([DEPLOY / "nightly", "--gate", "gate.toml"], env=environment, capture_output=True, timeout=30)
    assert done.returncode == code
    assert told.read_text(encoding="utf-8").splitlines() == [
        "store feed",
        "store prune --older-than 1y",
        "retrain --gate gate.toml",
    ]
