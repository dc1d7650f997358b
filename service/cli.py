"""The command `desk`: a list of verbs, each in its own short file, imported only when it is called."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from io import TextIOWrapper

import click

from training.errors import DeskError

VERBS = {
    "train": "Fit a model on seeds/ and corpora, and make it current.",
    "fetch": "Download a public corpus to train on.",
    "serve": "Answer over HTTP, with a page to try.",
    "label": "Label articles in files or from standard input.",
    "topics": "List the topics of a model.",
    "explain": "Show an article with the words that decided marked.",
    "evaluate": "Score a model on labelled articles.",
    "retrain": "Train a challenger; promote it only if it is no worse.",
    "review": "Ask for the judgments that teach the most, yes or no.",
    "report": "Show the morning report of the last night.",
    "store": "Keep articles and judgments for the nightly job.",
    "models": "List and show versions of the model.",
}


class Verbs(click.Group):
    """A group whose commands live in service/commands/ and cost nothing until they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all verbs in the order of the list above."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb that is called."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"service.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="foreign-desk", prog_name="desk")
def desk() -> None:
    """Foreign Desk labels news: which countries an article is about, and why.

    \b
    Example:
      desk train
      desk label article.txt
    """


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 refused by a gate, 2 bad input."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not every terminal has every letter
    try:
        with desk.make_context("desk", sys.argv[1:]) as context:  # desk() would make a broken pipe an error
            desk.invoke(context)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read our output has had enough
    except (DeskError, OSError) as error:
        click.echo(f"desk: {error}", err=True)
        sys.exit(2)
    except Exception:  # Python would end with 1, which says that a gate refused
        traceback.print_exc()
        sys.exit(2)
