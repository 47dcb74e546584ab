"""What the front door shows: questions across all apps, each in a constant number of queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from certificates.models import Certificate
from certificates.services import module_to_renew
from core.explanations import Line
from core.prepared import Given, Prepared
from courses.models import Enrolment, Module, ModuleAspect, in_language_order
from courses.progress import Kind, Standing, Step
from courses.services import Owed, duties_of, put_cards, put_own_facts
from home.blocks import Role
from home.models import HomePage
from library.models import Aspect
from people.models import Account, Agency, Membership, Person
from programmes import rule_words
from programmes.models import Programme
from programmes.rules import EVALUATION, HOURS, MODULES, TESTS, conditions
from programmes.services import explanation
from workshops.models import Facilitation, Registration, Session, Workshop

# A session this near comes before lessons, which wait.
SOON = timedelta(hours=24)
CANCELLED = [Workshop.Status.CANCELLED, Workshop.Status.POSTPONED]
# How long the foot of the pages keeps who stands behind the Academy; publishing a home page ends it at once.
ACKNOWLEDGED_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Learning:
    """An enrolment with what is done in it and what comes next."""

    enrolment: Enrolment
    standing: Standing

    @property
    def step(self) -> Step:
        return self.standing.next_step

    @property
    def can_go_on(self) -> bool:
        """Whether there is something to do that does not wait for somebody else."""
        open_steps = {Kind.START, Kind.LESSON, Kind.TEST, Kind.RESUME_TEST}
        return self.enrolment.module.is_offered and self.step.kind in open_steps

    @property
    def touched_at(self) -> datetime:
        """When the person last did something here."""
        moments = [self.enrolment.enrolled_at]
        for row in self.enrolment.progress.all():
            moments += [row.started_at, row.completed_at or row.started_at]
        return max(moments)


@dataclass(frozen=True)
class Due:
    """A module that the person was asked to complete by a day, with what is done in it so far."""

    owed: Owed
    learning: Learning | None

    @property
    def renews(self) -> bool:
        """Whether it was completed so long ago that the final test has to be passed again."""
        return self.learning is not None and self.learning.enrolment.completed_at is not None


@dataclass(frozen=True)
class Attending:
    """A registration with the next session that it is for."""

    registration: Registration
    session: Session | None


@dataclass(frozen=True)
class Proof:
    """A certificate with what it is about and what it is worth, in words."""

    certificate: Certificate
    subject: str
    status: str
    # The module whose final test renews it now.
    renew: str = ""


@dataclass(frozen=True)
class UnderWay:
    """A programme with what its certificate asks for, what there is, and where what is missing can be done."""

    programme: Programme
    lines: list[Line]
    modules: list[Module]
    workshops: list[Workshop]


@dataclass(frozen=True)
class NextThing:
    """The one thing to do now: a session that begins soon, a step in a module, or a module that is to be begun."""

    session: Session | None = None
    learning: Learning | None = None
    due: Due | None = None


@dataclass(frozen=True)
class RingPart:
    """An aspect with how many of its offered modules the person has completed."""

    aspect: str
    done: int
    offered: int

    @property
    def share(self) -> float:
        return self.done / self.offered if self.offered else 0.0


@dataclass(frozen=True)
class MyLearning:
    """Everything on the page of a person."""

    next: NextThing | None
    due: list[Due]
    exempt: list[Owed]
    in_progress: list[Learning]
    completed: list[Learning]
    workshops: list[Attending]
    programmes: list[UnderWay]
    certificates: list[Proof]
    parts: list[RingPart]

    @property
    def ring(self) -> dict[str, float]:
        """How far each arc is filled."""
        return {part.aspect: part.share for part in self.parts}


def my_learning(person: Person, language: str) -> MyLearning:
    """What the person learns and attends, and what has come of it."""
    modules = _learning(person, language)
    workshops = _attending(person)
    completed = [one for one in modules if one.enrolment.completed_at is not None]
    in_progress = [one for one in modules if one.enrolment.completed_at is None]
    owed, begun = duties_of(person=person, language=language), {one.enrolment.module_id: one for one in modules}
    due = [Due(each, begun.get(each.module.pk)) for each in owed if each.is_open]
    return MyLearning(
        next=_next_thing(in_progress, workshops, due),
        due=due,
        exempt=[each for each in owed if each.duty.exempt and not each.duty.done_on],
        in_progress=in_progress,
        completed=completed,
        workshops=workshops,
        programmes=_under_way(person, language),
        certificates=_proofs(person, language),
        parts=_ring_parts(completed),
    )


def _learning(person: Person, language: str) -> list[Learning]:
    """The person's enrolments, the one touched last first."""
    enrolments = _ENROLMENTS.rows(person=person.pk)
    put_cards([each.module for each in enrolments], language)
    put_own_facts(enrolments)
    found = [Learning(enrolment, enrolment.standing()) for enrolment in enrolments]
    return sorted(found, key=lambda one: one.touched_at, reverse=True)


