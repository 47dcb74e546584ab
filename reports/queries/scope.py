"""What a report is about: whose people, which workshop, which days, as things stand when."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.errors import DomainError
from people.models import Account, Agency, AgencyQuerySet, Membership
from programmes.models import Programme
from workshops.models import AttendanceRecord, Registration, Workshop

# Workshops in these states have taken place nowhere and for nobody.
NOT_HELD = [Workshop.Status.DRAFT, Workshop.Status.CANCELLED, Workshop.Status.POSTPONED]


class OutOfScopeError(DomainError):
    """Something was asked for that does not exist for the account that asks."""


@dataclass(frozen=True)
class Scope:
    """The agencies whose facts are counted; `agency` is the one that was named, with everything below it."""

    agencies: AgencyQuerySet
    agency: Agency | None = None


@dataclass(frozen=True)
class Question:
    """What is asked: about whom, which workshop or programme, which days, as things stand at `now`."""

    scope: Scope
    now: datetime
    workshop: Workshop | None = None
    programme: Programme | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def filters(self) -> dict[str, str]:
        named = {"agency": self.scope.agency, "workshop": self.workshop, "programme": self.programme}
        return {name: record.code for name, record in named.items() if record is not None}

    def covers(self, day: date) -> bool:
        """Whether a day lies in the period that was asked for."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


def scope_of(account: Account, agency_code: str = "") -> Scope:
    """Return the agencies that an account may ask about: the named one with its subtree, or all that it may read.

    Raises OutOfScopeError for an agency that does not exist for the account.
    """
    visible = Agency.objects.visible_to(account)
    if not agency_code:
        return Scope(visible)
    agency = visible.filter(code=agency_code).first()
    if agency is None:
        raise OutOfScopeError(_("There is no such agency among those whose reports you may read."))
    return Scope(visible.within(agency), agency)


def workshops_in(scope: Scope) -> QuerySet[Workshop]:
    """Workshops that took place, or will, and in which somebody of the scope has or had a place; newest first."""
    return (
        Workshop.objects.exclude(status__in=NOT_HELD)
        .filter(pk__in=participations(scope).values("workshop"))
        .order_by("-starts_on", "code")
    )


def workshop_in(scope: Scope, code: str) -> Workshop:
    """Return a workshop of the scope. Raises OutOfScopeError for any other code."""
    workshop = workshops_in(scope).filter(code=code).first()
    if workshop is None:
        raise OutOfScopeError(_("There is no such workshop among those of your agency."))
    return workshop


def programme_called(code: str) -> Programme:
    """Return a programme. Raises OutOfScopeError for a code that no programme has."""
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        raise OutOfScopeError(_("There is no programme with this code."))
    return programme


def participations(scope: Scope) -> QuerySet[Registration]:
    """Registrations ever confirmed for an agency of the scope, or with minutes that count, or will, for one.

    Minutes of a day count for the agency to which the person belongs on it, whichever the registration was for.
    """
    agencies = scope.agencies.values("pk")
    belongs = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("workshop__starts_on")),
        person=OuterRef("person"),
        agency__in=agencies,
        primary=True,
        valid_from__lte=OuterRef("workshop__ends_on"),
    )
    counted = AttendanceRecord.objects.filter(registration=OuterRef("pk"), agency__in=agencies)
    return Registration.objects.ever_confirmed().filter(Q(agency__in=agencies) | Exists(counted) | Exists(belongs))
