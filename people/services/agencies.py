"""Agencies come, and go only when nothing names them."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from people.errors import PeopleError
from people.models import Account, Agency


@transaction.atomic
def create_agency(*, code: str, name_en: str, kind: str, parent: Agency | None = None, **fields: Any) -> Agency:
    """Create an agency below `parent`; its path is written here and never again."""
    agency = Agency.objects.create(code=code, name_en=name_en, kind=kind, parent=parent, **fields)
    agency.path = f"{parent.path if parent else '/'}{agency.pk}/"
    agency.save(update_fields=["path"])
    record("people.agency_created", obj=agency, after={"code": code})
    return agency


@transaction.atomic
def remove_agency(*, agency: Agency, actor: Account | None = None) -> None:
    """Remove an agency that nothing names. Raises PeopleError that says what names it: the past keeps its agencies."""
    locked = Agency.objects.select_for_update().get(pk=agency.pk)
    if uses := _uses_of(locked):
        raise PeopleError(
            _("%(agency)s stays, because other records name it: %(uses)s. An agency that is no more is closed.")
            % {"agency": locked, "uses": ", ".join(f"{name} ({count})" for name, count in uses.items())}
        )
    record("people.agency_removed", obj=locked, actor=actor, before={"code": locked.code})
    locked.delete()


def _uses_of(agency: Agency) -> dict[str, int]:
    """How many records of each kind name an agency, whichever app keeps them."""
    uses: dict[str, int] = {}
    # A relation that nobody follows back ("+") is hidden, and protects all the same.
    fields: list[Any] = list(Agency._meta.get_fields(include_hidden=True))
    for relation in [each for each in fields if each.auto_created and not each.concrete]:
        model: Any = relation.related_model
        if count := model.objects.filter(**{relation.field.name: agency}).count():
            name = str(model._meta.verbose_name_plural)
            uses[name] = uses.get(name, 0) + count
    return uses
