"""Every error the library raises on purpose, and nothing that knows how it will be shown.

::

    DeskError
    ├── InputError          what was given can't be used: the message says what to mend
    │   ├── ArticleError    an article, or a row of a corpus
    │   ├── DownloadError   what an address gives, or that it gives nothing
    │   └── SeedsError      a file in seeds/
    ├── ModelError          a model can't be used: the message says how to get one
    │   ├── NoModel         there is none yet, or none of that name
    │   ├── DamagedModel    files are missing, half-written or altered
    │   └── MismatchedModel written by another format or by other library versions
    ├── StoreError          the store of articles can't be used: the message says what to mend
    ├── Unreachable         an object store can't be reached; also an OSError, as for a folder that can't be read
    ├── NoReport            there is no morning report yet: the message says how to get one
    ├── Busy                another run holds the folder: the message says which
    ├── NoRoom              there is no room for temporary files: the message says what to do
    └── WorkError           a process that did part of the work was lost
"""

from __future__ import annotations


class DeskError(Exception):
    """Base of all errors of Foreign Desk; its text is meant for the person who reads it."""

    def __str__(self) -> str:
        """Give the text, with what a file or a stranger put in that no terminal should get written out."""
        told = super().__str__()
        return "".join(sign if sign.isprintable() or sign == "\n" else ascii(sign)[1:-1] for sign in told)


class InputError(DeskError):
    """What was given can't be used."""


class ArticleError(InputError):
    """An article, or a row of a corpus, can't be read."""


class DownloadError(InputError):
    """An address gives nothing, or nothing that can be used."""


class SeedsError(InputError):
    """A file in seeds/ is wrong."""


class ModelError(DeskError):
    """A model can't be used."""


class NoModel(ModelError):
    """There is no model yet, or none of that name."""


class DamagedModel(ModelError):
    """Files of a model are missing, half-written or altered."""


class MismatchedModel(ModelError):
    """A model was written by another format or by other library versions."""


class StoreError(DeskError):
    """The store of articles and judgments can't be reached or used."""


class Unreachable(DeskError, OSError):
    """An object store can't be reached."""


class NoReport(DeskError):
    """There is no morning report yet."""


class Busy(DeskError):
    """Another run holds the folder."""


class NoRoom(DeskError):
    """There is no room for temporary files."""


class WorkError(DeskError):
    """A process that did part of the work was lost."""
