"""Figures of reports on a whole database, worked out a second time from raw rows and the text of the definitions.

Plain loops over `values()` of the tables. Nothing of the queries, services or arithmetic of the product is used, and
nothing is kept from anybody: what a report hides, it shows here.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from math import comb, exp, lgamma, pi, sqrt
from random import Random
from statistics import mean, stdev
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model

from assessments.models import Attempt, AttemptItem, Objective, Question, QuestionVersion, Voiding
from certificates.models import Certificate
from courses.models import Enrolment, FinalAttempt, Lesson, LessonPage, LessonProgress, Module
from people.models import Account, Agency, Membership, Person
from programmes.models import Component, Indicator, IndicatorTarget, IndicatorValue, Programme, ReportingPeriod
from workshops.models import (
    AttendanceRecord,
    EvaluationAnswer,
    EvaluationForm,
    EvaluationInvitation,
    EvaluationQuestion,
    EvaluationResponse,
    Facilitation,
    PhaseAttempt,
    Registration,
    Session,
    SignOff,
    Wave,
    Workshop,
)

Raw = dict[str, Any]
Rows = list[Raw]
THERE = {"present", "late", "left_early"}
NOT_HELD = {"draft", "cancelled", "postponed"}
MINSK = ZoneInfo("Europe/Minsk")
COMPLETE = 0.95


def _rows(model: type[Model]) -> Rows:
    return list(model._base_manager.order_by("pk").values())


def _by_pk(model: type[Model]) -> dict[Any, Raw]:
    return {row["id"]: row for row in _rows(model)}


def _grouped(rows: Iterable[Raw], *keys: str) -> dict[Any, Rows]:
    found: dict[Any, Rows] = defaultdict(list)
    for row in rows:
        values = tuple(row[key] for key in keys)
        found[values if len(keys) > 1 else values[0]].append(row)
    return found


def part(some: float, of: float) -> float | None:
    return some / of if of else None


@dataclass
class Facts:
    """All rows as they lie in the tables, seen from the agencies (their keys) that are asked about, as of `now`."""

    agencies: Collection[int]
    now: datetime

    def __post_init__(self) -> None:
        self.agency = _by_pk(Agency)
        self.person = _by_pk(Person)
        self.workshop = {key: row for key, row in _by_pk(Workshop).items() if row["status"] not in NOT_HELD}
        self.sessions = _grouped(
            sorted(
                (row for row in _rows(Session) if row["workshop_id"] in self.workshop), key=lambda row: row["number"]
            ),
            "workshop_id",
        )
        self.record = {(row["session_id"], row["person_id"]): row for row in _rows(AttendanceRecord)}
        self.belonging = _grouped((row for row in _rows(Membership) if row["primary"]), "person_id")
        self.certificates = _rows(Certificate)
        self.signed = {row["session_id"] for row in _rows(SignOff)}

    @property
    def today(self) -> date:
        return self.now.astimezone(MINSK).date()

    # --- Who takes part ----------------------------------------------------------------------------------------------
    @cached_property
    def everyone(self) -> dict[tuple[int, int], Rows]:
        """Registrations of people who do not run the workshop, by (workshop, person)."""
        running = {(row["workshop_id"], row["person_id"]) for row in _rows(Facilitation) if row["state"] != "declined"}
        rows = (row for row in _rows(Registration) if row["workshop_id"] in self.workshop)
        found = _grouped(rows, "workshop_id", "person_id")
        return {key: each for key, each in found.items() if key not in running}

    @cached_property
    def taken(self) -> list["Taken"]:
        """A participation per workshop and person, of all agencies."""
        return [Taken(self, workshop, person, rows) for (workshop, person), rows in self.everyone.items()]

    @cached_property
    def asked(self) -> list["Taken"]:
        """Those whose registration was for an agency that is asked about."""
        return [each for each in self.taken if each.agency in self.agencies]

    def agency_on(self, person: int, day: date, otherwise: int) -> int:
        for row in self.belonging.get(person, ()):
            if row["valid_from"] <= day and (row["valid_to"] is None or day <= row["valid_to"]):
                return int(row["agency_id"])
        return otherwise

    @cached_property
    def cells(self) -> list["Cell"]:
        """Everybody's expected sessions whose day counts for an agency that is asked about."""
        return [cell for each in self.taken if each.confirmed for cell in each.cells if cell.agency in self.agencies]

    @cached_property
    def results(self) -> dict[tuple[int, int, str], Raw]:
        """Attempts at the tests before and after by (workshop, person, phase), of several the last."""
        registration = _by_pk(Registration)
        attempts = {key: row for key, row in _by_pk(Attempt).items() if row["submitted_at"] and row["mark"] is not None}
        links = [row for row in _rows(PhaseAttempt) if row["attempt_id"] in attempts]
        found = {}
        for link in sorted(links, key=lambda row: attempts[row["attempt_id"]]["submitted_at"]):
            way = registration[link["registration_id"]]
            if (way["workshop_id"], way["person_id"]) in self.everyone:
                found[way["workshop_id"], way["person_id"], link["phase"]] = attempts[link["attempt_id"]]
        return found

    @cached_property
    def certified(self) -> set[int]:
        """Registrations with a certificate that is issued and not revoked."""
        return {row["registration_id"] for row in self.certificates if row["registration_id"] and standing(row)}


