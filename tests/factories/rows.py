"""A row of any model, with as little in it as the database asks for: for tests that walk all models."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

_LINES = count(1)


def _assignment_to_an_agency() -> Any:
    return make_row(apps.get_model("courses.Assignment"), agency=_some(apps.get_model("people.Agency")))


def _of(label: str) -> Callable[[], Any]:
    """A row of another model, new if there is none yet."""
    return lambda: _some(apps.get_model(label))


# What a row needs because a constraint of the database says so.
NEEDED: dict[str, dict[str, Callable[[], Any]]] = {
    "assessments.Attempt": {"max_mark": lambda: 100},
    "certificates.Certificate": {"enrolment": _of("courses.Enrolment")},
    "courses.Assignment": {"module": _of("courses.Module")},
    "courses.Exemption": {"reason": lambda: "Knows it.", "assignment": _assignment_to_an_agency},
    "people.Invitation": {"expires_at": lambda: timezone.now() + timedelta(days=9)},
    "people.Membership": {"valid_from": lambda: date(2019, 5, 1), "valid_to": lambda: date(2019, 8, 1)},
    "people.PeopleImportRow": {"line": lambda: next(_LINES)},
    "people.Transfer": {
        "losing": lambda: make_row(apps.get_model("people.Agency")),
        "gaining": lambda: make_row(apps.get_model("people.Agency")),
    },
    "workshops.Registration": {"state": lambda: "confirmed", "confirmed_at": timezone.now},
}


def make_row(model: type[models.Model], **given: Any) -> Any:
    """Create a row; keys that it needs lead to rows that exist, else to new ones."""
    needed = NEEDED.get(model._meta.label, {})
    values = {**{name: make() for name, make in needed.items() if name not in given}, **given}
    for field in model._meta.concrete_fields:
        if field.name in values or field.has_default() or field.null or getattr(field, "auto_now_add", False):
            continue
        if isinstance(field, models.AutoField) or (field.blank and not field.unique and not field.is_relation):
            continue
        values[field.name] = _key(field) if field.is_relation else _value(field)
    row = model(**values)
    row.save()
    return row


def _key(field: Any) -> Any:
    return make_row(field.related_model) if field.unique else _some(field.related_model)


def _some(model: type[models.Model]) -> Any:
    """The latest row of a model, or a new one."""
    known = models.QuerySet(model).order_by("-pk").first()
    return known if known is not None else make_row(model)


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
    (models.FileField, lambda field: "a-file"),
    (models.BinaryField, lambda field: b"-"),
    ((models.CharField, models.TextField), _text),
]
