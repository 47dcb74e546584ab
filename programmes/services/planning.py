"""A programme as such: its name, its days, what its public page says."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from audit.services import record
from courses.models import Module
from people.models import Account
from programmes.errors import ProgrammeError
from programmes.models import Component, Programme
from workshops.models import Workshop


@transaction.atomic
def create_programme(
    *,
    code: str,
    title_en: str,
    starts_on: date,
    ends_on: date,
    modules: Iterable[Module] = (),
    workshops: Iterable[Workshop] = (),
    actor: Account | None = None,
    **about: Any,
) -> Programme:
    """Create a programme of modules and workshops; `about` are its titles, texts, goals and `is_public`.

    Raises ProgrammeError for a taken code or days in disorder.
    """
    if Programme.objects.filter(code=code).exists():
        raise ProgrammeError(_("A programme with the code %(code)s exists already.") % {"code": code})
    programme = Programme(code=code, title_en=title_en, starts_on=starts_on, ends_on=ends_on, **about)
    _check_days(programme)
    programme.save()
    programme.modules.set(modules)
    programme.workshops.set(workshops)
    record("programmes.created", obj=programme, actor=actor, after={"code": code})
    return programme


@transaction.atomic
def change_programme(*, programme: Programme, actor: Account | None = None, **about: Any) -> Programme:
    """Change titles, days, texts, goals or whether there is a public page; what is not named stays.

    Raises ProgrammeError for days in disorder, or that leave out a day of a reporting period.
    """
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    before = values_of(locked, about)
    for name, value in about.items():
        setattr(locked, name, value)
    _check_days(locked)
    outside = locked.periods.exclude(starts_on__gte=locked.starts_on, ends_on__lte=locked.ends_on).first()
    if outside is not None:
        words = _("Reporting period %(number)d would lie outside the programme. Change the period first.")
        raise ProgrammeError(words % {"number": outside.number})
    locked.save(update_fields=list(about))
    note_change("programmes.changed", locked, before, actor)
    return locked


def keep_components_within(programme: Programme) -> None:
    """Take out of the components what does not belong to the programme any more."""
    modules, workshops = programme.modules.values("pk"), programme.workshops.values("pk")
    components = Component.objects.filter(programme=programme)
    Component.modules.through.objects.filter(component__in=components).exclude(module__in=modules).delete()
    Component.workshops.through.objects.filter(component__in=components).exclude(workshop__in=workshops).delete()


def values_of(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """Return what stands in some columns of a row, as the audit trail keeps it."""
    return {name: _plain(getattr(row, name)) for name in names}


def note_change(action: str, row: Model, before: dict[str, Any], actor: Account | None) -> None:
    """Record what changed in a row, if anything did; `before` is what `values_of` returned."""
    after = values_of(row, before)
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        record(
            action,
            obj=row,
            actor=actor,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.pk if isinstance(value, Model) else value


def _check_days(programme: Programme) -> None:
    if programme.ends_on < programme.starts_on:
        raise ProgrammeError(_("A programme must end after it begins."))
