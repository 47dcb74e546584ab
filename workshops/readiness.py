"""What a workshop still needs before everybody sees it: what is missing stops it, advice does not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(StrEnum):
    """How a point of the list stands."""

    OK = "ok"
    MISSING = "missing"
    ADVICE = "advice"


class Page(StrEnum):
    """Where a point is mended."""

    EDIT = "edit"
    SESSIONS = "sessions"
    NEW_SESSION = "new_session"
    FACILITATORS = "facilitators"
    SEATS = "seats"
    PARTICIPANTS = "participants"


@dataclass(frozen=True)
class SessionFacts:
    """What the list asks of a session. `seats` are those of its room; None when there is no room or nobody counted."""

    titles: Sequence[str]
    zone: str
    needs_room: bool
    has_room: bool
    needs_link: bool
    has_link: bool
    seats: int | None


@dataclass(frozen=True)
class Facts:
    """What the list asks of a workshop. `capacity` is the number of seats given out; None without a limit."""

    today: date
    starts_on: date
    zone: str
    titles: Sequence[str]
    sessions: Sequence[SessionFacts]
    facilitators: int
    accepted: int
    capacity: int | None
    test_required: bool
    has_test: bool
    registration_until: date | None
    has_outline: bool
    page_in_language: bool
    clashes: int
    people: int


@dataclass(frozen=True)
class Check:
    """A point of the list: what it is about, how it stands, what to do, and where."""

    what: str | Promise
    state: State
    sentence: str | Promise
    page: Page | None


def checklist(facts: Facts) -> list[Check]:
    """Return all points, those that can stop a workshop first."""
    return [check(facts) for check in _CHECKS]


def missing(checks: Sequence[Check]) -> list[Check]:
    """The points without which nothing is published."""
    return [check for check in checks if check.state is State.MISSING]


def _check(what: Promise, page: Page | None, *, wrong: bool, sentence: str | Promise, stops: bool = False) -> Check:
    if not wrong:
        return Check(what, State.OK, "", page)
    return Check(what, State.MISSING if stops else State.ADVICE, sentence, page)


def _sessions(facts: Facts) -> Check:
    sentence = _("Add a session before you publish the workshop.")
    return _check(_("Sessions"), Page.NEW_SESSION, wrong=not facts.sessions, sentence=sentence, stops=True)


def _facilitators(facts: Facts) -> Check:
    what, page = _("Facilitators"), Page.FACILITATORS
    if not facts.facilitators:
        sentence = _("Name a facilitator before you publish the workshop.")
        return _check(what, page, wrong=True, sentence=sentence, stops=True)
    return _check(what, page, wrong=not facts.accepted, sentence=_("No facilitator has accepted yet."))


def _test(facts: Facts) -> Check:
    wrong = facts.test_required and not facts.has_test
    sentence = _("The certificate asks for the test after, and no test is chosen: choose one.")
    return _check(_("Test before and after"), Page.EDIT, wrong=wrong, sentence=sentence, stops=True)


def _titles(facts: Facts) -> Check:
    sentence = _("The title of the workshop or of a session is missing in one of the three languages.")
    wrong = not all([*facts.titles, *(title for each in facts.sessions for title in each.titles)])
    page = Page.EDIT if not all(facts.titles) else Page.SESSIONS
    return _check(_("Titles in three languages"), page, wrong=wrong, sentence=sentence)


def _places(facts: Facts) -> Check:
    wrong = any(
        (each.needs_room and not each.has_room) or (each.needs_link and not each.has_link) for each in facts.sessions
    )
    sentence = _("A session has no room, or no link for taking part online.")
    return _check(_("Rooms and links"), Page.SESSIONS, wrong=wrong, sentence=sentence)


def _seats(facts: Facts) -> Check:
    sentence = _("No seats are set: everybody who is added has a seat.")
    return _check(_("Seats"), Page.SEATS, wrong=facts.capacity is None, sentence=sentence)


def _capacity(facts: Facts) -> Check:
    rooms = [each.seats for each in facts.sessions if each.seats is not None]
    wrong = facts.capacity is not None and bool(rooms) and min(rooms) < facts.capacity
    sentence = _("A room has fewer seats than the workshop gives out.")
    return _check(_("Seats in the rooms"), Page.SESSIONS, wrong=wrong, sentence=sentence)


def _registration(facts: Facts) -> Check:
    until = facts.registration_until
    what, page = _("Last day of nomination and registration"), Page.EDIT
    if until is not None and until > facts.starts_on:
        return _check(what, page, wrong=True, sentence=_("Registration would go on after the workshop has begun."))
    over = until is not None and until < facts.today
    return _check(what, page, wrong=over, sentence=_("The last day of registration has passed already."))


def _dates(facts: Facts) -> Check:
    sentence = _("The first day has passed already: move the sessions.")
    return _check(_("Dates"), Page.SESSIONS, wrong=facts.starts_on < facts.today, sentence=sentence)


def _outline(facts: Facts) -> Check:
    what = _("Page of the outline")
    if not facts.has_outline:
        sentence = _("The workshop has no outline, so its page has no objectives and no agenda.")
        return _check(what, None, wrong=True, sentence=sentence)
    sentence = _("The outline has no published page in the language of the workshop.")
    return _check(what, None, wrong=not facts.page_in_language, sentence=sentence)


def _clashes(facts: Facts) -> Check:
    sentence = _("A room or a facilitator is needed elsewhere at the same time.")
    return _check(_("Clashes"), Page.SESSIONS, wrong=facts.clashes > 0, sentence=sentence)


def _participants(facts: Facts) -> Check:
    sentence = _("Add participants (this can wait).")
    return _check(_("Participants"), Page.PARTICIPANTS, wrong=not facts.people, sentence=sentence)


def _zones(facts: Facts) -> Check:
    wrong = any(each.zone != facts.zone for each in facts.sessions)
    sentence = _("A session has another time zone than the workshop.")
    return _check(_("Time zone"), Page.SESSIONS, wrong=wrong, sentence=sentence)


_CHECKS: tuple[Callable[[Facts], Check], ...] = (
    _sessions,
    _facilitators,
    _test,
    _dates,
    _titles,
    _places,
    _seats,
    _capacity,
    _registration,
    _outline,
    _clashes,
    _zones,
    _participants,
)
