"""When somebody is written to about a workshop: one function for each kind of message, from conditions alone.

An occasion says who is written to, why and when. Which of them have led to a message already is looked up in the log,
never remembered elsewhere; so the same plans always ask for the same messages. A new kind is one more function.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, partial
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core.fields import in_language
from core.prepared import Given, Prepared
from mail.kinds import REMINDERS
from mail.models import Message
from people.models import Person
from workshops import emails
from workshops.emails import Kind, Letter
from workshops.models import (
    ActionPlan,
    EvaluationInvitation,
    Facilitation,
    Registration,
    Session,
    Workshop,
)
from workshops.services.calendars import Diary
from workshops.services.message_log import Log, has_gone, topic_of
from workshops.zones import local, to_utc

# How many days before the first session somebody is reminded, and when on that day, as clocks at the place show it.
DAYS_BEFORE = (3, 1)
HOUR = time(9, 0)
# How many days after an evaluation has opened somebody who did not answer is asked.
DAYS_OPEN = (0, 5, 10)
# How many days after the workshop somebody is asked about the own plan.
DAYS_OF_ACTION = 90
# How long what follows from a click waits: so long a slip can be taken back, and the message changed or stopped.
SETTLES = timedelta(minutes=10)
# What may be one mail when somebody has several such messages at one time.
DIGEST = "workshops"

State = Registration.State
Status = Workshop.Status

# Those who know that they are on the list: whoever is only nominated was told nothing yet.
_TOLD = {State.INVITED, State.PENDING, State.CONFIRMED, State.WAITLISTED, State.OFFERED}
# What somebody has, or was promised, and hears about when it is taken away.
_GIVEN = {Kind.CONFIRMED, Kind.WAITLISTED, Kind.OFFERED}


@dataclass(frozen=True)
class Occasion:
    """A reason to write to somebody. The letter is written only when it is needed."""

    kind: Kind
    person: Person
    mark: str  # tells this occasion from others of the kind for the same person
    write: Callable[[], Letter]
    moment: datetime | None = None  # None: as soon as `delay` has passed
    delay: timedelta = SETTLES
    late: bool = False  # still worth a message when nobody thought of it before its moment
    diary: Diary | None = None  # what the reader's calendar is told along with it
    digest: str = ""
    choice: str = ""  # the kind of messages that a reader may do without (`mail.kinds`)
    tells: str = ""

    @property
    def template(self) -> str:
        return f"workshops/{self.kind}"

    def key(self, topic: str) -> str:
        """The name of an occasion: the same occasion never makes a second message."""
        return f"{topic}:{self.kind}:{self.person.pk}:{self.mark}"


@dataclass(frozen=True)
class Plans:
    """Everything that messages about a workshop follow from."""

    workshop: Workshop
    all_sessions: list[Session]  # in the order of time; those that make up for others are told to whoever runs them
    registrations: list[Registration]  # of each person the one that stands, or else the last
    facilitations: list[Facilitation]
    evaluations: list[EvaluationInvitation]
    action_plans: list[ActionPlan]
    log: Log
    now: datetime

    @cached_property
    def sessions(self) -> list[Session]:
        """The sessions to which participants are asked."""
        return [each for each in self.all_sessions if each.makes_up_for_id is None]

    def in_state(self, *states: str) -> list[Registration]:
        return [each for each in self.registrations if each.state in states]

    def sessions_of(self, registration: Registration) -> list[Session]:
        """The sessions that somebody is to come to, in their order."""
        return [each for each in self.sessions if each.track in {"", registration.track}]

    def are_to_come(self, sessions: Iterable[Session]) -> bool:
        """Whether one of these sessions is still to come."""
        return any(each.starts_at > self.now for each in sessions)

    def times_of(self, sessions: Iterable[Session]) -> str:
        """A name for when and where sessions are: another one when any of it has changed.

        A place that is now said in another language as well is where it was: that of the workshop's own counts.
        """
        place = in_language(self.workshop, "place", self.workshop.language)
        facts = [place, *(_when_and_where(each) for each in sessions)]
        return sha256("\n".join(facts).encode()).hexdigest()

    def diary(self, person: Person) -> Diary:
        """What the calendar of a person is to have of the workshop, whoever the person is in it by now."""
        runs = self._facilitations.get(person.pk)
        return Diary(
            person=person,
            sessions=[each for each in self._belonging(person) if each.ends_at > self.now],
            over=[each for each in self.all_sessions if each.ends_at <= self.now],
            told=self.log.calendar(person),
            now=self.now,
            accepted=runs is None or runs.state == Facilitation.State.ACCEPTED,
            runs=runs is not None,
        )

    def _belonging(self, person: Person) -> list[Session]:
        if self.workshop.is_stopped:
            return []
        if person.pk in self._facilitations:
            return self.all_sessions
        return self.sessions_of(self._confirmed[person.pk]) if person.pk in self._confirmed else []

    @cached_property
    def _facilitations(self) -> dict[int, Facilitation]:
        return {each.person_id: each for each in self.facilitations}

    @cached_property
    def _confirmed(self) -> dict[int, Registration]:
        return {each.person_id: each for each in self.in_state(State.CONFIRMED)}

    def at(self, day: date) -> datetime:
        """The time of a day at which people are written to."""
        return to_utc(day, HOUR, self.workshop.zone)

    @property
    def today(self) -> date:
        return local(self.now, self.workshop.zone).date()


def plans_of(workshop: Workshop, person: Person | None = None) -> Plans:
    """Read what messages about a workshop (to one person in it) follow from."""
    personal, about = person is not None, {"workshop": workshop.pk}
    messages = Message.objects.about(topic_of(workshop))
    if person is not None:
        about["person"] = person.pk
        messages = messages.filter(recipient=person)
    plans = Plans(
        workshop=workshop,
        all_sessions=_SESSIONS.rows(workshop=workshop.pk),
        registrations=_standing(_REGISTRATIONS.rows(personal, **about)),
        facilitations=_FACILITATIONS.rows(personal, **about),
        evaluations=_EVALUATIONS.rows(personal, **about),
        action_plans=_ACTION_PLANS.rows(personal, **about),
        log=Log(topic_of(workshop), messages),
        now=timezone.now(),
    )
    # What is read along names the workshop as it is locked, without another query for each row.
    rows: list[Any] = [*plans.all_sessions, *plans.registrations, *plans.facilitations]
    for each in rows:
        each.workshop = workshop
    for invitation in plans.evaluations:
        invitation.wave.workshop = workshop
    for plan in plans.action_plans:
        plan.registration.workshop = workshop
    return plans


def _sessions() -> QuerySet[Session]:
    return Session.objects.filter(workshop=Given("workshop")).select_related("room").order_by("starts_at", "number")


def _registrations(personal: bool) -> QuerySet[Registration]:
    own = {"person": Given("person")} if personal else {}
    found = Registration.objects.filter(workshop=Given("workshop"), **own)
    return found.select_related("person", "agency").order_by("pk")


def _facilitations(personal: bool) -> QuerySet[Facilitation]:
    own = {"person": Given("person")} if personal else {}
    found = Facilitation.objects.standing().filter(workshop=Given("workshop"), **own)
    return found.select_related("person").order_by("pk")


def _evaluations(personal: bool) -> QuerySet[EvaluationInvitation]:
    own = {"registration__person": Given("person")} if personal else {}
    found = EvaluationInvitation.objects.filter(wave__workshop=Given("workshop"), answered=False, **own)
    return found.select_related("wave", "registration__person").order_by("pk")


def _action_plans(personal: bool) -> QuerySet[ActionPlan]:
    own = {"registration__person": Given("person")} if personal else {}
    found = ActionPlan.objects.filter(registration__workshop=Given("workshop"), outcome="", **own)
    return found.select_related("registration__person").order_by("pk")


# Asked after every change of a workshop, and for everybody in it.
_SESSIONS, _REGISTRATIONS, _FACILITATIONS = Prepared(_sessions), Prepared(_registrations), Prepared(_facilitations)
_EVALUATIONS, _ACTION_PLANS = Prepared(_evaluations), Prepared(_action_plans)


def occasions(plans: Plans) -> Iterator[Occasion]:
    """Every reason there is to write to somebody about a workshop, in its present state."""
    for kind in _KINDS[plans.workshop.status]:
        yield from kind(plans)


# --- Registrations ---------------------------------------------------------------------------------------------------
def invitations(plans: Plans) -> Iterator[Occasion]:
    """Whoever is invited is asked to accept or to decline."""
    for each in _with_sessions_to_come(plans, State.INVITED):
        yield _of_registration(Kind.INVITED, each, partial(emails.asked, each, plans.sessions_of(each)))


def confirmations(plans: Plans) -> Iterator[Occasion]:
    """Whoever is confirmed gets the sessions, for the own calendar too."""
    for each in _with_sessions_to_come(plans, State.CONFIRMED):
        yield _of_registration(
            Kind.CONFIRMED,
            each,
            partial(emails.registered, each, plans.sessions_of(each)),
            diary=plans.diary(each.person),
            tells=plans.times_of(plans.sessions_of(each)),
        )


def waiting(plans: Plans) -> Iterator[Occasion]:
    """Whoever accepted when no seat was free hears of the waiting list."""
    for each in _with_sessions_to_come(plans, State.WAITLISTED):
        yield _of_registration(Kind.WAITLISTED, each, partial(emails.registered, each, plans.sessions_of(each)))


def offers(plans: Plans) -> Iterator[Occasion]:
    """Whoever is offered a place is asked whether to take it, as long as the offer lasts."""
    for each in _with_sessions_to_come(plans, State.OFFERED):
        if each.offered_until is None or each.offered_until > plans.now:
            until = f":{each.offered_until:%Y%m%dT%H%M}" if each.offered_until else ""
            write = partial(emails.asked, each, plans.sessions_of(each))
            yield _of_registration(Kind.OFFERED, each, write, mark=f"{each.pk}{until}")


def endings(plans: Plans) -> Iterator[Occasion]:
    """Whoever had a place, an offer or one on the waiting list hears that it is gone, and so does the own calendar.

    An invitation that was declined needs no answer; a rejection is told to whoever was invited.
    """
    heard = {State.REJECTED: {Kind.INVITED, *_GIVEN}, State.WITHDRAWN: _GIVEN, State.REPLACED: _GIVEN,
             State.LAPSED: {Kind.OFFERED}}  # fmt: skip
    for each in plans.in_state(*heard):
        sessions, diary = plans.sessions_of(each), plans.diary(each.person)
        asked_by_oneself = each.state == State.REJECTED and each.source == Registration.Source.SELF
        was_told = asked_by_oneself or any(map(has_gone, plans.log.about(each, heard[State(each.state)])))
        if was_told and _concern(plans, sessions, diary):
            write = partial(emails.registered, each, sessions)
            yield _of_registration(Kind(each.state), each, write, diary=diary)


# --- Times and places ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Place:
    """Somebody who is to come: a participant, or whoever runs the workshop."""

    person: Person
    sessions: Sequence[Session]
    told: Message | None
    runs: Facilitation | None = None

    @property
    def part(self) -> emails.Part:
        """What the person is in the workshop."""
        if self.runs is None:
            return emails.Part.TAKES_PART
        return emails.Part.RUNS if self.runs.state == Facilitation.State.ACCEPTED else emails.Part.ASKED


def reminders(plans: Plans) -> Iterator[Occasion]:
    """Whoever is to come is reminded three days and one day before the own first session."""
    for each in _places(plans):
        first = next(iter(each.sessions), None)
        if first is None or first.starts_at <= plans.now:
            continue
        for days in DAYS_BEFORE:
            yield Occasion(
                kind=Kind.REMINDER,
                person=each.person,
                mark=f"{first.day}:{days}",
                write=partial(emails.reminder, each.person, first, part=each.part),
                moment=to_utc(first.day - timedelta(days=days), HOUR, first.zone),
                digest=DIGEST,
                choice=REMINDERS,
            )


def changes(plans: Plans) -> Iterator[Occasion]:
    """Whoever was told of times and places hears of others, once for all that changed since the last message."""
    for each in _places(plans, asked=True):
        diary, times = plans.diary(each.person), plans.times_of(each.sessions)
        if each.told is not None and each.told.tells != times and _concern(plans, each.sessions, diary):
            yield Occasion(
                kind=Kind.CHANGED,
                person=each.person,
                mark=str(each.told.pk),
                write=partial(
                    emails.changed,
                    each.person,
                    plans.workshop,
                    each.sessions,
                    gone=diary.outdated,
                    part=each.part,
                ),
                diary=diary,
                digest=DIGEST,
                tells=times,
            )


def notices(plans: Plans) -> Iterator[Occasion]:
    """Everybody concerned hears at once that the workshop is postponed or cancelled, each time that it happens.

    Of a draft no participant has heard, and a facilitator only if the person was asked.
    """
    public = _was_public(plans.workshop)
    notice = partial(
        Occasion,
        kind=Kind(plans.workshop.status),
        mark=f"{plans.workshop.status_at:%Y%m%dT%H%M%S}",
        delay=timedelta(0),
    )
    for each in plans.in_state(*_TOLD) if public else []:
        write = partial(emails.stopped, each.person, plans.workshop, takes_part=True)
        yield notice(person=each.person, write=write, diary=plans.diary(each.person))
    for facilitator in plans.facilitations:
        if public or plans.log.runs_by(facilitator.person):
            write = partial(emails.stopped, facilitator.person, plans.workshop, takes_part=False)
            yield notice(person=facilitator.person, write=write, diary=plans.diary(facilitator.person))


# --- Those who run it, and what comes afterwards ---------------------------------------------------------------------
def facilitators(plans: Plans) -> Iterator[Occasion]:
    """Whoever is asked to run the workshop is written to, for a draft too: it is published when somebody accepts."""
    for each in plans.facilitations:
        if each.state == Facilitation.State.INVITED and plans.workshop.ends_on >= plans.today:
            yield Occasion(
                kind=Kind.FACILITATION,
                person=each.person,
                mark=f"{each.invited_at:%Y%m%dT%H%M%S}" if each.invited_at else str(each.pk),
                write=partial(emails.facilitation, each, plans.all_sessions),
                diary=plans.diary(each.person),
                tells=plans.times_of(plans.all_sessions),
            )


def accepted(plans: Plans) -> Iterator[Occasion]:
    """Whoever runs the workshop gets the sessions, for the own calendar too, as soon as it is published."""
    for each in plans.facilitations:
        if each.state == Facilitation.State.ACCEPTED and plans.are_to_come(plans.all_sessions):
            before = plans.log.relieved(each.person)
            yield Occasion(
                kind=Kind.FACILITATES,
                person=each.person,
                mark=f"since{before.pk}" if before else "first",
                write=partial(emails.facilitates, each, plans.all_sessions),
                diary=plans.diary(each.person),
                tells=plans.times_of(plans.all_sessions),
            )


def relieved(plans: Plans) -> Iterator[Occasion]:
    """Whoever was asked to run the workshop, or was to run it, and is not any more hears so once, and so does the own
    calendar."""
    standing = {each.person_id for each in plans.facilitations}
    for person in plans.log.people:
        told = None if person.pk in standing else plans.log.runs_by(person)
        # A message that says nothing of times is one from before calendars were told.
        if told is not None and told.tells and plans.workshop.ends_on >= plans.today:
            diary = plans.diary(person)
            yield Occasion(
                kind=Kind.RELIEVED,
                person=person,
                mark=str(told.pk),
                write=partial(emails.relieved, person, plans.workshop, takes_part=bool(diary.sessions)),
                diary=diary,
            )


def evaluations(plans: Plans) -> Iterator[Occasion]:
    """Whoever was asked in a wave that is open, and has not answered, is written to when it opens and twice more."""
    for each in plans.evaluations:
        if not each.wave.opens_on <= plans.today <= each.wave.closes_on:
            continue
        for days in DAYS_OPEN:
            moment = plans.at(each.wave.opens_on + timedelta(days=days))
            yield Occasion(
                kind=Kind.EVALUATION,
                person=each.registration.person,
                mark=f"{each.wave.kind}:{days}",
                write=partial(emails.evaluation, each, again=days > 0),
                moment=max([moment, *(session.ends_at for session in plans.sessions)]),
                late=days == 0,
                choice=REMINDERS if days > 0 else "",
            )


def action_plans(plans: Plans) -> Iterator[Occasion]:
    """Whoever wrote an action plan is asked after 90 days what came of it."""
    for each in plans.action_plans:
        yield Occasion(
            kind=Kind.ACTION_PLAN,
            person=each.registration.person,
            mark=str(each.registration_id),
            write=partial(emails.action_plan, each),
            moment=plans.at(plans.workshop.ends_on + timedelta(days=DAYS_OF_ACTION)),
            choice=REMINDERS,
        )


_AFTERWARDS = (evaluations, action_plans)
_FACILITATORS = (facilitators, accepted, relieved)
_PARTICIPANTS = (invitations, waiting, offers, confirmations, endings)
_HELD = (*_PARTICIPANTS, reminders, changes, *_FACILITATORS, *_AFTERWARDS)
_STOPPED = (notices, endings, relieved)
_KINDS: dict[str, tuple[Callable[[Plans], Iterator[Occasion]], ...]] = {
    Status.DRAFT: (facilitators, relieved),
    Status.PUBLISHED: _HELD,
    Status.RUNNING: _HELD,
    Status.POSTPONED: _STOPPED,
    Status.CANCELLED: _STOPPED,
    Status.ENDED: _AFTERWARDS,
    Status.RECONCILED: _AFTERWARDS,
    Status.CLOSED: _AFTERWARDS,
}


def _standing(registrations: Iterable[Registration]) -> list[Registration]:
    in_order = sorted(registrations, key=lambda each: (each.state in Registration.ACTIVE, each.pk))
    return list({each.person_id: each for each in in_order}.values())


def _with_sessions_to_come(plans: Plans, *states: str) -> list[Registration]:
    return [each for each in plans.in_state(*states) if plans.are_to_come(plans.sessions_of(each))]


def _concern(plans: Plans, sessions: Iterable[Session], diary: Diary) -> bool:
    """Whether anything is left to be told: a session to come, or one that the calendar has and should not have."""
    held = not plans.workshop.is_stopped
    return (held and plans.are_to_come(sessions)) or bool(diary.outdated)


def _places(plans: Plans, *, asked: bool = False) -> Iterator[_Place]:
    """Who is to come: whoever is confirmed, and whoever runs the workshop, or (`asked`) is asked to."""
    running = [each for each in plans.facilitations if asked or each.state == Facilitation.State.ACCEPTED]
    for named in running:
        yield _Place(named.person, plans.all_sessions, plans.log.told_to_run(named), named)
    # Whoever does both hears of all sessions, once.
    twice = {named.person_id for named in running}
    for each in plans.in_state(State.CONFIRMED):
        if each.person_id not in twice:
            yield _Place(each.person, plans.sessions_of(each), plans.log.told(each))


def _of_registration(
    kind: Kind, registration: Registration, write: Callable[[], Letter], *, mark: str = "", **more: Any
) -> Occasion:
    """An occasion that comes once for a registration."""
    return Occasion(
        kind=kind,
        person=registration.person,
        mark=mark or str(registration.pk),
        write=write,
        **more,
    )


def _was_public(workshop: Workshop) -> bool:
    """Whether participants have heard of a workshop, or were to hear: only a draft has no message for them."""
    topic = topic_of(workshop)
    messages = Message.objects.about(topic)
    for kind in (Kind.FACILITATION, Kind.RELIEVED):
        messages = messages.exclude(key__startswith=f"{topic}:{kind}:")
    return messages.exists()


def _when_and_where(session: Session) -> str:
    room = f"{session.room.name}, {session.room.address}" if session.room else ""
    moments = f"{session.starts_at:%Y%m%dT%H%M%S} {session.ends_at:%Y%m%dT%H%M%S}"
    return f"{session.uid} {moments} {session.zone} {session.mode} {session.join_link} {room}"