def _enrolments() -> QuerySet[Enrolment]:
    mine = Enrolment.objects.active().filter(person=Given("person"))
    return mine.select_related("module__final_test").with_tries()


_ENROLMENTS = Prepared(_enrolments)


def _attending(person: Person) -> list[Attending]:
    """The person's standing registrations, the workshop that comes next first, then those that are over."""
    now = timezone.now()
    coming = Session.objects.filter(ends_at__gt=now).order_by("starts_at", "number")
    registrations = _REGISTRATIONS.rows(person=person.pk)
    prefetch_related_objects(registrations, Prefetch("workshop__sessions", coming, to_attr="coming_sessions"))
    found = [Attending(registration, _next_session(registration)) for registration in registrations]
    ahead = [(one.session.starts_at, one.registration.pk, one) for one in found if one.session]
    over = [(one.registration.workshop.starts_on, one.registration.pk, one) for one in found if not one.session]
    return [one for *_, one in sorted(ahead)] + [one for *_, one in sorted(over, reverse=True)]


def _registrations() -> QuerySet[Registration]:
    return Registration.objects.active().filter(person=Given("person")).select_related("workshop")


_REGISTRATIONS = Prepared(_registrations)


def _next_session(registration: Registration) -> Session | None:
    if registration.workshop.status in CANCELLED:
        return None
    tracks = {"", registration.track}
    coming: list[Session] = registration.workshop.coming_sessions  # type: ignore[attr-defined]  # prefetched above
    return next((each for each in coming if each.track in tracks), None)


def _under_way(person: Person, language: str) -> list[UnderWay]:
    """Programmes that run, have a certificate of their own, and of which the person has done a part, not all.

    Eleven queries for each, whatever it consists of.
    """
    found = [_missing(each, person, language) for each in _BEGUN.rows(person=person.pk)]
    return [each for each in found if each.lines]


def _begun() -> QuerySet[Programme]:
    person = Given("person")
    modules = Enrolment.objects.active().filter(person=person).values("module")
    workshops = Registration.objects.ever_confirmed().filter(person=person).values("workshop")
    running = Programme.objects.filter(certificate=True, ends_on__gte=timezone.localdate())
    mine = running.filter(Q(modules__in=modules) | Q(workshops__in=workshops)).exclude(completions__person=person)
    return mine.distinct().order_by("ends_on", "code")


_BEGUN = Prepared(_begun)


def _missing(programme: Programme, person: Person, language: str) -> UnderWay:
    counted = explanation(programme=programme, person=person)
    missing = {condition.name for condition in conditions(counted) if not condition.met}
    modules: list[Module] = []
    workshops: list[Workshop] = []
    if MODULES in missing:
        modules = _TO_COMPLETE.rows(language, programme=programme.pk, person=person.pk)
    if missing & {HOURS, TESTS, EVALUATION}:
        workshops = _TO_COME.rows(programme=programme.pk)
    return UnderWay(programme, rule_words.lines(counted), modules, workshops)


def _to_complete(language: str) -> QuerySet[Module]:
    done = Enrolment.objects.filter(person=Given("person"), completed_at__isnull=False)
    modules = Module.objects.offered().filter(programmes=Given("programme")).exclude(pk__in=done.values("module"))
    return modules.order_by("code").with_title(language)


def _to_come() -> QuerySet[Workshop]:
    coming = Workshop.objects.public().exclude(status__in=CANCELLED).upcoming(timezone.localdate())
    return coming.filter(programmes=Given("programme"))


_TO_COMPLETE, _TO_COME = Prepared(_to_complete), Prepared(_to_come)


def _proofs(person: Person, language: str) -> list[Proof]:
    found = []
    for certificate in _CERTIFICATES.rows(person=person.pk):
        # Nothing is left of one that was erased but its code and its state.
        titles = certificate.payload["subject"]["titles"] if certificate.payload else {}
        subject = titles.get(language) or next(iter(titles.values()), certificate.code)
        found.append(
            Proof(certificate, subject, str(Certificate.Status(certificate.status).label), module_to_renew(certificate))
        )
    return found


def _certificates() -> QuerySet[Certificate]:
    return Certificate.objects.filter(person=Given("person")).select_related("enrolment__module")


_CERTIFICATES = Prepared(_certificates)


def _next_thing(
    in_progress: list[Learning], workshops: list[Attending], due: list[Due] | None = None
) -> NextThing | None:
    """An open test first (its time may run), then a session within a day, the module touched last, what is due."""
    able = [one for one in in_progress if one.can_go_on]
    open_test = next((one for one in able if one.step.kind == Kind.RESUME_TEST), None)
    if open_test is not None:
        return NextThing(learning=open_test)
    until = timezone.now() + SOON
    soon = next((one.session for one in workshops if one.session and one.session.starts_at <= until), None)
    if soon is not None:
        return NextThing(session=soon)
    if able:
        return NextThing(learning=able[0])
    return NextThing(due=due[0]) if due else None


