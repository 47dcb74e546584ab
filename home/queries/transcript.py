"""What a person has earned, whatever became of content and rules since: modules, workshops, programmes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch

from certificates.models import Certificate
from core.explanations import Line
from courses import rule_words as of_modules
from courses.models import Enrolment, Module
from people.models import Person
from programmes import rule_words as of_programmes
from programmes.models import ProgrammeCompletion
from workshops import rule_words as of_workshops
from workshops.models import Registration


@dataclass(frozen=True)
class Earned:
    """Something that was completed: for which agency, what was counted then, and the certificate that stands for it."""

    title: str
    language: str
    when: datetime
    agency: str
    counted: list[Line]
    certificate: Certificate | None = None

    @property
    def standing(self) -> str:
        """What the certificate is worth today, in words."""
        return str(Certificate.Status(self.certificate.status).label) if self.certificate else ""


@dataclass(frozen=True)
class Transcript:
    """Everything that was earned, the latest first."""

    modules: list[Earned] = field(default_factory=list)
    workshops: list[Earned] = field(default_factory=list)
    programmes: list[Earned] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.modules or self.workshops or self.programmes)


def transcript(person: Person, language: str) -> Transcript:
    """What the person has earned, as it was counted then. Five queries."""
    certificates = list(Certificate.objects.filter(person=person).order_by("issued_at", "pk"))
    return Transcript(
        _modules(person, language, certificates),
        _workshops(person, certificates),
        _programmes(person, certificates),
    )


def _latest(certificates: Iterable[Certificate], **about: int) -> Certificate | None:
    """The certificate that stands for something now: the last one that was issued for it."""
    name, key = next(iter(about.items()))
    return next((each for each in reversed([*certificates]) if getattr(each, f"{name}_id") == key), None)


def _modules(person: Person, language: str, certificates: list[Certificate]) -> list[Earned]:
    titled = Prefetch("module", Module.objects.with_title(language))
    done = Enrolment.objects.filter(person=person, completed_at__isnull=False).select_related("agency")
    return [
        Earned(
            each.module.title,
            each.module.title_language,
            each.completed_at,
            str(each.agency.name),
            of_modules.lines(each.completion),
            _latest(certificates, enrolment=each.pk),
        )
        for each in done.prefetch_related(titled).order_by("-completed_at", "-pk")
        if each.completed_at is not None and each.completion is not None
    ]


def _workshops(person: Person, certificates: list[Certificate]) -> list[Earned]:
    done = Registration.objects.filter(person=person, completed_at__isnull=False).select_related("workshop", "agency")
    return [
        Earned(
            str(each.workshop.title),
            "",
            each.completed_at,
            str(each.agency.name),
            of_workshops.lines(each.completion),
            _latest(certificates, registration=each.pk),
        )
        for each in done.order_by("-completed_at", "-pk")
        if each.completed_at is not None and each.completion is not None
    ]


def _programmes(person: Person, certificates: list[Certificate]) -> list[Earned]:
    done = ProgrammeCompletion.objects.filter(person=person).select_related("programme", "agency")
    return [
        Earned(
            str(each.programme.title),
            "",
            each.completed_at,
            str(each.agency.name),
            of_programmes.lines(each.completion),
            _latest(certificates, programme=each.programme_id),
        )
        for each in done.order_by("-completed_at", "-pk")
    ]
