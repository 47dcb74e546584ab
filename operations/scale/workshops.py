"""Workshops of five years: schedule, places, registers, tests before and after, evaluation, certificates."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from operations.scale import rows
from operations.scale.bank import SERVES, Paper
from operations.scale.learning import ASPECTS, PASS_MARK
from operations.scale.people import YEARS
from operations.scale.shape import OFFSET, PREFIX, Form, Rows, Shape, at, certificate, symbols
from workshops.attendance import ABSENT, EXCUSED, LATE, LEFT_EARLY, NOT_RECORDED, PRESENT, WAS_THERE, credit
from workshops.surveys import ENOUGH, OPEN_FOR, OPENS_AFTER

OUTLINES, PROGRAMMES, STAFF = 12, 4, 40
DAYS_AHEAD = 56
# A workshop: three days of four sessions; so many agencies send so many people each.
DAYS, SLOTS = 3, ((9, 0), (10, 45), (13, 30), (15, 15))
MINUTES, THRESHOLD, PARTIAL_SHARE = 90, 80, 80
# A visit that nobody has to join.
VOLUNTARY = 8
AGENCIES, FROM_EACH = 12, 7
STOPPED, DRAFT, WITH_TEST = ("cancelled", "cancelled", "cancelled", "postponed"), 0.2, 0.9
STOPS = 0.04
# What became of a registration.
STATES, STATE_WEIGHTS = ("confirmed", "withdrawn", "rejected", "lapsed", "waitlisted"), (82, 4, 5, 3, 6)
SOURCES, SOURCE_WEIGHTS = ("nomination", "self", "walk_in"), (78, 17, 5)
# How diligent people are: the share of sessions that they miss, and how many do.
MISSES, MISS_WEIGHTS = (1.0, 0.45, 0.03), (7, 14, 79)
CAME, CAME_WEIGHTS = (PRESENT, LATE, LEFT_EARLY), (90, 7, 3)
SAID_BEFORE, SCANNED, UNWRITTEN = 0.4, 0.3, 0.01
SIGNED, SIGNED_LATELY, LATELY = 0.98, 0.7, timedelta(days=30)
# Registers that nobody opened, and workshops with a session that makes up for another one.
FORGOTTEN, REPEATED, REPEATED_SESSION = 0.15, 0.02, 5
TAKE_TEST, KNOW = {"pre": 0.88, "post": 0.84}, {"pre": 0.5, "post": 0.76}
PAPER_OF = {"pre": "A", "post": "B"}
# Only the newest tests have the answers to each question: an analysis reads one of them.
WITH_ANSWERS = 2
ANSWER = {"end": 0.6, "months_3": 0.35}
ASKED_LATER_SINCE, PLANS = timedelta(days=730), 0.3
OUTCOMES = ("not_started", "started", "partly", "done")
SEALED = 0.95


@dataclass
class _Register:
    """What a register says about a person, added up as it is written."""

    credited: int = 0
    came: int = 0
    missed: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Held:
    """A session that took place, with its number."""

    key: int
    day: date
    starts_at: datetime
    ends_at: datetime
    number: int


def load(shape: Shape, papers: Sequence[Paper]) -> Rows:
    """Outlines and programmes, then each workshop with all that belongs to it, the oldest first."""
    staff, members = _who(shape)
    outlines = [shape.key(rows.Outline) for _number in range(OUTLINES)]
    for number, outline in enumerate(outlines):
        yield rows.Outline(outline, f"{PREFIX}-W{number + 1}", shape.uuid())
        aspect = ASPECTS[number % len(ASPECTS)]
        yield rows.OutlineAspect(shape.key(rows.OutlineAspect), outline, aspect)
    programmes = [shape.key(rows.Programme) for _number in range(PROGRAMMES)]
    for number, programme in enumerate(programmes):
        yield from _programme(shape, number, programme)
    for number in range(shape.size.workshops):
        workshop = _workshop(shape, number, outlines[number % OUTLINES], papers)
        yield workshop
        if number % (PROGRAMMES + 1) < PROGRAMMES:
            programme = programmes[number % (PROGRAMMES + 1)]
            yield rows.ProgrammeWorkshop(shape.key(rows.ProgrammeWorkshop), programme, workshop.id)
        for lead, person in enumerate(shape.random.sample(staff, min(2, len(staff)))):
            yield rows.Facilitation(shape.key(rows.Facilitation), workshop.id, person, lead == 0)
        yield from _Delivery(shape, number, workshop, papers[number // SERVES], members).load()


def _who(shape: Shape) -> tuple[list[int], Mapping[int, list[int]]]:
    """Return those who run workshops, and everybody else by agency."""
    count = min(STAFF, max(2, len(shape.people) // 50))
    members: dict[int, list[int]] = defaultdict(list)
    for person in shape.people[:-count]:
        members[shape.agency_of[person]].append(person)
    return shape.people[-count:], members


def _programme(shape: Shape, number: int, key: int) -> Rows:
    begins = shape.today.replace(day=1) - timedelta(days=365 * YEARS)
    ends = shape.today + timedelta(days=365)
    yield rows.Programme(key, f"{PREFIX}-P{number + 1}", f"Programme {number + 1}", begins, ends, certificate=False)
    for module in shape.modules[number % 2 :: 2]:
        yield rows.ProgrammeModule(shape.key(rows.ProgrammeModule), key, module)
    for agency in list(shape.kinds)[number::PROGRAMMES]:
        yield rows.TargetAgency(shape.key(rows.TargetAgency), key, agency, 100)
    formulas = (("people_started", "people"), ("people_certified", "people"), ("attendance_rate", "share"))
    for place, (formula, unit) in enumerate(formulas, start=1):
        target = 0.8 if unit == "share" else 10_000.0
        yield rows.Indicator(
            shape.key(rows.Indicator), key, f"1.{place}", f"Indicator {place}", formula, unit, unit == "people", target
        )


def _workshop(shape: Shape, number: int, outline: int, papers: Sequence[Paper]) -> rows.Workshop:
    span = 365 * YEARS + DAYS_AHEAD
    first = shape.today - timedelta(days=365 * YEARS - number * span // shape.size.workshops)
    # Three days of one week.
    first -= timedelta(days=max(0, first.weekday() - 2))
    last = first + timedelta(days=DAYS - 1)
    status = _status(shape, first, last)
    return rows.Workshop(
        id=shape.key(rows.Workshop),
        code=f"{PREFIX}-{number + 1:05d}",
        outline_id=outline,
        title_en=f"Workshop {number + 1}",
        status=status,
        status_at=at(min(last, shape.today), 0),
        status_reason="The room was not free." if status in STOPPED else "",
        starts_on=first,
        ends_on=last,
        place_en="Minsk",
        language=shape.random.choices(("ru", "be", "en"), (70, 20, 10))[0],
        test_id=papers[number // SERVES].test if shape.chance(WITH_TEST) else None,
    )


def _status(shape: Shape, first: date, last: date) -> str:
    if shape.chance(STOPS):
        return shape.random.choice(STOPPED)
    if first >= shape.today:
        return "draft" if shape.chance(DRAFT) else "published"
    if last >= shape.today:
        return "running"
    return "closed" if last < shape.today - LATELY else "ended"


class _Delivery:
    """Everything that belongs to one workshop."""

    def __init__(
        self, shape: Shape, number: int, workshop: rows.Workshop, paper: Paper, members: Mapping[int, list[int]]
    ) -> None:
        self._shape, self._random = shape, shape.random
        self._workshop, self._paper, self._members = workshop, paper, members
        self._takes_place = workshop.status not in {*STOPPED, "draft"}
        newest = (shape.size.workshops - 1) // SERVES - WITH_ANSWERS
        self._with_answers = number // SERVES > newest
        self._held: list[_Held] = []

    def load(self) -> Rows:
        """Sessions, then everybody, then who answered what afterwards."""
        yield from self._sessions()
        if self._workshop.status == "draft":
            return
        came: list[rows.Registration] = []
        for confirmed in self._registrations():
            register = _Register()
            records = list(self._attend(confirmed, register)) if confirmed.state == "confirmed" else []
            registration = self._completed(confirmed, register)
            yield registration
            yield from records
            if register.came:
                came.append(registration)
                yield from self._tests(registration)
            if registration.completed_at and self._shape.chance(SEALED):
                yield certificate(
                    self._shape,
                    person=registration.person_id,
                    agency=registration.agency_id,
                    when=registration.completed_at + timedelta(hours=1),
                    registration=registration.id,
                )
        if self._is_over:
            yield from self._evaluation(came)

    @property
    def _is_over(self) -> bool:
        return self._takes_place and self._workshop.ends_on < self._shape.today

    # --- Schedule ---

    def _sessions(self) -> Rows:
        shape, workshop = self._shape, self._workshop
        lately = workshop.ends_on >= shape.today - 3 * LATELY
        forgotten = DAYS * len(SLOTS) if lately and shape.chance(FORGOTTEN) else 0
        missed = 0
        for number in range(1, DAYS * len(SLOTS) + 1):
            day = workshop.starts_on + timedelta(days=(number - 1) // len(SLOTS))
            opened = self._takes_place and day < shape.today and number != forgotten
            session = self._session(number, day, SLOTS[(number - 1) % len(SLOTS)], opened=opened)
            missed = session.id if number == REPEATED_SESSION else missed
            yield from self._with_sign_off(session)
        if self._is_over and shape.chance(REPEATED):
            day = workshop.ends_on + timedelta(days=1)
            opened = day < shape.today
            yield from self._with_sign_off(self._session(number + 1, day, SLOTS[0], opened=opened, makes_up_for=missed))

    def _session(
        self, number: int, day: date, begins: tuple[int, int], *, opened: bool, makes_up_for: int | None = None
    ) -> rows.Session:
        starts_at = at(day, *begins)
        ends_at = starts_at + timedelta(minutes=MINUTES)
        key = self._shape.key(rows.Session)
        if opened:
            self._held.append(_Held(key, day, starts_at, ends_at, number))
        return rows.Session(
            id=key,
            workshop_id=self._workshop.id,
            uid=self._shape.uuid(),
            number=number,
            title_en=f"Session {number}",
            day=day,
            start_time=time(*begins),
            end_time=(ends_at + OFFSET).time(),
            zone="Europe/Minsk",
            starts_at=starts_at,
            ends_at=ends_at,
            planned_minutes=MINUTES,
            required=number != VOLUNTARY and makes_up_for is None,
            makes_up_for_id=makes_up_for,
            opened_at=starts_at - timedelta(minutes=30) if opened else None,
        )

    def _with_sign_off(self, session: rows.Session) -> Rows:
        yield session
        share = SIGNED if session.day < self._shape.today - LATELY else SIGNED_LATELY
        if session.opened_at and self._shape.chance(share):
            signed = session.ends_at + timedelta(hours=1)
            yield rows.SignOff(self._shape.key(rows.SignOff), session.id, signed, self._shape.manager, {})

    # --- People ---

    def _registrations(self) -> Iterator[rows.Registration]:
        first = self._workshop.starts_on
        agencies = self._random.sample(sorted(self._members), min(AGENCIES, len(self._members)))
        for agency in agencies:
            everybody = self._members[agency]
            for person in self._random.sample(everybody, min(FROM_EACH, len(everybody))):
                yield self._registration(person, self._shape.agency_on(person, first))

    def _registration(self, person: int, agency: int) -> rows.Registration:
        key = self._shape.key(rows.Registration)
        state = self._random.choices(STATES, STATE_WEIGHTS)[0]
        named = min(self._workshop.starts_on, self._shape.today) - timedelta(days=self._random.randrange(20, 40))
        confirmed = at(named, 15) if state in {"confirmed", "withdrawn"} else None
        return rows.Registration(
            id=key,
            workshop_id=self._workshop.id,
            person_id=person,
            agency_id=agency,
            state=state,
            source=self._random.choices(SOURCES, SOURCE_WEIGHTS)[0],
            language=self._shape.languages[person],
            pass_code=symbols(key, 10),
            created_at=at(named, 9),
            confirmed_at=confirmed,
            ended_at=None if state in {"confirmed", "waitlisted"} else at(named + timedelta(days=5), 9),
            attended=False,
            completed_at=None,
            completion=None,
        )

    def _attend(self, registration: rows.Registration, register: _Register) -> Rows:
        misses = self._random.choices(MISSES, MISS_WEIGHTS)[0]
        for session in self._held:
            repeats = session.number > DAYS * len(SLOTS)
            if repeats and REPEATED_SESSION not in register.missed:
                continue
            status = self._status_in(0.5 if repeats else misses)
            credited = credit(status, None, MINUTES, PARTIAL_SHARE)
            if credited < MINUTES:
                register.missed.append(session.number)
            if session.number != VOLUNTARY:
                register.credited += credited
            register.came += status in WAS_THERE
            yield from self._recorded(registration, session, status, credited)

    def _status_in(self, misses: float) -> str:
        if self._shape.chance(UNWRITTEN):
            return NOT_RECORDED
        if self._shape.chance(misses):
            return EXCUSED if self._shape.chance(SAID_BEFORE) else ABSENT
        return self._random.choices(CAME, CAME_WEIGHTS)[0]

    def _recorded(self, registration: rows.Registration, session: _Held, status: str, credited: int) -> Rows:
        event = None
        if status != NOT_RECORDED:
            event = self._event(registration.person_id, session, status)
            yield event
        yield rows.AttendanceRecord(
            id=self._shape.key(rows.AttendanceRecord),
            session_id=session.key,
            person_id=registration.person_id,
            registration_id=registration.id,
            agency_id=self._shape.agency_on(registration.person_id, session.day),
            planned_minutes=MINUTES,
            status=status,
            credited_minutes=credited,
            decided_by_id=event.id if event else None,
            reason=event.source if event else "",
        )

    def _event(self, person: int, session: _Held, status: str) -> rows.AttendanceEvent:
        scanned = status == PRESENT and self._shape.chance(SCANNED)
        when = session.starts_at - timedelta(minutes=5) if scanned else session.ends_at
        kind, source = ("in", "qr") if scanned else ("mark", "facilitator")
        told = "" if scanned else status
        return rows.AttendanceEvent(self._shape.uuid(), session.key, person, kind, source, told, when, when)

    def _completed(self, registration: rows.Registration, register: _Register) -> rows.Registration:
        registration = registration._replace(attended=register.came > 0)
        planned = MINUTES * (DAYS * len(SLOTS) - 1)
        credited = min(register.credited, planned)
        if not self._is_over or 100 * credited < THRESHOLD * planned:
            return registration
        completion: dict[str, Any] = {
            "sessions": [min(register.came, DAYS * len(SLOTS)), DAYS * len(SLOTS)],
            "credited_minutes": credited,
            "planned_minutes": planned,
            "share": credited / planned,
            "threshold": THRESHOLD,
            "test_required": False,
            "pass_mark": PASS_MARK,
            "mark": None,
            "max_mark": None,
        }
        return registration._replace(completed_at=self._held[-1].ends_at + timedelta(hours=2), completion=completion)

    # --- Tests ---

    def _tests(self, registration: rows.Registration) -> Rows:
        if self._workshop.test_id is None:
            return
        for phase, share in TAKE_TEST.items():
            if (phase == "pre" or self._is_over) and self._shape.chance(share):
                yield from self._sitting(registration, phase)

    def _sitting(self, registration: rows.Registration, phase: str) -> Rows:
        first, last = self._workshop.starts_on, self._workshop.ends_on
        begun = at(first, 8, 30) if phase == "pre" else at(last, 17)
        person, form = registration.person_id, PAPER_OF[phase]
        asked = self._paper.forms[form]
        right = [self._shape.chance(KNOW[phase]) for _question in asked]
        mark, most = 100 * sum(right), 100 * len(right)
        passes = 100 * mark >= PASS_MARK * most
        handed_in = begun + timedelta(minutes=20)
        attempt = rows.Attempt(
            id=self._shape.key(rows.Attempt),
            test_id=self._paper.test,
            person_id=person,
            agency_id=registration.agency_id,
            number=self._shape.sitting(self._paper.test, person),
            form=form,
            phase=phase,
            language=self._shape.languages[person],
            pass_mark=PASS_MARK,
            started_at=begun,
            submitted_at=handed_in,
            outcome="passed" if passes else "failed",
            passed_at=handed_in if passes else None,
            mark=mark,
            max_mark=most,
        )
        yield attempt
        yield rows.PhaseAttempt(self._shape.key(rows.PhaseAttempt), registration.id, phase, attempt.id)
        for position, (question, known) in enumerate(zip(asked, right, strict=True), start=1):
            if not self._with_answers:
                return
            yield rows.AttemptItem(
                id=self._shape.key(rows.AttemptItem),
                attempt_id=attempt.id,
                position=position,
                version_id=question.version,
                option_order=["A", "B", "C", "D"],
                response="A" if known else self._random.choice("BCD"),
                response_text_id=question.text,
                answered_at=handed_in,
                mark=100 * known,
            )

    # --- Evaluation ---

    def _evaluation(self, came: Sequence[rows.Registration]) -> Rows:
        ends = self._workshop.ends_on
        yield from self._wave("end", ends, came)
        later = ends + OPENS_AFTER["months_3"]
        if ends >= self._shape.today - ASKED_LATER_SINCE and later < self._shape.today:
            yield from self._wave("months_3", later, came)
            for registration in came:
                if self._shape.chance(PLANS):
                    yield self._plan(registration, later)

    def _wave(self, kind: str, opens: date, came: Sequence[rows.Registration]) -> Rows:
        form = self._shape.forms[kind]
        wave = self._shape.key(rows.Wave)
        yield rows.Wave(wave, self._workshop.id, kind, form.id, opens, opens + OPEN_FOR)
        asked = Counter(self._shape.kinds[each.agency_id] for each in came)
        for registration in came:
            answers = self._shape.chance(ANSWER[kind])
            yield rows.EvaluationInvitation(self._shape.key(rows.EvaluationInvitation), wave, registration.id, answers)
            if answers:
                agency_kind = self._shape.kinds[registration.agency_id]
                yield from self._response(wave, form, agency_kind if asked[agency_kind] >= ENOUGH else "")

    def _response(self, wave: int, form: Form, agency_kind: str) -> Rows:
        response = self._shape.uuid()
        yield rows.EvaluationResponse(response, wave, agency_kind)
        for question in form.questions:
            numbers, codes = question.numbers, question.codes
            # The upper end of a scale is used most.
            number = max(self._random.choices(numbers, k=2)) if numbers else None
            chosen = [self._random.choice(codes)] if codes and not numbers else []
            yield rows.EvaluationAnswer(self._shape.uuid(), response, question.id, number, chosen)

    def _plan(self, registration: rows.Registration, later: date) -> rows.ActionPlan:
        written = at(self._workshop.ends_on, 16)
        outcome = self._random.choice(("", *OUTCOMES))
        asked = at(later + timedelta(days=3), 12) if outcome else None
        return rows.ActionPlan(
            self._shape.key(rows.ActionPlan), registration.id, "Meet the clinic", written, written, outcome, asked
        )