def standing(certificate: Raw) -> bool:
    return certificate["sealed_at"] is not None and certificate["revoked_at"] is None


@dataclass(frozen=True)
class Cell:
    """A session in which somebody was expected, with the minutes of sessions that made up for it."""

    person: int
    workshop: int
    session: Raw
    agency: int
    status: str
    credited: int
    planned: int
    held: bool

    @property
    def recorded(self) -> bool:
        return self.status != "not_recorded"


class Taken:
    """What became of a person in a workshop: the registration that was confirmed speaks, or else the latest."""

    def __init__(self, facts: Facts, workshop: int, person: int, rows: Rows) -> None:
        self.facts, self.workshop, self.person, self.rows = facts, workshop, person, rows
        confirmed = [row for row in rows if row["confirmed_at"]]
        self.row = (confirmed or rows)[-1]
        self.agency = self.row["agency_id"]
        self.confirmed = bool(confirmed)
        self.nominated = any(row["source"] == "nomination" for row in rows)

    @cached_property
    def started(self) -> bool:
        sessions = self.facts.sessions[self.workshop]
        found = (self.facts.record.get((each["id"], self.person)) for each in sessions)
        return self.confirmed and any(row["status"] in THERE for row in found if row)

    @property
    def completed(self) -> bool:
        return self.started and any(row["completed_at"] for row in self.rows)

    @property
    def certified(self) -> bool:
        return self.completed and any(row["id"] in self.facts.certified for row in self.rows)

    def expected_in(self, session: Raw) -> bool:
        """Of the own track; confirmed before it ended and not gone before it began; or there is a record."""
        if (session["id"], self.person) in self.facts.record:
            return True
        if session["makes_up_for_id"] or session["track"] not in ("", self.row["track"]):
            return False
        gone = self.row["ended_at"]
        return self.row["confirmed_at"] < session["ends_at"] and (gone is None or gone > session["starts_at"])

    @cached_property
    def cells(self) -> list[Cell]:
        return [self._cell(each) for each in self.facts.sessions[self.workshop] if self.expected_in(each)]

    @property
    def needed(self) -> int:
        """Hundredths of minutes that the certificate asks for: a share of all required sessions of the track."""
        required = [
            each["planned_minutes"]
            for each in self.facts.sessions[self.workshop]
            if each["required"] and each["track"] in ("", self.row["track"])
        ]
        return sum(required) * int(self.facts.workshop[self.workshop]["threshold"])

    @property
    def has(self) -> int:
        return sum(cell.credited for cell in self.cells if cell.session["required"])

    @property
    def can_have(self) -> int:
        """Minutes when everything goes well about which no register has said anything yet."""
        return sum(self._attainable(cell) for cell in self.cells if cell.session["required"])

    def _attainable(self, cell: Cell) -> int:
        open_still = [
            other
            for other in self.cells
            if other.session["makes_up_for_id"] == cell.session["id"] and not self._settled(other)
        ]
        again = max((min(cell.planned, other.planned) for other in open_still), default=0)
        return max(cell.credited if self._settled(cell) else cell.planned, again)

    def _settled(self, cell: Cell) -> bool:
        return cell.recorded or cell.session["id"] in self.facts.signed

    def _cell(self, session: Raw) -> Cell:
        record = self.facts.record.get((session["id"], self.person))
        held = session["ends_at"] <= self.facts.now
        agency = (
            record["agency_id"] if record else self.facts.agency_on(self.person, session["day"], self.row["agency_id"])
        )
        planned = record["planned_minutes"] if record else session["planned_minutes"]
        credited = record["credited_minutes"] if record else 0
        for other in self.facts.sessions[self.workshop]:
            if other["makes_up_for_id"] == session["id"]:
                again = self.facts.record.get((other["id"], self.person))
                credited = max(credited, min(planned, again["credited_minutes"])) if again else credited
        status = record["status"] if record else "not_recorded"
        return Cell(self.person, self.workshop, session, agency, status, credited, planned, held)


# --- R1, R4, R5, R17 -------------------------------------------------------------------------------------------------
def funnel(taken: Iterable[Taken]) -> Raw:
    found = list(taken)
    return {
        "nominated": sum(each.nominated for each in found),
        "registered": len(found),
        "confirmed": sum(each.confirmed for each in found),
        "started": sum(each.started for each in found),
        "completed": sum(each.completed for each in found),
        "certified": sum(each.certified for each in found),
    }


def recorded_of(cells: Iterable[Cell]) -> Raw:
    held = [cell for cell in cells if cell.held]
    share = part(sum(cell.recorded for cell in held), len(held))
    return {"register_completeness": share, "provisional": share is not None and share < COMPLETE}


def participation(facts: Facts) -> tuple[Rows, Raw]:
    taken = _by(facts.asked, lambda each: each.workshop)
    cells = _by(facts.cells, lambda each: each.workshop)
    rows = []
    for key, workshop in sorted(facts.workshop.items(), key=lambda item: (item[1]["starts_on"], item[1]["code"])):
        if key in taken:
            named = {"workshop": workshop["code"], "title": workshop["title_en"], "starts_on": workshop["starts_on"]}
            rows.append(named | funnel(taken[key]) | recorded_of(cells[key]))
    return rows, {"workshops": len(rows), **funnel(facts.asked)}


