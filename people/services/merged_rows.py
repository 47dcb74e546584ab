"""Rows go over from one person to another; where only one may be, a rule says which (`people.merging`)."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Max, Q

from people import merging
from people.errors import PeopleError
from people.merging import MergeRule
from people.services.journal import Journal, rows_in


def move_rows(journal: Journal, model: type[models.Model], field: str, *, source: int, target: int) -> None:
    """Let the rows of `source` belong to `target`; `field` is the key that says whose they are."""
    rule = merging.rule_of(model._meta.label)
    rows = rows_in(model).filter(**{field: source}).order_by("pk")
    if not rule.arrives and not list(_constraints(model, field)):
        journal.move(rows, field, source=source, target=target)
        return
    for row in rows:
        _move(journal, rule, row, field, target)


def _move(journal: Journal, rule: MergeRule, row: Any, field: str, target: int) -> None:
    model, column = type(row), row._meta.get_field(field).attname
    journal.change(row, **rule.arrives)
    arriving = {column: target}
    for fields, condition in _constraints(model, field):
        rival = _rival(row, field, target, fields, condition)
        if rival is None:
            continue
        if rule.numbered in fields:
            arriving[rule.numbered] = _next_number(row, field, target, fields, rule.numbered)
        elif not _settle(journal, rule, row, rival):
            return
    journal.change(row, **arriving)
    journal.moved[row._meta.label] += 1


def _constraints(model: type[models.Model], field: str) -> Iterator[tuple[tuple[str, ...], Q]]:
    """What the database allows once, with this key in it: fields, and the condition under which it holds."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and field in constraint.fields:
            yield tuple(constraint.fields), constraint.condition or Q()
    for together in model._meta.unique_together:
        if field in together:
            yield tuple(together), Q()
    if getattr(model._meta.get_field(field), "unique", False):
        yield (field,), Q()


def _rival(row: Any, field: str, target: int, fields: tuple[str, ...], condition: Q) -> Any:
    """The row of the target that stands where this one would, if there is one."""
    columns = {name: row._meta.get_field(name).attname for name in fields}
    values = {column: target if name == field else getattr(row, column) for name, column in columns.items()}
    if None in values.values():
        return None
    found = rows_in(type(row)).filter(condition)
    rival = found.filter(**values).exclude(pk=row.pk).first()
    return rival if rival is not None and found.filter(pk=row.pk).exists() else None


def _next_number(row: Any, field: str, target: int, fields: tuple[str, ...], numbered: str) -> int:
    others = {name: getattr(row, name) for name in fields if name not in {field, numbered}}
    taken = rows_in(type(row)).filter(**others, **{field: target}).aggregate(last=Max(numbered))
    return int(taken["last"] or 0) + 1


def _settle(journal: Journal, rule: MergeRule, row: Any, rival: Any) -> bool:
    """Let one of two rows stay and set the other one aside. Returns whether `row` stays."""
    if rule.refuses is not None:
        raise PeopleError(rule.refuses(row, rival))
    row_stays = rule.better(row) > rule.better(rival)
    stays, goes = (row, rival) if row_stays else (rival, row)
    values = rule.combine(stays, goes)
    for model, field in _hanging_on(type(goes)):
        if rule.drops:
            _drop(journal, model, field, goes)
        elif model is type(goes):
            _unlink(journal, field, stays, goes)
        else:
            move_rows(journal, model, field, source=goes.pk, target=stays.pk)
    journal.remove(goes)
    journal.change(stays, **values)
    journal.joined[stays._meta.label].add(stays.pk)
    return row_stays


def _hanging_on(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """The keys of other rows to rows of a model."""
    return [
        (relation.related_model, relation.field.name)
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    ]


def _drop(journal: Journal, model: type[models.Model], field: str, goes: Any) -> None:
    for row in rows_in(model).filter(**{field: goes.pk}).order_by("pk"):
        for deeper, key in _hanging_on(model):
            _drop(journal, deeper, key, row)
        journal.remove(row)


def _unlink(journal: Journal, field: str, stays: Any, goes: Any) -> None:
    """Rows of somebody else may name this one: they name the other one now, or nobody where that one is taken."""
    column = stays._meta.get_field(field).attname
    free = not rows_in(type(stays)).filter(**{field: stays.pk}).exists()
    for row in rows_in(type(goes)).filter(**{field: goes.pk}).order_by("pk"):
        journal.change(row, **{column: stays.pk if free and row.pk != stays.pk else None})
        free = False
