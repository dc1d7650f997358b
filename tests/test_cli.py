"""The command `desk`: its verbs, its help, its exit codes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from service import cli
from service.cli import VERBS, desk
from tests.helping import publish, tiny_model

DESK = str(Path(sys.executable).with_name("desk"))
README = Path(__file__).resolve().parent.parent / "README.md"
HEAVY = "sklearn gensim numpy scipy flask granian pydantic trafilatura"


def commands() -> list[tuple[str, click.Command]]:
    """Give every verb, and every verb below a verb, with its name."""
    found = []
    with click.Context(desk) as context:
        for verb in VERBS:
            command = desk.get_command(context, verb)
            assert command is not None
            found.append((verb, command))
            if isinstance(command, click.Group):
                found += [(f"{verb} {name}", below) for name, below in command.commands.items()]
    return found


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run `desk` in this process as the shell would, and give the exit code."""
    monkeypatch.setattr(sys, "argv", ["desk", *words])
    try:
        code: object = cli.main()  # type: ignore[func-returns-value]  # the script exits with what main gives
    except SystemExit as stop:
        code = stop.code
    return code if isinstance(code, int) else int(code is not None)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models with a small one."""
    folder = tmp_path_factory.mktemp("small")
    publish(tiny_model(), folder, "20250101T000000000")
    return folder


@pytest.mark.parametrize(
    ("error", "told"),
    [(PermissionError(13, "Permission denied", "models/current"), "desk: [Errno 13]"), (KeyError("x"), "Traceback")],
    ids=["the system's", "ours"],
)
def test_no_error_is_taken_for_a_refusal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, told: str
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("training.report.latest", broken)
    assert call(monkeypatch, "report") == 2
    assert capsys.readouterr().err.startswith(told)


def test_help_lists_every_verb_with_what_it_does(runner: CliRunner) -> None:
    shown = " ".join(runner.invoke(desk, ["--help"]).output.split())
    for verb, what in VERBS.items():
        assert f"{verb} {what}" in shown


@pytest.mark.parametrize("name, command", commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_verb_has_help_with_an_example(runner: CliRunner, name: str, command: click.Command) -> None:
    done = runner.invoke(desk, [*name.split(), "--help"])
    assert done.exit_code == 0
    assert done.output.startswith(f"Usage: desk {name}")
    if " " not in name:
        assert re.search(rf"Examples?:\n  +(\S.* \| )?desk {name}\b", done.output)


@pytest.mark.parametrize("name, command", commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_option_says_what_it_does(name: str, command: click.Command) -> None:
    silent = [option.name for option in command.params if isinstance(option, click.Option) and not option.help]
    assert silent == []


@pytest.mark.parametrize("name", ["--models", "--model", "--format", "--seeds", "--corpus", "--seed", "--skip-bad"])
def test_options_that_mean_the_same_are_the_same_everywhere(name: str) -> None:
    found = [
        str(option.to_info_dict())
        for _, command in commands()
        for option in command.params
        if isinstance(option, click.Option) and name in option.opts
    ]
    assert len(found) > 1
    assert len(set(found)) == 1


def test_every_verb_is_documented_in_the_readme() -> None:
    readme = README.read_text(encoding="utf-8")
    if len(readme) <= 500:
        pytest.skip("the README has yet to be written")
    assert [name for name, _ in commands() if f"desk {name}" not in readme] == []


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom service.cli import main\nsys.argv = ['desk', '--help']\n"
        f"try:\n    main()\nfinally:\n    print('HEAVY', *sorted(set('{HEAVY}'.split()) & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert "Verbs:" in done.stdout
    assert done.stdout.splitlines()[-1].split() == ["HEAVY"]


def test_version_is_that_of_the_distribution(runner: CliRunner) -> None:
    assert version("foreign-desk") in runner.invoke(desk, ["--version"]).output


@pytest.mark.parametrize(
    "line, code",
    [
        ("--help", 0),
        ("--version", 0),
        ("label --help", 0),
        ("models list --models {small}", 0),
        ("models list --models {tmp}/none", 0),
        ("topics --models {small}", 0),
        ("label --models {small} {tmp}/good.txt", 0),
        ("", 2),
        ("lable", 2),
        ("label", 2),
        ("label --models {small} {tmp}/missing.txt", 2),
        ("label --models {small} {tmp}", 2),
        ("label --models {small} {tmp}/latin.txt", 2),
        ("label --models {small} {tmp}/bad.jsonl", 2),
        ("label --models {small} {tmp}/cut.jsonl.gz", 2),
        ("label --models {small} {tmp}/empty.html", 2),
        ("label --models {small} --model 20990101T000000000 {tmp}/good.txt", 2),
        ("label --models {small} --model ../small {tmp}/good.txt", 2),
        ("label --models {tmp}/none {tmp}/good.txt", 2),
        ("label --models {small} --format xml {tmp}/good.txt", 2),
        ("label --models {small} --colour {tmp}/good.txt", 2),
        ("label --models {small} --skip-bad {tmp}/bad.jsonl", 0),
        ("label --models {small} --skip-bad {tmp}/empty.html", 0),
        ("label --models {small} --skip-bad {tmp}/cut.jsonl.gz", 2),
        ("label --models {small} --skip-bad {tmp}/missing.csv", 2),
        ("label --models {small} {tmp}/short.csv", 2),
        ("label --models {small} --skip-bad {tmp}/short.csv", 0),
        ("label --models {small} {tmp}/no.parquet", 2),
        ("label --models {small} {tmp}/no.sgm", 2),
        ("label --models {small} {tmp}/folder", 2),
        ("fetch", 2),
        ("fetch rcv1", 2),
        ("fetch reuters21578 --url {tmp}/cut.jsonl.gz --to {tmp}/new", 2),
        ("fetch reuters21578 --sha256 12 --to {tmp}/new", 2),
        ("explain --models {tmp}/none {tmp}/good.txt", 2),
        ("topics --models {tmp}/none", 2),
        ("topics --models {small} --words 0", 2),
        ("models show --models {tmp}/none", 2),
        ("models show 20990101T000000000 --models {small}", 2),
        ("evaluate --models {small} {tmp}/good.txt", 2),
        ("evaluate --models {small} {tmp}/bad.jsonl", 2),
        ("evaluate --models {small} {small}/missing.jsonl", 2),
        ("evaluate --models {small} --errors -1 {tmp}/good.txt", 2),
        ("evaluate --models {small} --compare 20990101T000000000 {tmp}/good.txt", 2),
        ("train --seeds {tmp}/none", 2),
        ("train --seeds {tmp} --models {tmp}/new", 2),
        ("train --corpus {tmp}/missing.jsonl", 2),
        ("train --topics 1", 2),
        ("train --seed -1", 2),
        ("retrain --seeds {tmp} --models {tmp}/new", 2),
        ("retrain --tolerance 2", 2),
        ("store feed --models {tmp}/none", 2),
        ("store feed --models {tmp}/none ftp://news.example/rss", 2),
        ("store feed --models {tmp}/none --remove http://news.example/rss", 2),
        ("store feed --models {tmp}/none --pages -1", 2),
        ("review --models {tmp}/none", 2),
        ("review --models {small}", 2),
        ("review --models {small} --most 0", 2),
        ("review --models {small} --label QQ", 2),
        ("serve --models {tmp}/none", 2),
        ("serve --port 70000", 2),
        ("serve --workers 0", 2),
    ],
    ids=str,
)
def test_exit_codes(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    small: Path,
    tmp_path: Path,
    line: str,
    code: int,
) -> None:
    (tmp_path / "good.txt").write_text("Rain fell on Damascus.", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes("Siège de Damas".encode("latin-1"))
    (tmp_path / "bad.jsonl").write_text('{"text": "Rain."}\n{"text": 3}\n', encoding="utf-8")
    (tmp_path / "cut.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00")
    (tmp_path / "short.csv").write_text("text,title\nRain.\n", encoding="utf-8")
    (tmp_path / "no.parquet").write_text("none", encoding="utf-8")
    (tmp_path / "no.sgm").write_text("none", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.html").write_text("<html><body></body></html>", encoding="utf-8")
    assert call(monkeypatch, *line.format(small=small, tmp=tmp_path).split()) == code
    said = capfd.readouterr().err
    assert "Traceback" not in said
    assert code == 0 or said.strip()


@pytest.mark.parametrize(
    "file, content, message",
    [
        ("bad.jsonl", b'{"text": "Rain."}\n{"text": 3}\n', r"bad\.jsonl:2: .*text"),
        ("bad.jsonl", b'{"text": "Rain."}\n\n{"text"\n', r"bad\.jsonl:3: not JSON"),
        ("news.csv", b'text,id\nRain.,1\n\n"Rain,\nmore rain."\n', r"news\.csv:4: 1 cells where the header names 2"),
        ("raw.sgm", b"\n<REUTERS></REUTERS>", r"raw\.sgm:2: no <TEXT>"),
        ("latin.txt", b"Si\xe8ge", r"latin\.txt: is no UTF-8 text"),
    ],
    ids=["wrong type", "not JSON", "CSV", "SGML", "not UTF-8"],
)
def test_a_message_names_the_file_and_the_line(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    small: Path,
    tmp_path: Path,
    file: str,
    content: bytes,
    message: str,
) -> None:
    (tmp_path / file).write_bytes(content)
    call(monkeypatch, "label", "--models", str(small), str(tmp_path / file))
    assert re.search(message, capfd.readouterr().err)


def test_an_error_is_one_line_on_standard_error_of_the_real_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [DESK, "topics", "--models", str(tmp_path)], capture_output=True, text=True, timeout=60, env=dict(os.environ)
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"desk: {tmp_path}: no model yet; train one with: desk train --models {tmp_path}\n"


@pytest.mark.parametrize("options", [["label"], ["label", "--format", "jsonl"], ["explain"]], ids=" ".join)
def test_a_reader_that_has_had_enough_is_no_error(small: Path, tmp_path: Path, options: list[str]) -> None:
    rows = '{"text": "Rain fell on Damascus all night, and Syria closed its harbour road."}\n' * 3_000
    (tmp_path / "many.jsonl").write_text(rows, encoding="utf-8")
    command = [DESK, *options, "--models", str(small), str(tmp_path / "many.jsonl")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        complaint = process.stderr.read()
        assert complaint == b""
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()
