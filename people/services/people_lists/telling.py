"""How far a list is while one transaction takes or undoes it: told beside the database, in a small file.

Nobody sees what a transaction writes before it ends. A second connection could write a number meanwhile, but SQLite has
one writer, which is busy with the list; and the shared cache is a table of the same database unless another is set up.
What the worker shares with every web server anyway is the private storage, in which the list itself came: there a file
of some bytes is replaced as a whole every thousand rows.

It is no fact, so a disk that is full keeps no list from being taken. The file goes when the work ends, however it ends.
Where a process was killed it stays until the job begins anew or the list is forgotten, and is not believed for long.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from people.models import PeopleImport

# Whoever has told nothing for so long was killed, or has lost the storage. A thousand rows take seconds.
SILENT_SECONDS = 120


class Step(StrEnum):
    """What is done to one row after the other, in this order."""

    CHECKED = "checked"
    WRITTEN = "written"
    PUT_BACK = "put_back"


Tell = Callable[[Step, int, int], None]


@dataclass(frozen=True)
class Told:
    """How many of the rows that concern it a step has gone through. silent: nothing was told since for minutes."""

    step: Step
    done: int
    rows: int
    silent: bool = False


@contextmanager
def telling(source: PeopleImport) -> Iterator[Tell]:
    """Tell while the work on a list goes on; to be left after the transaction has ended."""
    storage, name = source.file.storage, _name(source)

    def tell(step: Step, done: int, rows: int) -> None:
        with suppress(OSError):
            _put(storage, name, f"{step} {done} {rows}".encode())

    try:
        yield tell
    finally:
        stop_telling(source)


def _put(storage: Storage, name: str, content: bytes) -> None:
    """Write a file in the place of one that may be read just now: as a whole where a storage is a folder."""
    try:
        path = Path(storage.path(name))
    except NotImplementedError:
        # For a moment nothing is told, and whoever looks then sees it a moment later.
        storage.delete(name)
        storage.save(name, ContentFile(content))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".telling")
    beside.write_bytes(content)
    beside.replace(path)


def tell_nobody(_step: Step, _done: int, _rows: int) -> None:
    """Where nobody looks on."""


def told_of(source: PeopleImport) -> Told | None:
    """Return how far the work on a list is; None where nothing was told."""
    storage, name = source.file.storage, _name(source)
    try:
        age = time.time() - storage.get_modified_time(name).timestamp()
        with storage.open(name) as file:
            step, done, rows = file.read().decode("ascii").split()
        return Told(Step(step), int(done), int(rows), silent=age > SILENT_SECONDS)
    except (OSError, ValueError):
        return None


def stop_telling(source: PeopleImport) -> None:
    """Throw away what was told."""
    name = _name(source)
    for each in (name, str(Path(name).with_suffix(".telling"))):
        with suppress(OSError):
            source.file.storage.delete(each)


def _name(source: PeopleImport) -> str:
    """Beside the files of lists; its own file may be gone while a list is undone."""
    return f"people/imports/{source.pk}.told"
