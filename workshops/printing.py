"""Papers of a register in the language that is active: the blank sheet to sign, and the register as it was signed.

Values in, words out; nothing here looks anything up. The papers are R7 and R6 of the reports.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.pdf.document import About
from core.pdf.tables import Column, Paper

ISSUER = "Migration Health Academy"
# Room for a signature, and empty lines for those who come without a registration.
SIGNING_HEIGHT = 27.0
EMPTY_LINES = 6


@dataclass(frozen=True)
class Heading:
    """What stands at the top of a paper about a session; `clocks` is how far its clocks are from UTC."""

    language: str
    code: str
    address: str
    workshop: str
    session: str
    day: date
    start_time: time
    end_time: time
    clocks: str
    place: str
    facilitators: Sequence[str]


@dataclass(frozen=True)
class Listed:
    """A person on the list."""

    name: str
    agency: str
    post: str = ""


@dataclass(frozen=True)
class Recorded:
    """What the register says about a person; `status` and `reason` are words."""

    name: str
    agency: str
    status: str
    credited_minutes: int
    planned_minutes: int
    reason: str


@dataclass(frozen=True)
class Correction:
    """A change after the register was signed; `status` is the word it said from then on."""

    name: str
    status: str
    who: str
    at: datetime
    why: str


def sign_in_sheet(heading: Heading, people: Sequence[Listed], *, printed_at: datetime) -> Paper:
    """Return the blank sheet on which people sign that they came, with empty lines for others."""
    rows = [(str(number), each.name, each.agency, each.post, "", "") for number, each in enumerate(people, 1)]
    rows += [(str(number), "", "", "", "", "") for number in range(len(rows) + 1, len(rows) + EMPTY_LINES + 1)]
    return Paper(
        about=_about(heading, _("Sign-in sheet"), printed_at),
        title=_("Sign-in sheet"),
        facts=_facts(heading),
        columns=[
            Column(pgettext("number of a row", "No."), 3),
            Column(_("Name"), 17),
            Column(_("Agency"), 15),
            Column(_("Post"), 12),
            Column(_("Time in and out"), 8),
            Column(_("Signature"), 14),
        ],
        rows=rows,
        page_of=_page_of,
        closing=[_("Facilitator, name and signature: ______________________________")],
        row_height=SIGNING_HEIGHT,
        mark=_mark(heading, printed_at),
    )


def signed_register(
    heading: Heading,
    people: Sequence[Recorded],
    *,
    totals: Sequence[tuple[str, int]],
    signed: tuple[str, datetime] | None,
    corrections: Sequence[Correction],
    printed_at: datetime,
    local: Callable[[datetime], datetime],
) -> Paper:
    """Return the register with its totals, who signed it, and every correction since.

    `totals` are (status in words, how many); `signed` is (who, when), None while nobody has signed. `local` turns a
    moment into what the clock at the place showed.
    """
    rows = [
        (str(number), each.name, each.agency, each.status, _minutes(each), each.reason)
        for number, each in enumerate(people, 1)
    ]
    return Paper(
        about=_about(heading, _("Register of attendance"), printed_at),
        title=_("Register of attendance"),
        facts=[*_facts(heading), (pgettext("of a signature", "Signed"), _signature(signed, local))],
        columns=[
            Column(pgettext("number of a row", "No."), 3),
            Column(_("Name"), 17),
            Column(_("Agency"), 15),
            Column(_("Status"), 10),
            Column(_("Minutes"), 9),
            Column(_("How it is known"), 14),
        ],
        rows=rows,
        page_of=_page_of,
        closing=[
            _("In all: %(totals)s.") % {"totals": _listed([f"{status} {count}" for status, count in totals if count])},
            *(_corrected(each, local) for each in corrections),
        ],
        mark=_mark(heading, printed_at),
    )


def _about(heading: Heading, kind: str, printed_at: datetime) -> About:
    return About(
        title=_("%(kind)s: %(session)s") % {"kind": kind, "session": heading.session},
        subject=heading.workshop,
        author=ISSUER,
        language=heading.language,
        identifier=heading.address,
        moment=printed_at,
    )


def _facts(heading: Heading) -> list[tuple[str, str]]:
    held = _("%(day)s, %(start)s–%(end)s (%(clocks)s)") % {
        "day": date_format(heading.day, "DATE_FORMAT"),
        "start": time_format(heading.start_time, "TIME_FORMAT"),
        "end": time_format(heading.end_time, "TIME_FORMAT"),
        "clocks": heading.clocks,
    }
    facts = [
        (_("Workshop"), heading.workshop),
        (_("Session"), heading.session),
        (_("Date and time"), held),
        (_("Place"), heading.place),
        (_("Facilitators"), _listed(heading.facilitators)),
    ]
    return [(label, value) for label, value in facts if value]


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)


def _minutes(recorded: Recorded) -> str:
    return _("%(credited)d of %(planned)d") % {
        "credited": recorded.credited_minutes,
        "planned": recorded.planned_minutes,
    }


def _signature(signed: tuple[str, datetime] | None, local: Callable[[datetime], datetime]) -> str:
    if signed is None:
        return _("not signed yet")
    who, at = signed
    return _("%(person)s, %(moment)s") % {"person": who, "moment": date_format(local(at), "DATETIME_FORMAT")}


def _corrected(correction: Correction, local: Callable[[datetime], datetime]) -> str:
    return _("Corrected %(moment)s by %(who)s: %(person)s – %(status)s. Reason: %(why)s") % {
        "moment": date_format(local(correction.at), "DATETIME_FORMAT"),
        "who": correction.who,
        "person": correction.name,
        "status": correction.status,
        "why": correction.why,
    }


def _page_of(page: int, pages: int) -> str:
    return _("page %(page)d of %(pages)d") % {"page": page, "pages": pages}


def _mark(heading: Heading, printed_at: datetime) -> str:
    """What tells one paper from another when a pile of them comes back."""
    return f"{heading.code} · {printed_at:%Y-%m-%d %H:%M}Z"