def _by(found: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for each in found:
        groups[key(each)].append(each)
    return groups


def compared(taken: Iterable[Taken], cells: Iterable[Cell]) -> Raw:
    row, cells = funnel(taken), list(cells)
    del row["registered"], row["certified"]
    held = [cell for cell in cells if cell.held and cell.session["required"]]
    row |= {
        "turn_up": part(row["started"], row["confirmed"]),
        "attendance_rate": part(sum(cell.credited for cell in held), sum(cell.planned for cell in held)),
        "completion_started": part(row["completed"], row["started"]),
        "completion_confirmed": part(row["completed"], row["confirmed"]),
    }
    return row | recorded_of(cells)


def agencies(facts: Facts) -> tuple[Rows, Raw, Rows]:
    """Rows of agencies alone, totals, and rows of agencies with everything below them."""
    taken, cells = _by(facts.asked, lambda each: each.agency), _by(facts.cells, lambda each: each.agency)
    alone = [
        {"agency": facts.agency[key]["code"], "name": facts.agency[key]["name_en"], **compared(taken[key], cells[key])}
        for key in {*taken, *cells}
    ]
    together = []
    for agency in facts.agency.values():
        below = {key for key, each in facts.agency.items() if each["path"].startswith(agency["path"])}
        own = compared(
            [each for each in facts.asked if each.agency in below],
            [each for each in facts.cells if each.agency in below],
        )
        together.append({"agency": agency["code"], "name": agency["name_en"], **own})
    return alone, compared(facts.asked, facts.cells), together


def disaggregation(facts: Facts) -> dict[tuple[str, str, str], int]:
    """Participations by table, row and column; "total" is the sum over a row, a column or both."""
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for each in facts.asked:
        if not each.started:
            continue
        agency = facts.agency[each.agency]
        words = {"sex": facts.person[each.person]["sex"], "kind": agency["kind"], "region": agency["region"]}
        for table in ("sex_by_kind", "sex_by_region", "kind_by_region"):
            row, column = table.split("_by_")
            for first in (words[row], "total"):
                for second in (words[column], "total"):
                    counts[table, first, second] += 1
    return counts


def reach(facts: Facts) -> tuple[Rows, Raw]:
    def counted(taken: Iterable[Taken], regions: Collection[str]) -> Raw:
        found = list(taken)
        reached = {each.agency for each in found if each.started}
        there = {
            key
            for key in facts.agencies
            if facts.agency[key]["region"] in regions
            and (facts.agency[key]["closed_on"] is None or facts.agency[key]["closed_on"] > facts.today)
        } | reached
        return {
            "confirmed": len({each.person for each in found if each.confirmed}),
            "started": len({each.person for each in found if each.started}),
            "completed": len({each.person for each in found if each.completed}),
            "agencies_reached": len(reached),
            "agencies": len(there),
            "agencies_share": part(len(reached), len(there)),
        }

    regions = {facts.agency[key]["region"] for key in facts.agencies}
    by_region = _by(facts.asked, lambda each: facts.agency[each.agency]["region"])
    return [{"region": each, **counted(by_region[each], {each})} for each in regions], counted(facts.asked, regions)


# --- R2 --------------------------------------------------------------------------------------------------------------
def agency_attendance(facts: Facts) -> tuple[Rows, Raw]:
    rows, totals = [], defaultdict(int)
    for each in facts.taken:
        cells = [cell for cell in each.cells if cell.agency in facts.agencies] if each.confirmed else []
        if not cells:
            continue
        required = [cell for cell in cells if cell.session["required"]]
        held = [cell for cell in required if cell.held]
        credited, planned = sum(cell.credited for cell in required), sum(cell.planned for cell in required)
        so_far = sum(cell.planned for cell in held)
        rows.append({
            "person": facts.person[each.person]["public_code"],
            "workshop": facts.workshop[each.workshop]["code"],
            "sessions": {
                str(cell.session["number"]): {"status": cell.status, "minutes": cell.credited, "planned": cell.planned}
                for cell in cells
            },
            "credited_minutes": credited,
            "planned_minutes": planned,
            "share": part(credited, planned),
            "share_so_far": part(sum(cell.credited for cell in held), so_far),
            "can_reach": each.can_have * 100 >= each.needed,
        })  # fmt: skip
        has_reached = each.has * 100 >= each.needed
        totals["reached"] += has_reached
        totals["can_still_reach"] += not has_reached and each.can_have * 100 >= each.needed
        totals["participations"] += 1
        totals["started"] += each.started
        totals["credited_minutes"] += credited
        totals["planned_minutes"] += planned
        totals["_held"] += so_far
        totals["cells_recorded"] += sum(cell.recorded for cell in cells if cell.held)
        totals["cells_expected"] += sum(cell.held for cell in cells)
    totals["people"] = len({row["person"] for row in rows})
    held = totals.pop("_held")
    shares = {
        "share": part(totals["credited_minutes"], totals["planned_minutes"]),
        "share_so_far": part(totals["credited_minutes"], held),
    }
    return rows, {**totals, **shares}


# --- R13 -------------------------------------------------------------------------------------------------------------
SPANS = (30, 60, 90)


def self_paced(facts: Facts) -> tuple[Rows, Raw]:
    code = {row["id"]: row["code"] for row in _rows(Module)}
    begun = [row for row in _rows(Enrolment) if row["started_at"] and row["agency_id"] in facts.agencies]
    cohorts = _by(begun, lambda row: (code[row["module_id"]], f"{row['started_at'].astimezone(MINSK):%Y-%m}"))
    rows = [{"module": key[0], "month": key[1], **_cohort(found, key[1], facts.now)} for key, found in cohorts.items()]
    old = [row for row in rows if not row["_young"]]
    totals = {"started": len(begun), "completed": sum(bool(row["completed_at"]) for row in begun)}
    totals |= {"share": part(totals["completed"], totals["started"])}
    totals["started_in_time"] = sum(row["started"] for row in old)
    for span in SPANS:
        totals[f"completed_{span}"] = sum(row[f"completed_{span}"] for row in old)
        totals[f"share_{span}"] = part(totals[f"completed_{span}"], totals["started_in_time"])
    return rows, totals


def _cohort(found: Rows, month: str, now: datetime) -> Raw:
    row: Raw = {"started": len(found), "completed": sum(bool(each["completed_at"]) for each in found)}
    row["share"] = part(row["completed"], row["started"])
    year, number = map(int, month.split("-"))
    over = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=MINSK)
    young = [span for span in SPANS if over + timedelta(days=span) > now]
    for span in SPANS:
        within = [
            each
            for each in found
            if each["completed_at"] and each["completed_at"] - each["started_at"] <= timedelta(days=span)
        ]
        row[f"completed_{span}"] = None if span in young else len(within)
        row[f"share_{span}"] = None if span in young else part(len(within), len(found))
    row["_young"] = bool(young)
    return row


