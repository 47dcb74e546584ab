"""Every write about programmes."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from core.errors import DomainError
from courses.models import Module
from programmes.models import Programme
from workshops.models import Workshop


class ProgrammeError(DomainError):
    """A rule about programmes was not met."""


@transaction.atomic
def create_programme(
    *,
    code: str,
    title_en: str,
    starts_on: date,
    ends_on: date,
    modules: Iterable[Module] = (),
    workshops: Iterable[Workshop] = (),
    title_ru: str = "",
    title_be: str = "",
) -> Programme:
    """Create a programme of modules and workshops. Raises ProgrammeError for a taken code or days in disorder."""
    if Programme.objects.filter(code=code).exists():
        raise ProgrammeError(_("A programme with the code %(code)s exists already.") % {"code": code})
    if ends_on < starts_on:
        raise ProgrammeError(_("A programme must end after it begins."))
    programme = Programme.objects.create(
        code=code, title_en=title_en, title_ru=title_ru, title_be=title_be, starts_on=starts_on, ends_on=ends_on
    )
    programme.modules.set(modules)
    programme.workshops.set(workshops)
    record("programmes.created", obj=programme, after={"code": code})
    return programme
