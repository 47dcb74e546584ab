"""Agencies that nobody coordinates any more: managers are told, once for each day on which it happens."""

from collections.abc import Iterable
from datetime import date

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone

from people import emails
from people.models import Account, Agency, Person, Role, RoleGrant


def left_alone(day: date | None = None) -> QuerySet[Agency]:
    """Agencies that are there, had a coordinator, and on a day (default: today) have none, themselves or above."""
    on = day or timezone.localdate()
    grants = RoleGrant.objects.filter(role=Role.COORDINATOR)
    on_duty = grants.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)
    inner_path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    above = on_duty.alias(inner_path=inner_path).filter(inner_path__startswith=F("agency__path"))
    ended = grants.filter(agency=OuterRef("pk"), valid_to__lt=on)
    return Agency.objects.open_on(on).filter(Exists(ended)).exclude(Exists(above))


def warn_of_vacancies(*, agencies: Iterable[Agency], day: date) -> list[Agency]:
    """Write to managers about those of some agencies that nobody coordinates from a day on, and return these."""
    found = list(left_alone(day).filter(pk__in=[each.pk for each in agencies]).order_by("path"))
    for agency in found:
        for manager in managers():
            emails.nobody_coordinates(agency, manager, day)
    return found


def managers() -> list[Person]:
    """Everybody who is a manager today and can be written to as one."""
    accounts = Account.objects.filter(
        pk__in=RoleGrant.objects.active().filter(role=Role.MANAGER).values("account"), is_active=True
    )
    return list(Person.objects.filter(account__in=accounts).order_by("pk"))
