"""desk models: list, show, diff, verify, promote, rollback, pin, unpin and prune versions of the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands import options
from service.commands.showing import change_lines, score_table, table, write
from training.errors import DamagedModel, DeskError

if TYPE_CHECKING:
    from training.registry import Registry
from training.registry import KEPT


@click.group("models")
def command() -> None:
    """List, compare, promote and prune versions of the model.

    \b
    Examples:
      desk models list
      desk models diff 20251122T031500123
      desk models rollback
    """


@command.command("list")
@options.models
@options.format()
def list_(models: str | Path, format_: str) -> None:
    """List all versions, oldest first; the current one has a star, pinned ones say so."""
    from training.registry import Registry

    registry = Registry(models)
    current, pinned = registry.current(), registry.pinned()
    rows = []
    for version in _named(registry):
        row: dict[str, object] = {"version": version, "current": version == current, "pinned": version in pinned}
        try:
            about = registry.manifest(version)["about"]
            with _told(version):
                row |= {
                    "trained_at": about["trained_at"],
                    "parent": about.get("parent"),
                    "articles": about["articles"]["all"],
                    "micro_f1": about["out_of_fold"]["micro"]["f1"],
                    "usable": True,
                }
        except DeskError as error:
            row |= {"usable": False, "problem": str(error)}
        rows.append(row)
    if format_ != "table":
        write(rows, format_)
    elif not rows:
        click.echo(f"No models in {models} yet; train one with: desk train")
    else:
        shown = [
            [
                "*" if r["current"] else "",
                r["version"],
                r.get("trained_at", ""),
                r.get("articles", ""),
                r.get("micro_f1", ""),
                r.get("parent") or "",
                ", ".join([*["pinned"] * bool(r["pinned"]), *["can't be used"] * ("problem" in r)]),
            ]
            for r in rows
        ]
        click.echo(
            table(["", "version", "trained at", "articles", "micro F1 (out of fold)", "goes on from", ""], shown)
        )
        click.echo("".join(f"{r['problem']}\n" for r in rows if "problem" in r), nl=False)


@command.command("show")
@click.argument("version", required=False)
@options.models
@options.format()
def show(version: str | None, models: str | Path, format_: str) -> None:
    """Show one version, or the current one: what it was made of, how good it is, whether it was in use and stays."""
    from training.registry import Registry

    registry = Registry(models)
    path = registry.path(version)
    manifest = registry.verify(version)
    promoted = [at for version, at in registry.promotions() if version == path.name and at]
    here = {
        "folder": str(path),
        "current": registry.current() == path.name,
        "pinned": path.name in registry.pinned(),
        "promoted_at": promoted,
    }
    if format_ != "table":
        write(manifest | here, format_)
        return
    with _told(path.name):
        click.echo(_shown(path, manifest, here))


def _shown(path: Path, manifest: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    from training import artifact

    about, promoted = manifest["about"], here["promoted_at"]
    rows = {
        "version": about["version"] + (" (pinned)" if here["pinned"] else ""),
        "trained at": about["trained_at"],
        "command": about["command"],
        "goes on": f"from {about['parent']}" if about.get("parent") else "",
        "promoted": (", ".join(promoted) or "never") + (" (current)" if here["current"] else ""),
        "articles": f"{about['articles']['all']}, {about['articles']['judged']} of them labelled",
        "data": about.get("data"),
        "seeds": about.get("seeds"),
        "code": f"foreign-desk {about['code']}" if about.get("code") else "",
        "libraries": ", ".join(f"{name} {version}" for name, version in manifest["libraries"].items()),
        "folder": path,
        "card": path / artifact.CARD_PAGE,
    }
    lines = [f"{name:<12}{value}" for name, value in rows.items() if value]
    return "\n".join([*lines, "", score_table(about["out_of_fold"], names={})])


@command.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="[B]", required=False)
@options.models
@options.format()
def diff(old: str, new: str | None, models: str | Path, format_: str) -> None:
    """Hold version B, or the current one, against A: scores out of fold, articles, settings, topics.

    The scores are each version's own, out of fold, on its articles; desk evaluate --compare scores both on the same.
    """
    from training.discovery import identity
    from training.registry import Registry

    registry = Registry(models)
    before, after = registry.load(old), registry.load(new)
    with _told(f"{before.version}, {after.version}"):
        found: dict[str, Any] = {
            "scores": _scores(before.about, after.about),
            "settings": _settings(before.about, after.about),
            "topics": identity.difference(before.topics, after.topics),
        }
    if format_ != "table":
        write(found, format_)
        return
    names = {id: label.name for id, label in after.seeds.labels.items()}
    rows = [[f"{r['of']}  {names.get(r['of'], '')}".rstrip(), r["a"], r["b"], r["difference"]] for r in found["scores"]]
    click.echo(table(["score", f"A {before.version}", f"B {after.version}", "B - A"], rows))
    for row in found["settings"]:
        click.echo(f"{row['of']}: {row['a']} -> {row['b']}")
    click.echo("\n".join(change_lines(found["topics"])))


@command.command("verify")
@click.argument("versions", nargs=-1, metavar="[VERSION...]")
@options.models
def verify(versions: tuple[str, ...], models: str | Path) -> None:
    """Check versions, or all of them, against the digests in their manifests; exit code 1 if any can't be used.

    Versions in an object store are pulled anew for it.
    """
    from training.registry import Registry

    registry, bad = Registry(models), 0
    for version in versions or _named(registry):
        try:
            registry.verify(version, anew=True)
            click.echo(f"{version}  good")
        except DeskError as error:
            bad += 1
            click.echo(f"{version}  can't be used: {error}")
    if bad:
        raise click.exceptions.Exit(options.REFUSED)


@command.command("promote")
@click.argument("version")
@options.models
def promote(version: str, models: str | Path) -> None:
    """Make a version the current one; a running service takes it within a second or two."""
    from training.registry import Registry

    Registry(models).promote(version)
    click.echo(f"Model {version} is current in {models}.")


@command.command("rollback")
@options.models
def rollback(models: str | Path) -> None:
    """Make the version current that was so before this one."""
    from training.registry import Registry

    click.echo(f"Model {Registry(models).rollback()} is current in {models} again.")


@command.command("pin")
@click.argument("version")
@options.models
def pin(version: str, models: str | Path) -> None:
    """Keep a version from being pruned."""
    from training.registry import Registry

    Registry(models).pin(version)
    click.echo(f"Model {version} is pinned.")


@command.command("unpin")
@click.argument("version")
@options.models
def unpin(version: str, models: str | Path) -> None:
    """Let a pinned version be pruned again."""
    from training.registry import Registry

    Registry(models).pin(version, keep=False)
    click.echo(f"Model {version} is no longer pinned.")


@command.command("prune")
@options.models
@click.option(
    "--keep",
    type=click.IntRange(0),
    default=KEPT,
    show_default=True,
    metavar="N",
    help="How many of the newest versions to leave.",
)
@click.option("--dry-run", is_flag=True, help="Say what would go, and take nothing away.")
def prune(models: str | Path, keep: int, dry_run: bool) -> None:
    """Take away old versions; the current one, the one before it and pinned ones always stay.

    It does so only while no training run is at work, which may be about to promote one of them.
    """
    from training.registry import Registry

    registry = Registry(models)
    with nullcontext() if dry_run else registry.lock():  # else it would take what a run is about to promote
        gone = registry.prunable(keep) if dry_run else registry.prune(keep)
    for version in gone:
        click.echo(f"{'would go' if dry_run else 'gone'}  {version}")
    click.echo(f"{len(registry.versions())} versions in {models}.")


def _named(registry: Registry) -> list[str]:
    """Give all versions, and the current one though it is not there."""
    return sorted({*registry.versions(), *filter(None, [registry.current()])})


@contextmanager
def _told(version: str) -> Iterator[None]:
    """Say so where a version does not tell of itself what is asked."""
    try:
        yield
    except (KeyError, TypeError, AttributeError) as error:
        raise DamagedModel(
            f"{version}: its manifest does not tell all of it ({error!r}); train one with: desk train"
        ) from None


def _scores(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give micro and macro F1 and the F1 of each label that both have, those that changed most first."""
    a, b = before["out_of_fold"], after["out_of_fold"]
    rows = [("micro F1", a["micro"]["f1"], b["micro"]["f1"]), ("macro F1", a["macro_f1"], b["macro_f1"])]
    theirs, ours = ({id: label["f1"] for id, label in scores["labels"].items()} for scores in (a, b))
    both = [(id, theirs[id], ours[id]) for id in sorted(theirs.keys() & ours.keys())]
    rows += sorted((row for row in both if row[1] != row[2]), key=lambda row: -abs(row[2] - row[1]))
    return [{"of": of, "a": one, "b": other, "difference": round(other - one, 4)} for of, one, other in rows]


def _settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give what the versions were told, or made of, that is not the same."""
    a, b = (
        {**about["settings"], "seeds digest": about["seeds"], "data digest": about.get("data"), **about["articles"]}
        for about in (before, after)
    )
    keys = sorted(a.keys() | b.keys())
    return [{"of": key, "a": a.get(key), "b": b.get(key)} for key in keys if a.get(key) != b.get(key)]
