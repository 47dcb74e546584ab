"""What a merge writes, step by step, so that all of it can be taken back.

A step is {"did": "moved", "model", "field", "from", "to", "keys"}, {"did": "changed", "model", "key", "values":
{field: [before, after]}} or {"did": "removed", "model", "values"}. Facts refuse to be changed; whose facts they are is
what a merge corrects, so it asks Django's own queryset.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from people import merging
from people.errors import PeopleError
from people.services.holdings import kind_called

Step = dict[str, Any]


def rows_in(model: type[models.Model]) -> models.QuerySet[Any]:
    """All rows of a model, for whoever may change what is never changed."""
    return models.QuerySet(model)


class Journal:
    """Writes rows and remembers how they were."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        # Rows that went over, by model; what was set aside; rows that took something over from another one.
        self.moved: Counter[str] = Counter()
        self.set_aside: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.joined: dict[str, set[Any]] = defaultdict(set)
        # Whether something followed that stays whatever happens.
        self.final = False

    def move(self, rows: models.QuerySet[Any], field: str, *, source: int, target: int) -> None:
        """Let all of some rows belong to the target."""
        keys = [_plain(rows.model._meta.pk, key) for key in rows.values_list("pk", flat=True)]
        if not keys:
            return
        rows_in(rows.model).filter(pk__in=keys).update(**{_column(rows.model, field): target})
        label = rows.model._meta.label
        self.steps.append({"did": "moved", "model": label, "field": field, "from": source, "to": target, "keys": keys})
        self.moved[label] += len(keys)

    def change(self, row: models.Model, **values: Any) -> None:
        """Write values into a row, by the names of its columns."""
        model = type(row)
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            return
        before = {name: _encoded(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        rows_in(model).filter(pk=row.pk).update(**changed)
        self._changed(row, before)

    def remove(self, row: models.Model) -> None:
        """Set a row aside: its values are remembered, and it is gone."""
        label = row._meta.label
        values = {each.attname: _encoded(row, each.attname) for each in row._meta.concrete_fields}
        self.set_aside[label].append({"name": merging.rule_of(label).named(row), "values": values})
        rows_in(type(row)).filter(pk=row.pk).delete()
        self.steps.append({"did": "removed", "model": label, "values": values})

    @contextmanager
    def watching(self, *watched: models.QuerySet[Any]) -> Iterator[None]:
        """Remember what services of an app change in some rows meanwhile."""
        before = [{row.pk: row for row in rows.all()} for rows in watched]
        yield
        for rows, then in zip(watched, before, strict=True):
            for row in rows_in(rows.model).filter(pk__in=list(then)):
                old = then[row.pk]
                names = [each.attname for each in row._meta.concrete_fields]
                was = {name: _encoded(old, name) for name in names if getattr(old, name) != getattr(row, name)}
                if was:
                    self._changed(row, was)

    def _changed(self, row: models.Model, before: Mapping[str, Any]) -> None:
        values = {name: [was, _encoded(row, name)] for name, was in before.items()}
        key = _plain(row._meta.pk, row.pk)
        self.steps.append({"did": "changed", "model": row._meta.label, "key": key, "values": values})


def take_back(steps: Sequence[Step]) -> None:
    """Make everything as it was before, the last step first.

    Raises PeopleError where something is not any more as the steps left it.
    """
    try:
        with transaction.atomic():
            for step in reversed(steps):
                _TAKING_BACK[step["did"]](apps.get_model(step["model"]), step)
            # Keys are looked at when all is written, which would be too late to say a sentence.
            connection.check_constraints(sorted({apps.get_model(step["model"])._meta.db_table for step in steps}))
    except IntegrityError as error:
        raise PeopleError(_later()) from error


def _move_back(model: type[models.Model], step: Step) -> None:
    column = _column(model, step["field"])
    found = rows_in(model).filter(pk__in=step["keys"])
    if found.exclude(**{column: step["to"]}).exists():
        raise PeopleError(_later(model))
    found.update(**{column: step["from"]})


def _change_back(model: type[models.Model], step: Step) -> None:
    row = rows_in(model).filter(pk=step["key"]).first()
    if row is None:
        return
    if any(_encoded(row, name) != after for name, (_before, after) in step["values"].items()):
        raise PeopleError(_later(model))
    values = {name: _decoded(model, name, before) for name, (before, _after) in step["values"].items()}
    rows_in(model).filter(pk=row.pk).update(**values)


def _bring_back(model: type[models.Model], step: Step) -> None:
    row = model(**{name: _decoded(model, name, value) for name, value in step["values"].items()})
    # Raw: moments of creation stay what they were.
    row.save_base(raw=True, force_insert=True)


_TAKING_BACK = {"moved": _move_back, "changed": _change_back, "removed": _bring_back}


def _later(model: type[models.Model] | None = None) -> str:
    if model is None:
        return _("Something was written since the merge that stands on it, so it cannot be undone.")
    kind = kind_called(model._meta.label)
    return _("Something was changed since the merge (%(kind)s), so it cannot be undone.") % {"kind": kind}


def _column(model: type[models.Model], field: str) -> str:
    return str(getattr(model._meta.get_field(field), "attname", field))


def _field(model: type[models.Model], column: str) -> Any:
    return next(each for each in model._meta.concrete_fields if each.attname == column)


def _encoded(row: models.Model, column: str) -> Any:
    """Return a value as JSON holds it: text, or what is JSON already; nothing is rounded."""
    field = _field(type(row), column)
    value = getattr(row, column)
    return _plain(field, value) if not isinstance(field, models.FileField) else str(value)


def _plain(field: Any, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | dict | list | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _decoded(model: type[models.Model], column: str, value: Any) -> Any:
    return _field(model, column).to_python(value)
