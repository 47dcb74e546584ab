"""Figures of reports stay what they were when people are erased: the whole demonstration, before and after."""

from typing import Any

import pytest
from django.utils import timezone

from certificates.models import Certificate
from operations.demo.people import DOMAIN
from people.models import Account, Erasure, Person
from people.services import erase_person
from reports.services import read_report

# R1, R4, R5, R12 and R14.
NAMES = {
    "participation": {},
    "agencies": {},
    "disaggregation": {},
    "follow-up": {"workshop": "RW-03"},
    "certificates": {},
}


def figures() -> dict[str, Any]:
    """All rows and totals of the reports, for a manager."""
    manager = Account.objects.get(email=f"manager@{DOMAIN}")
    found = {}
    for name, asked in NAMES.items():
        report = read_report(name=name, account=manager, **asked)
        found[name] = (report.rows, report.totals)
    return found


def five_people() -> list[Person]:
    """People who took part, went through evaluations and hold certificates, and wait for no workshop to come."""
    today = timezone.localdate()
    pending = Certificate.objects.filter(sealed_at__isnull=True, revoked_at__isnull=True).values("person")
    coming = Person.objects.filter(registrations__workshop__ends_on__gte=today).values("pk")
    known = Person.objects.filter(certificates__isnull=False, registrations__workshop__code="RW-03").distinct()
    return list(known.exclude(pk__in=pending).exclude(pk__in=coming).order_by("pk")[:5])


@pytest.mark.django_db
def test_reports_say_the_same_before_and_after_five_people_were_erased(demonstration):
    people = five_people()
    assert len(people) == 5
    before = figures()
    assert all(rows for rows, _totals in before.values())

    for person in people:
        erase_person(person=person, ground=Erasure.Ground.ASKED)

    assert figures() == before
    assert Person.objects.filter(family_name="Erased person").count() == 5
