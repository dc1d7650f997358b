"""The error tree: as its docstring draws it."""

from __future__ import annotations

import re

import pytest

from training import errors


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn = re.findall(r"^    ([│ ]*(?:[├└]── )?)(\w*(?:Error|Model|Room|Busy))\b", errors.__doc__ or "", re.M)
    above: list[type] = [Exception]
    for branches, name in drawn:
        depth = len(branches) // 4
        error = getattr(errors, name)
        assert error.__base__ is above[depth]
        above[depth + 1 :] = [error]
    made = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert made == {name for _, name in drawn}


@pytest.mark.parametrize("error", [errors.ArticleError, errors.SeedsError, errors.NoModel, errors.DamagedModel])
def test_one_except_catches_every_error_and_keeps_its_text(error: type[errors.DeskError]) -> None:
    with pytest.raises(errors.DeskError, match="mend this"):
        raise error("mend this")