# --- R14 -------------------------------------------------------------------------------------------------------------
def certificates(facts: Facts) -> tuple[Rows, Raw]:
    own = [row for row in facts.certificates if row["agency_id"] in facts.agencies and row["paper_id"] is None]
    groups = _by(own, lambda row: (row["agency_id"], _subject(row), row["kind"]))
    rows = [
        {"agency": facts.agency[agency]["code"], "subject": subject, "kind": kind, **_states(found, facts.now)}
        for (agency, subject, kind), found in groups.items()
    ]
    return rows, _states(own, facts.now)


def _subject(certificate: Raw) -> str:
    for name in ("enrolment", "registration", "programme"):
        if certificate[f"{name}_id"]:
            return {"enrolment": "module", "registration": "workshop"}.get(name, name)
    return ""


STATES = ("issued", "valid", "expired", "suspended", "revoked", "superseded", "to_expire", "pending")


def _states(found: Rows, now: datetime) -> Raw:
    counts = dict.fromkeys(
        ("issued", "valid", "expired", "suspended", "revoked", "superseded", "to_expire", "pending"), 0
    )
    for row in found:
        ended = next((name for name in ("revoked", "superseded", "suspended") if row[f"{name}_at"]), "")
        if row["sealed_at"] is None:
            counts["pending"] += not ended
            continue
        over = row["expires_at"]
        state = ended or ("expired" if over and over <= now else "valid")
        counts["issued"] += 1
        counts[state] += 1
        counts["to_expire"] += state == "valid" and over is not None and over <= now + timedelta(days=90)
    return counts


# --- R3 --------------------------------------------------------------------------------------------------------------
def agency_results(facts: Facts) -> tuple[Rows, Raw]:
    modules = _module_rows(facts)
    workshops = [_workshop_row(facts, each) for each in facts.asked if each.confirmed]
    rows = [row for row, _started in modules] + [row for row, _started in workshops]
    totals = {
        "people": len({row["person"] for row in rows}),
        "enrolments": len(modules),
        "modules_started": sum(started for _row, started in modules),
        "modules_completed": sum(bool(row["completed_on"]) for row, _started in modules),
        "tests_passed": sum(row["outcome"] == "passed" for row, _started in modules),
        "participations": len(workshops),
        "workshops_started": sum(started for _row, started in workshops),
        "workshops_completed": sum(bool(row["completed_on"]) for row, _started in workshops),
        "certificates": sum(bool(row["certificate"]) for row in rows),
    }
    return rows, totals


def _module_rows(facts: Facts) -> list[tuple[Raw, bool]]:
    modules, attempts = _by_pk(Module), _by_pk(Attempt)
    published = {row["translation_key"] for row in LessonPage.objects.filter(live=True).values("translation_key")}
    lessons = [row for row in _rows(Lesson) if row["translation_key"] in published and row["required"]]
    required = {key: {each["id"] for each in found} for key, found in _grouped(lessons, "module_id").items()}
    progress = _grouped(_rows(LessonProgress), "enrolment_id")
    sittings = _grouped(_rows(FinalAttempt), "enrolment_id")
    codes = {row["enrolment_id"]: row["code"] for row in facts.certificates if row["enrolment_id"] and standing(row)}
    found = []
    for row in _rows(Enrolment):
        if row["withdrawn_at"] or row["agency_id"] not in facts.agencies:
            continue
        module = modules[row["module_id"]]
        sat = [attempts[each["attempt_id"]] for each in sittings[row["id"]]]
        sat = [each for each in sat if each["submitted_at"] and each["test_id"] == module["final_test_id"]]
        marked = [each for each in sat if each["mark"] is not None]
        best = max(marked, key=lambda each: each["mark"] / each["max_mark"], default=None)
        done = {each["lesson_id"] for each in progress[row["id"]] if each["completed_at"]}
        told = {
            "person": facts.person[row["person_id"]]["public_code"],
            "kind": "module",
            "code": module["code"],
            "enrolled_on": day_of(row["enrolled_at"]),
            "completed_on": day_of(row["completed_at"]),
            "lessons_done": len(done & required[module["id"]]),
            "lessons_required": len(required[module["id"]]),
            "attempts": len(sat),
            "best_share": best["mark"] / best["max_mark"] if best else None,
            "outcome": best["outcome"] if best else "",
            "pre_share": None,
            "post_share": None,
            "certificate": codes.get(row["id"], ""),
        }
        found.append((told, bool(progress[row["id"]])))
    return found


