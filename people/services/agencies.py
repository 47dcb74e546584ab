"""Agencies come, and go only when nothing names them."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from people.errors import PeopleError
from people.models import Account, Agency, AgencyDomain


@transaction.atomic
def create_agency(
    *,
    code: str,
    name_en: str,
    kind: str,
    parent: Agency | None = None,
    actor: Account | None = None,
    **fields: Any,
) -> Agency:
    """Create an agency below `parent`; its path is written here and never again."""
    agency = Agency.objects.create(code=code, name_en=name_en, kind=kind, parent=parent, **fields)
    agency.path = f"{parent.path if parent else '/'}{agency.pk}/"
    agency.save(update_fields=["path"])
    record("people.agency_created", obj=agency, actor=actor, after={"code": code})
    return agency


@transaction.atomic
def change_agency(
    *,
    agency: Agency,
    name_en: str,
    name_ru: str,
    name_be: str,
    kind: str,
    region: str,
    actor: Account | None = None,
) -> bool:
    """Correct what was written wrongly about an agency; say whether anything was.

    Reports of the past show the correction as well: a new name with a date is a change (`agency_changes`).
    """
    locked = Agency.objects.select_for_update().get(pk=agency.pk)
    said = {"name_en": name_en, "name_ru": name_ru, "name_be": name_be, "kind": kind, "region": region}
    before = {name: getattr(locked, name) for name, value in said.items() if getattr(locked, name) != value}
    if not before:
        return False
    for name in before:
        setattr(locked, name, said[name])
    locked.save(update_fields=list(before))
    after = {name: said[name] for name in before}
    record("people.agency_changed", obj=locked, actor=actor, before=before, after=after)
    return True


@transaction.atomic
def set_domains(*, agency: Agency, domains: Collection[str], actor: Account | None = None) -> None:
    """Make these the mail domains of an agency: who reads mail there joins without being asked further.

    Raises PeopleError for a domain of another agency.
    """
    wanted = {domain.strip().lower().lstrip("@") for domain in domains} - {""}
    elsewhere = AgencyDomain.objects.filter(domain__in=wanted).exclude(agency=agency).select_related("agency").first()
    if elsewhere is not None:
        raise PeopleError(
            _("%(domain)s is a mail domain of %(agency)s.") % {"domain": elsewhere.domain, "agency": elsewhere.agency}
        )
    own = AgencyDomain.objects.filter(agency=agency)
    before = set(own.values_list("domain", flat=True))
    if before == wanted:
        return
    own.exclude(domain__in=wanted).delete()
    AgencyDomain.objects.bulk_create(
        AgencyDomain(agency=agency, domain=domain, approved_by=actor) for domain in sorted(wanted - before)
    )
    record(
        "people.agency_domains_changed",
        obj=agency,
        actor=actor,
        before={"domains": sorted(before)},
        after={"domains": sorted(wanted)},
    )


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
