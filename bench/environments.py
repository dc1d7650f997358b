"""An environment for each peer, made on first use in .tools/bench/, so nothing of a peer is ever installed with us."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

FOLDER = Path(".tools/bench")
MADE = "made"  # holds the requirements that an environment was made from
PEERS: Mapping[str, tuple[str, ...]] = {
    "hand_made": ("flask==3.1.3", "gunicorn==27.0.1", "scikit-learn==1.9.1", "gensim==4.4.0"),
    "fast_text": ("fasttext-community==0.11.9", "numpy==2.4.6"),
    "tomotopy": ("tomotopy==0.14.0",),
    "annif": ("annif==1.4.3",),
}


class Missing(Exception):
    """A peer can't be installed here; the message is the short form of why."""


def interpreter(peer: str, folder: Path = FOLDER) -> Path:
    """Give the Python of a peer's environment, which is made when it is missing or was made from other requirements.

    Raises:
        Missing: it can't be made.
    """
    home, wanted = folder / peer, "\n".join(PEERS[peer])
    python = (home / "bin" / "python").absolute()
    made = home / MADE
    if not made.exists() or made.read_text() != wanted:
        shutil.rmtree(home, ignore_errors=True)
        print(f"Bringing {peer} into {home} ...", file=sys.stderr)
        for command in (["venv", "--quiet", "--python", sys.executable, str(home)], _install(python, PEERS[peer])):
            _run([_uv(), *command])
        made.write_text(wanted)
    return python


def versions(python: Path) -> str:
    """Give the names and versions of the packages that were asked for, as they are installed."""
    listed = _run([_uv(), "pip", "list", "--quiet", "--format", "freeze", "--python", str(python)])
    asked = {name.partition("==")[0] for name in (python.parent.parent / MADE).read_text().split("\n")}
    pairs = (line.partition("==") for line in listed.splitlines())
    return ", ".join(f"{name} {version}" for name, _, version in pairs if name.lower() in asked)


def _install(python: Path, requirements: Sequence[str]) -> list[str]:
    return ["pip", "install", "--quiet", "--only-binary", ":all:", "--python", str(python), *requirements]


def _uv() -> str:
    found = os.environ.get("UV") or shutil.which("uv")
    if found is None:
        raise Missing("no uv to install it with; start this with: make bench")
    return found


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise Missing(lines[-1] if lines else f"{command[0]} failed")
    return done.stdout