def _workshop_row(facts: Facts, each: Taken) -> tuple[Raw, bool]:
    results = facts.results
    codes = [row["code"] for row in facts.certificates if row["registration_id"] == each.row["id"] and standing(row)]
    shares = {phase: results.get((each.workshop, each.person, phase)) for phase in ("pre", "post")}
    told = {
        "person": facts.person[each.person]["public_code"],
        "kind": "workshop",
        "code": facts.workshop[each.workshop]["code"],
        "enrolled_on": day_of(each.row["confirmed_at"]),
        "completed_on": day_of(each.row["completed_at"]),
        "lessons_done": None,
        "lessons_required": None,
        "attempts": None,
        "best_share": None,
        "outcome": "",
        **{f"{phase}_share": row and row["mark"] / row["max_mark"] for phase, row in shares.items()},
        "certificate": codes[-1] if codes else "",
    }
    return told, each.started


def day_of(moment: datetime | None) -> date | None:
    return moment.astimezone(MINSK).date() if moment else None


# --- R8, R9 ----------------------------------------------------------------------------------------------------------
def learning_effect(facts: Facts) -> tuple[Rows, Raw]:
    """Every pair has the same highest mark in the demonstration, so that figures are in marks."""
    rows, all_pairs, all_marks = [], [], []
    tested = {workshop for workshop, _person, _phase in facts.results}
    for workshop, taken in _by((each for each in facts.asked if each.started), lambda each: each.workshop).items():
        if workshop not in tested:
            continue
        pairs = [pair for each in taken if (pair := _pair(facts, each))]
        marks = facts.workshop[workshop]["pass_mark"] / 100
        all_pairs += pairs
        all_marks += [marks] * len(pairs)
        row = {"workshop": facts.workshop[workshop]["code"], "started": len(taken)}
        rows.append(row | _effect(pairs, [marks] * len(pairs), len(taken)))
    started = sum(row["started"] for row in rows)
    return rows, {"workshops": len(rows), "started": started, **_effect(all_pairs, all_marks, started)}


def _pair(facts: Facts, each: Taken) -> tuple[float, float, float] | None:
    pre, post = (facts.results.get((each.workshop, each.person, phase)) for phase in ("pre", "post"))
    return (pre["mark"] / 100, post["mark"] / 100, post["max_mark"] / 100) if pre and post else None


def _effect(pairs: Sequence[tuple[float, float, float]], pass_marks: Sequence[float], started: int) -> Raw:
    pre, post = [each[0] for each in pairs], [each[1] for each in pairs]
    (maximum,) = {each[2] for each in pairs}
    n = len(pairs)
    passes = [(b / maximum >= mark, a / maximum >= mark) for (b, a, _), mark in zip(pairs, pass_marks, strict=True)]
    won, lost = passes.count((False, True)), passes.count((True, False))
    changed = won + lost
    gains = _bootstrap(pre, post, maximum)
    return {
        "n": n,
        "matched_share": n / started,
        "maximum": maximum,
        "mean_pre": mean(pre),
        "mean_post": mean(post),
        "change": mean(post) - mean(pre),
        "change_ci95": _interval([a - b for b, a, _ in pairs]),
        "gain": (mean(post) - mean(pre)) / (maximum - mean(pre)),
        "gain_ci95": gains,
        "d_av": (1 - 3 / (4 * (n - 1) - 1)) * (mean(post) - mean(pre)) / ((stdev(pre) + stdev(post)) / 2),
        "mastery_before": sum(before for before, _after in passes) / n,
        "mastery_after": sum(after for _before, after in passes) / n,
        "mcnemar_p": min(1.0, 2 * sum(comb(changed, each) for each in range(min(won, lost) + 1)) / 2 ** (won + lost)),
        "ceiling_share": sum(each >= 0.9 * maximum for each in pre) / n,
    }


def _bootstrap(pre: Sequence[float], post: Sequence[float], maximum: float) -> tuple[float, float]:
    """Percentiles of the gain over people drawn again and again, linearly interpolated."""
    drawing, people, gains = Random(7), list(zip(pre, post, strict=True)), []
    for _draw in range(4000):
        drawn = drawing.choices(people, k=len(people))
        before, after = sum(each[0] for each in drawn), sum(each[1] for each in drawn)
        gains.append((after - before) / (len(people) * maximum - before))
    gains.sort()
    return tuple(_quantile(gains, share) for share in (0.025, 0.975))  # type: ignore[return-value]


