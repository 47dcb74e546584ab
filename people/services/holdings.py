"""The rows of `people.holdings`: found for a person, and erased as it says there."""

from typing import Any

from django.apps import apps
from django.db import models

from people.holdings import Erasing, Holding
from people.models import Account, Person
from people.wording import KINDS


def rows_of(holding: Holding, person: Person) -> models.QuerySet[Any]:
    """Return the rows of a holding that belong to a person."""
    # Facts refuse to be changed; this is the one who may, and asks Django's own queryset.
    rows: models.QuerySet[Any] = models.QuerySet(_model(holding.model)).filter(**holding.only)
    if leads_to_account(holding):
        return rows.filter(**{f"{holding.path}__person": person.pk})
    return rows.filter(**{holding.path: person.pk})


def leads_to_account(holding: Holding) -> bool:
    """Whether the way from a row leads to an account, and by it to a person."""
    if holding.path == "pk":
        return False
    model: Any = _model(holding.model)
    for step in holding.path.split("__"):
        model = model._meta.get_field(step).related_model
    return bool(model is Account)


def _model(label: str) -> Any:
    return apps.get_model(label)


def erase_rows(holding: Holding, person: Person) -> int:
    """Do with the rows of a person what a holding says; return how many were changed or deleted."""
    if holding.erasing == Erasing.DELETES:
        return rows_of(holding, person).delete()[0]
    if holding.erasing != Erasing.EMPTIES:
        return 0
    model = _model(holding.model)
    words = {name: _nothing(model._meta.get_field(name)) for name in holding.emptied} | dict(holding.replaced)
    # A queryset that follows keys cannot be updated everywhere: the rows are named.
    keys = list(rows_of(holding, person).filter(**holding.among).values_list("pk", flat=True))
    return int(models.QuerySet(model).filter(pk__in=keys).update(**words))


def _nothing(field: models.Field[Any, Any]) -> Any:
    """Return what a field holds that says nothing."""
    if field.has_default():
        return field.get_default()
    if field.null:
        return None
    return {} if isinstance(field, models.JSONField) else ""


def kind_called(label: str, *, many: bool = False) -> str:
    """Return what the rows of a table are called, one or several; a table of another release is named as it is."""
    if label in KINDS:
        return str(KINDS[label][many])
    try:
        options = apps.get_model(label)._meta
    except LookupError:
        return label
    return str(options.verbose_name_plural if many else options.verbose_name)
