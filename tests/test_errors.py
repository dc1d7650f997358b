"""The error tree: as its docstring draws it."""

from __future__ import annotations

import re

import pytest

from training import errors


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn = re.findall(
        r"^    ([│ ]*(?:[├└]── )?)(\w*(?:Error|Model|Report|Room|Busy|Unreachable))\b", errors.__doc__ or "", re.M
    )
    above: list[type] = [Exception]
    for branches, name in drawn:
        depth = len(branches) // 4
        error = getattr(errors, name)
        assert error.__bases__[0] is above[depth]
        above[depth + 1 :] = [error]
    made = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert made == {name for _, name in drawn}


def test_a_store_that_can_not_be_reached_is_like_a_folder_that_can_not_be_read() -> None:
    with pytest.raises(OSError, match="^no way there$"):
        raise errors.Unreachable("no way there")


@pytest.mark.parametrize("error", [errors.ArticleError, errors.SeedsError, errors.NoModel, errors.DamagedModel])
def test_one_except_catches_every_error_and_keeps_its_text(error: type[errors.DeskError]) -> None:
    with pytest.raises(errors.DeskError, match="mend this"):
        raise error("mend this")


def test_what_a_terminal_would_obey_is_written_out() -> None:
    assert str(errors.DamagedModel("v1: \x1b[2J\ud800 é\nnext")) == "v1: \\x1b[2J\\ud800 é\nnext"