def _quantile(values: Sequence[float], share: float) -> float:
    place = share * (len(values) - 1)
    below = int(place)
    return values[below] + (place - below) * (values[below + 1] - values[below])


def _interval(changes: Sequence[float]) -> tuple[float, float]:
    half = _t975(len(changes) - 1) * stdev(changes) / sqrt(len(changes))
    return mean(changes) - half, mean(changes) + half


def _t975(degrees: int) -> float:
    """Find the quantile of Student's t by adding up its density in thin slices until 97.5 % are below."""
    scale = exp(lgamma((degrees + 1) / 2) - lgamma(degrees / 2)) / sqrt(degrees * pi)
    width, below, at = 1e-4, 0.5, 0.0
    while below < 0.975:
        middle = at + width / 2
        below += width * scale * (1 + middle * middle / degrees) ** (-(degrees + 1) / 2)
        at += width
    return at - width * (below - 0.975) / (width * scale * (1 + at * at / degrees) ** (-(degrees + 1) / 2))


def objectives(facts: Facts) -> tuple[Rows, Raw]:
    shares: dict[tuple[str, int, int], dict[str, float]] = defaultdict(dict)
    found, question = _by_pk(Objective), _by_pk(Question)
    versions, voided = _by_pk(QuestionVersion), {row["version_id"] for row in _rows(Voiding)}
    items = _grouped((row for row in _rows(AttemptItem) if row["version_id"] not in voided), "attempt_id")
    started = {(each.workshop, each.person) for each in facts.asked if each.started}
    for (workshop, person, phase), attempt in facts.results.items():
        if (workshop, person) not in started:
            continue
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for item in items[attempt["id"]]:
            about = question[versions[item["version_id"]]["question_id"]]["objective_id"]
            if about:
                sums[found[about]["code"]][0] += item["mark"]
                sums[found[about]["code"]][1] += item["max_mark"]
        for code, (mark, most) in sums.items():
            shares[code, workshop, person][phase] = mark / most
    rows = []
    for code, each in _by(((key[0], value) for key, value in shares.items()), lambda pair: pair[0]).items():
        pairs = [(value["pre"], value["post"]) for _code, value in each if len(value) == len(("pre", "post"))]
        changes = [after - before for before, after in pairs]
        rows.append({
            "objective": code,
            "n": len(pairs),
            "mean_pre": mean(before for before, _after in pairs),
            "mean_post": mean(after for _before, after in pairs),
            "change": mean(changes),
            "change_ci95": _interval(changes),
        })  # fmt: skip
    workshops = {workshop for workshop, person, _phase in facts.results if (workshop, person) in started}
    return rows, {"objectives": len(rows), "workshops": len(workshops)}


# --- R11, R12 --------------------------------------------------------------------------------------------------------
ENOUGH = 5
# What says that nothing was applied, by the words of the questions and their answers.
NOTHING_APPLIED = {
    "F1": {"not_started", "started", "replaced"},
    "F2": {"nothing"},
    "F3": {"0"},
    "F6": {"planned", "no"},
    "S1": {"0"},
    "S3": {"planned", "no"},
}


class Survey:
    """Waves that have begun, with who was reached and what was said."""

    def __init__(self, facts: Facts) -> None:
        today = day_of(facts.now)
        waves = [row for row in _rows(Wave) if row["workshop_id"] in facts.workshop and row["opens_on"] <= today]
        self.waves = waves
        self.form, self.question = _by_pk(EvaluationForm), _by_pk(EvaluationQuestion)
        registration = _by_pk(Registration)
        accounts = {row["person_id"] for row in _rows(Account)}
        self.reached: dict[int, int] = defaultdict(int)
        self.answered: dict[int, int] = defaultdict(int)
        for row in _rows(EvaluationInvitation):
            person = registration[row["registration_id"]]["person_id"]
            self.reached[row["wave_id"]] += row["answered"] or bool(facts.person[person]["email"]) or person in accounts
            self.answered[row["wave_id"]] += row["answered"]
        wave_of = {row["id"]: row["wave_id"] for row in _rows(EvaluationResponse)}
        self.said = _by(_rows(EvaluationAnswer), lambda row: (row["question_id"], wave_of[row["response_id"]]))

    def response(self, waves: Rows) -> Raw:
        reached = sum(self.reached[each["id"]] for each in waves)
        answered = sum(self.answered[each["id"]] for each in waves)
        return {
            "workshops": len({each["workshop_id"] for each in waves}),
            "people_reached": reached,
            "people_answered": answered,
            "rate": part(answered, reached),
        }

    def row(self, question: Raw, waves: Rows) -> Raw | None:
        heard = [each for each in waves if len(self.said[question["id"], each["id"]]) >= ENOUGH]
        if not heard:
            return None
        given = [answer for each in heard for answer in self.said[question["id"], each["id"]]]
        scale = question["kind"] == "scale"
        counted = [each for each in given if not scale or each["number"] is not None]
        reached = sum(self.reached[each["id"]] for each in heard)
        words = [[str(each["number"])] if scale else each["codes"] for each in counted]
        codes = (
            [str(each) for each in range(question["lowest"], question["highest"] + 1)]
            if scale
            else [each["code"] for each in question["options"]]
        )
        row: Raw = {
            "form": self.form[question["form_id"]]["code"],
            "question": question["code"],
            "kind": question["kind"],
            "workshops_counted": len(heard),
            "delivered": reached,
            "n": len(counted),
            "instead": len(given) - len(counted) if scale else None,
            "response_rate": part(len(given), reached),
            "answers": {code: sum(code in each for each in words) for code in codes},
            "mean": None,
            "top2": None,
            "top2_ci95": None,
        }
        if scale and counted:
            top = sum(each["number"] >= question["highest"] - 1 for each in counted)
            row |= {
                "mean": mean(each["number"] for each in counted),
                "top2": top / len(counted),
                "top2_ci95": _wilson(top, len(counted)),
            }
        row["_words"] = words
        return row


