"""What lists say about people goes, when its time is over or when one of these people is erased."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction

from people.models import PeopleImport, PeopleImportRow
from people.services.people_lists.keeping import State
from people.services.people_lists.telling import stop_telling

_DONE = (State.TAKEN, State.UNDOING, State.UNDONE)


@transaction.atomic
def forget_files(*, lists: Iterable[PeopleImport]) -> None:
    """Delete the files of lists. Those that were not taken are dropped, and can be taken no more."""
    keys = []
    for each in lists:
        keys.append(each.pk)
        # Of one whose work was broken off for good.
        transaction.on_commit(partial(stop_telling, each))
        if each.file:
            transaction.on_commit(partial(each.file.storage.delete, str(each.file.name)))
    found = PeopleImport.objects.filter(pk__in=keys)
    waiting = list(found.exclude(state__in=_DONE).values_list("pk", flat=True))
    PeopleImportRow.objects.filter(source__in=waiting).delete()
    found.filter(pk__in=waiting).update(state=State.DROPPED)
    found.update(file="", errors=[])


@transaction.atomic
def forget_lists(*, lists: Iterable[PeopleImport]) -> None:
    """Delete the files of lists and what their rows said; whom a row meant and what it did stays."""
    found = list(lists)
    forget_files(lists=found)
    PeopleImportRow.objects.filter(source__in=found).update(values={}, changes={}, alike=[], undo=None)
