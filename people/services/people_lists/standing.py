"""What stands on people and on where they belong, in any app: asked of the registry of holdings."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import models

from people.holdings import Holding, holdings
from people.models import Account, Agency

# What a list writes itself, and what it is about.
_OF_LISTS = {"people.Person", "people.Membership", "people.PeopleImportRow"}
_AT_ONCE = 500


def rows_on_people(people: Collection[int]) -> dict[int, set[str]]:
    """Return, by person, the models of records that belong to them besides their membership and rows of lists."""
    found: dict[int, set[str]] = defaultdict(set)
    for holding in holdings():
        if holding.model in _OF_LISTS and holding.path != "merged_into":
            continue
        rows, path = _rows(holding)
        for portion in _portions(people):
            for person in rows.filter(**{f"{path}__in": portion}).values_list(path, flat=True).distinct():
                found[person].add(holding.model)
    return dict(found)


def rows_on_agencies(people: Collection[int]) -> dict[tuple[int, int], list[str]]:
    """Return, by person and agency, records of other apps that count for that agency, as "app.Model 12"."""
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for holding in holdings():
        if holding.model.startswith("people.") or not _counts_for_an_agency(holding):
            continue
        rows, path = _rows(holding)
        for portion in _portions(people):
            theirs = rows.filter(**{f"{path}__in": portion}, agency__isnull=False).order_by("pk")
            for person, agency, pk in theirs.values_list(path, "agency", "pk"):
                found[person, agency].append(f"{holding.model} {pk}")
    return dict(found)


def called(labels: Collection[str]) -> str:
    """Return what records of some models are called in the language of the page."""
    return ", ".join(sorted(str(apps.get_model(label)._meta.verbose_name_plural) for label in labels))


def _counts_for_an_agency(holding: Holding) -> bool:
    model = apps.get_model(holding.model)
    return any(each.name == "agency" and each.related_model is Agency for each in model._meta.get_fields())


def _rows(holding: Holding) -> tuple[models.QuerySet[Any], str]:
    """The rows of a holding and the way from one of them to the person."""
    model: Any = apps.get_model(holding.model)
    # Facts have a manager of their own, which refuses nothing that only reads; Django's reads all rows.
    rows: models.QuerySet[Any] = models.QuerySet(model).filter(**holding.only)
    last: Any = model
    for step in holding.path.split("__"):
        last = last._meta.get_field(step).related_model
    return rows, f"{holding.path}__person" if last is Account else holding.path


def _portions(people: Collection[int]) -> Iterator[list[int]]:
    left = iter(sorted(people))
    while portion := list(islice(left, _AT_ONCE)):
        yield portion