def _wilson(count: int, total: int) -> tuple[float, float]:
    z, share = 1.959963984540054, count / total
    middle = share + z * z / (2 * total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (middle - half) / (1 + z * z / total), (middle + half) / (1 + z * z / total)


def evaluation(facts: Facts) -> tuple[Rows, Raw]:
    survey = Survey(facts)
    waves = [each for each in survey.waves if each["kind"] == "end"]
    rows = []
    for question in survey.question.values():
        own = [each for each in waves if each["form_id"] == question["form_id"]]
        row = survey.row(question, own) if question["kind"] != "open" else None
        if row:
            rows.append(row)
    return rows, survey.response(waves)


def follow_up(facts: Facts) -> tuple[Rows, Raw]:
    survey = Survey(facts)
    later = [each for each in survey.waves if each["kind"] != "end"]
    same = {each["workshop_id"] for each in later}
    rows = []
    for question in survey.question.values():
        own = [each for each in survey.waves if each["form_id"] == question["form_id"] and each["workshop_id"] in same]
        asked = question["kind"] != "open" and (question["code"] == "E11" or all(each["kind"] != "end" for each in own))
        row = survey.row(question, own) if asked else None
        if row:
            applied = _applied(question["code"], row)
            share = part(applied, row["n"]) if applied is not None else None
            interval = _wilson(applied, row["n"]) if applied is not None else None
            rows.append(row | {"wave": own[0]["kind"], "applied": share, "applied_ci95": interval})
    return rows, survey.response(later)


def _applied(code: str, row: Raw) -> int | None:
    if code == "E11":
        return sum(int(each[0]) >= int(max(row["answers"], key=int)) - 1 for each in row["_words"])
    if code not in NOTHING_APPLIED:
        return None
    return sum(bool(set(each) - NOTHING_APPLIED[code]) for each in row["_words"])


# --- R16 -------------------------------------------------------------------------------------------------------------
def completeness(facts: Facts) -> dict[str, int]:
    """How many sessions, people, registrations or certificates are missing, by kind of gap."""
    counts: Counter[str] = Counter()
    for key, workshop in facts.workshop.items():
        counts.update(_gaps_of_registers(facts, key, workshop))
    for each in facts.asked:
        counts.update(_gaps_of(facts, each))
    late = facts.now - timedelta(days=1)
    counts["certificate_waiting"] = sum(
        row["sealed_at"] is None and row["revoked_at"] is None and row["issued_at"] < late
        for row in facts.certificates
        if row["agency_id"] in facts.agencies
    )
    survey = Survey(facts)
    counts["evaluation_unanswered"] = sum(
        survey.reached[wave["id"]] - survey.answered[wave["id"]]
        for wave in survey.waves
        if wave["closes_on"] >= facts.today
    )
    names: Counter[tuple[int, str]] = Counter()
    for person in facts.person.values():
        for row in facts.belonging.get(person["id"], ()):
            since, until = row["valid_from"], row["valid_to"] or facts.today
            if since <= facts.today <= until and row["agency_id"] in facts.agencies and not person["merged_into_id"]:
                counts["sex_undisclosed"] += person["sex"] == "undisclosed"
                counts["person_without_email"] += person["email"] == ""
                names[row["agency_id"], person["sort_name"]] += 1
    counts["possible_duplicates"] = sum(number for number in names.values() if number > 1)
    return {gap: count for gap, count in counts.items() if count}


def _gaps_of_registers(facts: Facts, key: int, workshop: Raw) -> Raw:
    sessions = facts.sessions[key]
    over = [each for each in sessions if each["ends_at"] <= facts.now]
    late = workshop["ends_on"] + timedelta(days=7) < facts.today
    return {
        "register_not_opened": sum(each["opened_at"] is None for each in over),
        "register_not_signed": sum(each["opened_at"] is not None and each["id"] not in facts.signed for each in over),
        "workshop_not_reconciled": late and any(each["id"] not in facts.signed for each in sessions),
    }


def _gaps_of(facts: Facts, each: Taken) -> Raw:
    workshop, results = facts.workshop[each.workshop], facts.results
    tested = each.started and workshop["test_id"] is not None
    over = workshop["status"] in {"ended", "reconciled", "closed"}
    waiting = [row for row in each.rows if row["state"] in {"nominated", "pending"}]
    silent = [cell for cell in each.cells if cell.held and not cell.recorded] if each.confirmed else []
    return {
        "cells_not_recorded": sum(cell.session["opened_at"] is not None for cell in silent),
        "test_before_missing": tested and (each.workshop, each.person, "pre") not in results,
        "test_after_missing": tested and over and (each.workshop, each.person, "post") not in results,
        "registration_waiting": sum(
            row["created_at"] < facts.now - timedelta(days=7) and workshop["starts_on"] >= facts.today
            for row in waiting
        ),
    }


# --- R15 -------------------------------------------------------------------------------------------------------------
def results_matrix(facts: Facts, code: str) -> tuple[Rows, Raw]:
    (programme,) = (row for row in _rows(Programme) if row["code"] == code)
    values = _by(_rows(IndicatorValue), lambda row: row["indicator_id"])
    corrected = {row["corrects_id"] for row in _rows(IndicatorValue)}
    periods = {
        row["id"]
        for row in _rows(ReportingPeriod)
        if row["programme_id"] == programme["id"] and row["starts_on"] <= facts.today <= row["ends_on"]
    }
    promised = {row["indicator_id"]: row["value"] for row in _rows(IndicatorTarget) if row["period_id"] in periods}
    rows = []
    for row in _rows(Indicator):
        if row["programme_id"] != programme["id"] or row["withdrawn"]:
            continue
        figures: Raw = {"female": None, "male": None}
        if row["formula"]:
            figures |= Measure(facts, programme["id"], row).figures()
        else:
            standing_values = [each for each in values[row["id"]] if each["id"] not in corrected]
            last = max(standing_values, key=lambda each: each["measured_on"])
            figures |= {"actual": last["value"], "female": last["female"], "male": last["male"]}
        start = row["baseline"] or 0.0
        up = row["direction"] == "up"
        reached = figures["actual"] >= row["target"] if up else figures["actual"] <= row["target"]
        rows.append({
            "number": row["number"],
            "baseline": row["baseline"],
            "target": row["target"],
            "target_of_period": promised[row["id"]],
            "progress": (figures["actual"] - start) / (row["target"] - start),
            "reached": reached,
            **figures,
        })  # fmt: skip
    return rows, {"indicators": len(rows), "indicators_reached": sum(row["reached"] for row in rows)}


class Measure:
    """What an indicator counts over the modules and workshops of its component or of the whole programme."""

    def __init__(self, facts: Facts, programme: int, indicator: Raw) -> None:
        self.facts, self.indicator = facts, indicator
        component = indicator["component_id"]
        links = Component if component else Programme
        owner = component or programme
        self.workshops = _linked(links.workshops.through, owner, "workshop_id")
        self.modules = _linked(links.modules.through, owner, "module_id")
        self.taken = [each for each in facts.asked if each.workshop in self.workshops]
        self.enrolments = [row for row in _rows(Enrolment) if row["module_id"] in self.modules]

    def figures(self) -> Raw:
        found = getattr(self, self.indicator["formula"])()
        if not isinstance(found, set):
            return {"actual": found}
        sexes = Counter(self.facts.person[person]["sex"] for person in found)
        of_sexes = {"female": sexes["female"], "male": sexes["male"]} if self.indicator["by_sex"] else {}
        return {"actual": len(found), **of_sexes}

    def people_started(self) -> set[int]:
        begun = {row["person_id"] for row in self.enrolments if row["started_at"]}
        return begun | {each.person for each in self.taken if each.started}

    def people_completed(self) -> set[int]:
        done = {row["person_id"] for row in self.enrolments if row["completed_at"]}
        return done | {each.person for each in self.taken if each.completed}

    def people_certified(self) -> set[int]:
        modules = {row["id"] for row in self.enrolments}
        workshops = {row["id"] for each in self.taken for row in each.rows}
        return {
            row["person_id"]
            for row in self.facts.certificates
            if standing(row) and (row["enrolment_id"] in modules or row["registration_id"] in workshops)
        }

    def agencies_reached(self) -> int:
        begun = {row["agency_id"] for row in self.enrolments if row["started_at"]}
        return len(begun | {each.agency for each in self.taken if each.started})

    def workshops_held(self) -> int:
        over = {"ended", "reconciled", "closed"}
        return sum(self.facts.workshop[key]["status"] in over for key in self.workshops & self.facts.workshop.keys())

    def attendance_rate(self) -> float | None:
        cells = [cell for cell in self.facts.cells if cell.workshop in self.workshops]
        return compared([], cells)["attendance_rate"]

    def mastery_after(self) -> float:
        pairs = [(pair, each) for each in self.taken if each.started and (pair := _pair(self.facts, each))]
        passed = [
            after / most >= self.facts.workshop[each.workshop]["pass_mark"] / 100 for (_, after, most), each in pairs
        ]
        return sum(passed) / len(passed)

    def evaluation_top(self) -> float:
        survey, top, total = Survey(self.facts), 0.0, 0
        for question in survey.question.values():
            waves = [
                each
                for each in survey.waves
                if each["kind"] == "end"
                and each["form_id"] == question["form_id"]
                and each["workshop_id"] in self.workshops
            ]
            row = survey.row(question, waves) if question["kind"] == "scale" else None
            if row and row["n"]:
                top, total = top + row["top2"] * row["n"], total + row["n"]
        return top / total


def _linked(through: type[Model], owner: int, key: str) -> set[int]:
    names = {field.attname for field in through._meta.fields} - {"id", key}
    (own,) = names
    return {row[key] for row in _rows(through) if row[own] == owner}