def _ring_parts(completed: list[Learning]) -> list[RingPart]:
    """By aspect, what the person has completed of what is offered."""
    done: Counter[str] = Counter()
    for one in completed:
        if one.enrolment.module.is_offered:
            done.update(link.aspect for link in one.enrolment.module.aspect_links.all())
    offered = Counter(_OFFERED_ASPECTS.rows())
    return [RingPart(str(aspect), done[aspect], offered[aspect]) for aspect in Aspect]


def _offered_aspects() -> QuerySet[ModuleAspect, str]:
    offered = ModuleAspect.objects.filter(module__in=Module.objects.offered().values("pk"))
    return offered.values_list("aspect", flat=True)


_OFFERED_ASPECTS = Prepared(_offered_aspects)


@dataclass(frozen=True)
class Doors:
    """The next real thing behind each of the three doors; None leads to the general page."""

    learning: NextThing | None = None
    session: Session | None = None
    agencies: list[Agency] | None = None
    people: int = 0
    everybody: bool = False


def doors(account: Account | Any, language: str) -> Doors:
    """What waits for the account as a learner, as a facilitator and as a coordinator."""
    if not account.is_authenticated or account.person is None:
        return Doors()
    in_progress = [one for one in _learning(account.person, language) if one.enrolment.completed_at is None]
    agencies = list(Agency.objects.coordinated_by(account).order_by("path"))
    members = Membership.objects.current().filter(agency__in=[agency.pk for agency in agencies])
    return Doors(
        learning=_next_thing(in_progress, []),
        session=_session_to_run(account),
        agencies=agencies or None,
        people=members.values("person").distinct().count() if agencies else 0,
        everybody=account.sees_everybody,
    )


def _session_to_run(account: Account) -> Session | None:
    """The next session of the account's own workshops whose register is not signed."""
    idle = [*CANCELLED, Workshop.Status.DRAFT]
    own = Workshop.objects.facilitated_by(account).values("pk")
    checked_in = Workshop.objects.helped_by(account, Facilitation.Right.CHECK_IN).values("pk")
    theirs = Session.objects.filter(Q(workshop__in=own) | Q(workshop__in=checked_in))
    waiting = theirs.filter(sign_off__isnull=True).exclude(workshop__status__in=idle)
    # A register of yesterday that is not signed comes before the session of tomorrow.
    return waiting.select_related("workshop").order_by("starts_at").first()


def home_page(language: str) -> HomePage | None:
    """The home page in the language, or in the next best."""
    return in_language_order(HomePage.objects.filter(live=True), language).first()


def with_partners(page: HomePage | None) -> HomePage | None:
    """Read the logos of the partners on a home page with all their sizes at once."""
    if page is not None:
        blocks = [block for block in page.partners if block.block_type == "partner"]
        prefetch_related_objects([block.value["logo"] for block in blocks if block.value["logo"]], "renditions")
    return page


def acknowledged(language: str) -> dict[str, Any]:
    """Who stands behind the Academy, for the foot of public pages: {"language", "funders", "partners", "disclaimers"}.

    Names and words of the home page in the language, or in the next best; kept until a home page is published.
    """
    key = acknowledged_key(language)
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _acknowledged(language)
        cache.set(key, found, ACKNOWLEDGED_SECONDS)
    return found


def acknowledged_key(language: str) -> str:
    """Under which name the cache keeps what `acknowledged` found."""
    return f"acknowledged:{language}"


def _acknowledged(language: str) -> dict[str, Any]:
    live = HomePage.objects.filter(live=True)
    page = in_language_order(live, language).select_related("locale").only("partners", "locale__language_code").first()
    # As stored: names need no pictures, and a picture would be one more question to the database.
    blocks = page.partners.raw_data if page else []
    partners = [block["value"] for block in blocks if block["type"] == "partner"]
    return {
        "language": page.locale.language_code if page else language,
        "funders": [partner["name"] for partner in partners if partner["role"] == Role.FUNDER],
        "partners": [partner["name"] for partner in partners if partner["role"] == Role.PARTNER],
        "disclaimers": [block["value"] for block in blocks if block["type"] == "disclaimer"],
    }


@dataclass(frozen=True)
class Offer:
    """What is taught: modules that touch all four aspects, and by aspect those that do not."""

    common: list[Module]
    aspects: list[dict[str, Any]]


def offer(language: str) -> Offer:
    """The cards of all offered modules, each shown once where it touches every aspect."""
    modules = list(Module.objects.offered().with_card(language))
    common = [module for module in modules if set(Aspect.values) <= set(_aspects(module))]
    other = [module for module in modules if module not in common]
    by_aspect = [{"code": str(each), "modules": [one for one in other if each in _aspects(one)]} for each in Aspect]
    return Offer(common, by_aspect)


def _aspects(module: Module) -> list[str]:
    return [link.aspect for link in module.aspect_links.all()]


def next_workshops(limit: int = 3) -> list[Workshop]:
    """Published workshops that are not over, the nearest first."""
    public = Workshop.objects.public().exclude(Q(status__in=CANCELLED))
    return list(public.upcoming(timezone.localdate()).with_card()[:limit])
