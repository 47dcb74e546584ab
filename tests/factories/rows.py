"""A row of any model, with as little in it as the database asks for: for tests that walk all models."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

# What a row needs because a constraint of the database says so.
NEEDED: dict[str, dict[str, Any]] = {
    "people.DataRequest": {"kind": "correction"},
    "workshops.Registration": {"state": "confirmed", "source": "self", "confirmed_at": timezone.now()},
    "workshops.AttendanceEvent": {"kind": "in", "source": "qr"},
    "workshops.AttendanceRecord": {"status": "not_recorded"},
    "assessments.Attempt": {"language": "en", "max_mark": 100},
    "people.Transfer": {"on": date(2030, 1, 1)},
}


def make_row(model: type[models.Model], **given: Any) -> Any:
    """Create a row; keys that it needs lead to rows that exist, else to new ones."""
    values = {**NEEDED.get(model._meta.label, {}), **given}
    for field in model._meta.concrete_fields:
        if field.name in values or field.has_default() or field.null or getattr(field, "auto_now_add", False):
            continue
        if isinstance(field, models.AutoField) or (field.blank and not field.unique):
            continue
        values[field.name] = _key(field) if field.is_relation else _value(field)
    if model._meta.label == "people.Transfer" and "gaining" not in given:
        values["gaining"] = make_row(model._meta.get_field("gaining").related_model)
    row = model(**values)
    row.save()
    return row


def _key(field: Any) -> Any:
    target = field.related_model
    return models.QuerySet(target).order_by("-pk").first() if not field.unique else make_row(target) or make_row(target)


def _value(field: Any) -> Any:
    if field.choices:
        return field.choices[0][0]
    for kind, value in _VALUES:
        if isinstance(field, kind):
            return value(field)
    raise TypeError(f"{field} needs a value")


def _text(field: Any) -> str:
    return uuid.uuid4().hex[: field.max_length or 32]


_VALUES: list[tuple[Any, Any]] = [
    (models.EmailField, lambda field: f"{uuid.uuid4().hex[:10]}@example.org"),
    (models.DateTimeField, lambda field: timezone.now()),
    (models.DateField, lambda field: timezone.localdate() + timedelta(days=1)),
    (models.TimeField, lambda field: timezone.now().time()),
    (models.UUIDField, lambda field: uuid.uuid4()),
    (models.BooleanField, lambda field: False),
    (models.IntegerField, lambda field: 1),
    (models.JSONField, lambda field: {}),
    (models.GenericIPAddressField, lambda field: "10.0.0.1"),
    ((models.CharField, models.TextField), _text),
]
