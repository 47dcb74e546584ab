"""What a report is about: whose people, which workshop, which days, as things stand when."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import cast

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from assessments.models import Attempt, Test
from core.errors import DomainError
from core.prepared import Given, Prepared
from courses.models import Module
from people.models import Account, Agency, AgencyQuerySet, Membership
from programmes.models import Programme
from workshops.models import AttendanceRecord, OutlineAspect, Registration, Workshop

# In place of a form of a test: those of all forms together.
EVERY_FORM = "all"
# Workshops in these states have taken place nowhere and for nobody.
NOT_HELD = [Workshop.Status.DRAFT, Workshop.Status.CANCELLED, Workshop.Status.POSTPONED]


class OutOfScopeError(DomainError):
    """Something was asked for that does not exist for the account that asks."""


class TooWideError(DomainError):
    """More is asked about than can be looked through at once."""


class TooFewError(DomainError):
    """What is asked about is so few people that every figure would be about single ones."""


class Counting(StrEnum):
    """Which attempts of a person at a test are counted."""

    FIRST = "first"
    BY_RULE = "counting"
    ALL = "all"


class Audience(StrEnum):
    """For whom figures are made, which decides how small a group they may be about."""

    AGENCY = "agency"
    PROGRAMME = "programme"
    OUTSIDE = "outside"

    @property
    def smallest(self) -> int:
        """The number of people from which on a figure is shown; 0 shows all, names included."""
        return {Audience.AGENCY: 0, Audience.PROGRAMME: 5, Audience.OUTSIDE: 10}[self]


@dataclass(frozen=True)
class Scope:
    """The agencies whose facts are counted; `agency` is the one that was named, with everything below it or alone.

    within: all agencies that the account may ask about, where one was named.
    """

    agencies: AgencyQuerySet
    agency: Agency | None = None
    alone: bool = False
    within: AgencyQuerySet | None = None

    @property
    def widest(self) -> "Scope":
        """What the account may ask about when it names no agency."""
        return self if self.within is None else Scope(self.within)

    @property
    def everywhere(self) -> bool:
        """Whether all agencies are asked about, so that the database need not compare with each of them."""
        return not self.agencies.query.has_filters()


@dataclass(frozen=True)
class Question:
    """What is asked: about whom or what, which aspect, which language, which days, as of `now`, for whom.

    aspect and language are codes, empty for all; language is that of a workshop, of a person who takes a module, or of
    an attempt at a test. form: of a test that has forms, or `EVERY_FORM`; attempts: a `Counting`; both go with a test.
    figure: which of the people that a figure counts are to be listed. person: a public code, empty for everybody.
    """

    scope: Scope
    now: datetime
    audience: Audience = Audience.AGENCY
    workshop: Workshop | None = None
    module: Module | None = None
    programme: Programme | None = None
    test: Test | None = None
    form: str = ""
    attempts: str = ""
    aspect: str = ""
    language: str = ""
    first_day: date | None = None
    last_day: date | None = None
    figure: str = ""
    person: str = ""

    @property
    def filters(self) -> dict[str, str]:
        """What was asked for by code, as it stands in addresses and files."""
        named = {
            "agency": self.scope.agency,
            "workshop": self.workshop,
            "module": self.module,
            "programme": self.programme,
            "test": self.test,
        }
        found = {name: record.code for name, record in named.items() if record is not None}
        said = {"subtree": "no" if self.scope.alone else "", "aspect": self.aspect, "attempts": self.attempts}
        said |= {"language": self.language, "form": self.form, "figure": self.figure, "person": self.person}
        return found | {name: value for name, value in said.items() if value}

    @property
    def of_everything(self) -> bool:
        """Whether nothing narrows it, so that databases had better not look for what it is about."""
        narrowed = (self.workshop, self.programme, self.aspect, self.language, self.first_day, self.last_day)
        return self.scope.everywhere and not any(narrowed)

    def covers(self, day: date) -> bool:
        """Whether a day lies in the period that was asked for."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


def scope_of(account: Account, agency_code: str = "", *, alone: bool = False) -> Scope:
    """Return the agencies that an account may ask about: the named one with its subtree or alone, or all of them.

    Raises OutOfScopeError for an agency that does not exist for the account.
    """
    visible = Agency.objects.all()
    if not account.sees_everybody:
        # By their keys: whom an account coordinates is worked out once, and not for each row of a country.
        visible = visible.filter(pk__in=_COORDINATED.rows(account=account.pk))
    if not agency_code:
        return Scope(visible)
    agency = visible.filter(code=agency_code).first()
    if agency is None:
        raise OutOfScopeError(_("There is no such agency among those whose reports you may read."))
    return Scope(visible.filter(pk=agency.pk) if alone else visible.within(agency), agency, alone, visible)


def _coordinated() -> QuerySet[Agency, int]:
    agencies = Agency.objects.coordinated_by(Account(pk=cast("int", Given("account"))))
    return agencies.order_by().values_list("pk", flat=True)


_COORDINATED = Prepared(_coordinated)


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


def module_called(code: str) -> Module:
    """Return a module. Raises OutOfScopeError for a code that no module has."""
    module = Module.objects.filter(code=code).first()
    if module is None:
        raise OutOfScopeError(_("There is no module with this code."))
    return module


def workshops_asked(question: Question) -> QuerySet[Workshop]:
    """Workshops that took place, or will, and that a question is about, whatever the period, each once."""
    found = Workshop.objects.exclude(status__in=NOT_HELD)
    if question.workshop is not None:
        found = found.filter(pk=question.workshop.pk)
    if question.programme is not None:
        found = found.filter(pk__in=question.programme.workshops.values("pk"))
    if question.aspect:
        about = OutlineAspect.objects.filter(aspect=question.aspect)
        found = found.filter(outline__in=about.values("outline"))
    if question.language:
        found = found.filter(language=question.language)
    return found


def programme_called(code: str) -> Programme:
    """Return a programme. Raises OutOfScopeError for a code that no programme has."""
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        raise OutOfScopeError(_("There is no programme with this code."))
    return programme


def taken_tests() -> QuerySet[Test]:
    """Tests that somebody handed in, by code."""
    return Test.objects.filter(
        Exists(Attempt.objects.filter(test=OuterRef("pk"), submitted_at__isnull=False))
    ).order_by("code")


def forms_of(test: Test) -> list[str]:
    """The forms in which a test was handed in; empty when it has none."""
    taken = Attempt.objects.filter(test=test, submitted_at__isnull=False).exclude(form="")
    return list(taken.order_by("form").values_list("form", flat=True).distinct())


def test_called(code: str, form: str) -> tuple[Test, str]:
    """Return a test and the form in which it is read: the one that was named, else the first of those it was taken in.

    Raises OutOfScopeError for a code that no test has, and for a form in which it was not taken.
    """
    test = Test.objects.filter(code=code).first()
    if test is None:
        raise OutOfScopeError(_("There is no test with this code."))
    forms = forms_of(test)
    if form not in ("", EVERY_FORM, *forms):
        raise OutOfScopeError(_("The test was not taken in this form."))
    return test, form or next(iter(forms), "") if forms else ""


def participations(scope: Scope) -> QuerySet[Registration]:
    """Registrations ever confirmed for an agency of the scope, or with minutes that count, or will, for one.

    Minutes of a day count for the agency to which the person belongs on it, whichever the registration was for.
    """
    if scope.everywhere:
        return Registration.objects.ever_confirmed()
    agencies = scope.agencies.values("pk")
    members = Membership.objects.filter(agency__in=agencies, primary=True)
    belongs = members.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("workshop__starts_on")),
        person=OuterRef("person"),
        valid_from__lte=OuterRef("workshop__ends_on"),
    )
    counted = AttendanceRecord.objects.filter(registration=OuterRef("pk"), agency__in=agencies)
    # Of most people it is known at once that they were never members, without a look at the days.
    ever_there = Q(person__in=members.values("person"))
    return Registration.objects.ever_confirmed().filter(
        Q(agency__in=agencies) | Exists(counted) | (ever_there & Exists(belongs))
    )
