"""Figures of a world of CSV files, worked out a second time from the text of the definitions alone.

Plain loops over the rows; nothing of the product is used.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from statistics import mean, stdev
from typing import Any
from zoneinfo import ZoneInfo

THERE = {"present", "late", "left_early"}
WORD, SCAN, LOG = 3, 2, 1
WEIGHT = {
    "facilitator": WORD,
    "paper": WORD,
    "coordinator": WORD,
    "qr": SCAN,
    "code": SCAN,
    "badge": SCAN,
    "online": LOG,
}
Rows = list[dict[str, str]]
Cell = tuple[str, int, int, str]


@dataclass(frozen=True)
class Asked:
    """Agencies (None: all) and days, both ends included, that figures are about."""

    agencies: frozenset[str] | None = None
    since: date = date.min
    until: date = date.max

    def names(self, agency: str) -> bool:
        return self.agencies is None or agency in self.agencies

    def covers(self, day: date) -> bool:
        return self.since <= day <= self.until


EVERYTHING = Asked()


@dataclass
class Session:
    number: int
    day: date
    starts: datetime
    ends: datetime
    planned: int
    required: bool
    track: str


@dataclass
class Person:
    """Somebody in a workshop: the registration that counts, and what is known of each session of the track."""

    key: str
    agency: str
    track: str
    nominated: bool = False
    confirmed: datetime | None = None
    gone: datetime | None = None
    # By session: status, minutes, planned, agency of the day. Only those in which the person is expected.
    cells: dict[int, Cell] = field(default_factory=dict)
    was_there: bool = False
    completed: bool = False


class Oracle:
    def __init__(self, files: Mapping[str, bytes], now: datetime) -> None:
        self.now = now
        self.rows: dict[str, Rows] = {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(content.decode())))
            for name, content in files.items()
        }
        self.agencies = {row["code"]: row for row in self.rows["agencies"]}
        self.people = {row["key"]: row for row in self.rows["people"]}
        self.sessions = {row["code"]: self._sessions(row) for row in self.rows["workshops"]}
        self.taking_part = {row["code"]: self._people_of(row) for row in self.rows["workshops"]}

    # --- Reading
    def _sessions(self, workshop: Mapping[str, str]) -> dict[int, Session]:
        zone = workshop["zone"]
        return {
            int(row["number"]): Session(
                number=int(row["number"]),
                day=datetime.fromisoformat(row["start"]).date(),
                starts=_utc(row["start"], zone),
                ends=_utc(row["end"], zone),
                planned=int(row["minutes"]),
                required=row["required"] == "true",
                track=row["track"],
            )
            for row in self.rows["sessions"]
            if row["workshop"] == workshop["code"]
        }

    def _agency_on(self, key: str, day: date, otherwise: str) -> str:
        """The membership of that day; of two the one that began last. Nobody's day is that of the registration."""
        mine = [row for row in self.rows["memberships"] if row["person"] == key and row["from"] <= str(day)]
        mine = [row for row in mine if not row["to"] or row["to"] >= str(day)]
        return max(mine, key=lambda row: row["from"])["agency"] if mine else otherwise

    def _cell(self, code: str, session: Session, key: str, zone: str) -> tuple[str, int]:
        """What the rows about a person in a session amount to: status and credited minutes."""
        said = [
            (WEIGHT[row["source"]], _utc(row["device_time"], zone) if row["device_time"] else session.ends, line, row)
            for line, row in enumerate(self.rows["attendance"])
            if (row["workshop"], row["session"], row["person"]) == (code, str(session.number), key)
            and row["status"] != "not_recorded"
        ]
        if not said:
            return "not_recorded", 0
        row = max(said, key=lambda each: each[:3])[3]
        return row["status"], _credit(row["status"], row["minutes"], session.planned)

    # --- People
    def _people_of(self, workshop: Mapping[str, str]) -> dict[str, Person]:
        code, zone = workshop["code"], workshop["zone"]
        sessions = self.sessions[code]
        heard: dict[str, dict[int, tuple[str, int]]] = defaultdict(dict)
        for key, number in {
            (row["person"], int(row["session"])) for row in self.rows["attendance"] if row["workshop"] == code
        }:
            heard[key][number] = self._cell(code, sessions[number], key, zone)
        found: dict[str, Person] = {}
        for row in self.rows["registrations"]:
            if row["workshop"] == code:
                found[row["person"]] = self._registered(row, workshop, sessions, heard[row["person"]])
        for key, cells in heard.items():
            there = sorted(
                (sessions[number] for number, cell in cells.items() if cell[0] in THERE), key=lambda each: each.starts
            )
            if key not in found and there:
                agency = self._home(key, there[0].day)
                found[key] = Person(key, agency, there[0].track, confirmed=there[0].starts)
        for person in found.values():
            self._fill(person, sessions, heard[person.key])
        return found

    def _home(self, key: str, day: date) -> str:
        """The agency of a day; in a gap that of before, else the first one."""
        mine = sorted((row for row in self.rows["memberships"] if row["person"] == key), key=lambda row: row["from"])
        return ([row for row in mine if row["from"] <= str(day)] or mine[:1])[-1]["agency"]

    def _registered(
        self,
        row: Mapping[str, str],
        workshop: Mapping[str, str],
        sessions: Mapping[int, Session],
        cells: Mapping[int, tuple[str, int]],
    ) -> Person:
        zone = workshop["zone"]
        person = Person(row["person"], row["agency"], row["track"], nominated=row["source"] in {"nomination", ""})
        there = sorted((sessions[each] for each, cell in cells.items() if cell[0] in THERE), key=lambda one: one.starts)
        begins = min(each.starts for each in sessions.values())
        if row["confirmed_at"]:
            person.confirmed = _utc(row["confirmed_at"], zone)
        elif row["status"] == "confirmed":
            person.confirmed = there[0].starts if there and row["source"] == "walk_in" else begins
        # Confirmed at any time before the end of the workshop.
        if person.confirmed and person.confirmed >= _utc(workshop["end"], zone):
            person.confirmed = None
        if row["status"] in {"withdrawn", "replaced"}:
            person.gone = there[-1].ends if there else begins
            if row["withdrawn_at"]:
                person.gone = _utc(row["withdrawn_at"], zone)
        # Whoever attends unconfirmed is a walk-in, expected from the first session attended.
        unexpected = [each for each in there if not _is_expected(person, each)]
        if unexpected:
            if person.confirmed is None and not row["source"]:
                person.nominated = False
            person.confirmed = min(filter(None, (person.confirmed, unexpected[0].starts)))
        return person

    def _fill(self, person: Person, sessions: Mapping[int, Session], cells: Mapping[int, tuple[str, int]]) -> None:
        for number, session in sessions.items():
            status, minutes = cells.get(number, ("not_recorded", 0))
            if session.starts > self.now:
                status, minutes = "not_recorded", 0
            person.was_there |= status in THERE
            if session.track in {"", person.track} and (_is_expected(person, session) or status in THERE):
                agency = self._agency_on(person.key, session.day, person.agency)
                person.cells[number] = (status, minutes, session.planned, agency)
        everything = sum(
            each.planned for each in sessions.values() if each.required and each.track in {"", person.track}
        )
        credited = sum(cell[1] for number, cell in person.cells.items() if sessions[number].required)
        # 80 % of all required planned minutes of the track.
        person.completed = bool(person.was_there and everything and credited * 100 >= 80 * everything)

    # --- Figures
    def within(self, code: str) -> set[str]:
        """An agency and all below it."""
        found = {code}
        while more := {each for each, row in self.agencies.items() if row["parent"] in found} - found:
            found |= more
        return found

    def _asked(self, asked: Asked) -> list[str]:
        """Workshops whose first day lies in the period."""
        return [row["code"] for row in self.rows["workshops"] if asked.covers(date.fromisoformat(row["start"][:10]))]

    def participation(self, asked: Asked = EVERYTHING) -> dict[str, dict[str, int]]:
        found = {}
        for code in self._asked(asked):
            people = [each for each in self.taking_part[code].values() if asked.names(each.agency)]
            if people:
                found[code] = _funnel(people)
        return found

    def attendance(self, asked: Asked = EVERYTHING) -> dict[tuple[str, str], dict[str, Any]]:
        found = {}
        for code, people in self.taking_part.items():
            for person in people.values():
                cells = {
                    number: cell
                    for number, cell in person.cells.items()
                    if asked.names(cell[3]) and asked.covers(self.sessions[code][number].day)
                }
                if person.confirmed is not None and cells:
                    found[code, person.key] = self._row(code, person, cells)
        return found

    def _row(self, code: str, person: Person, cells: Mapping[int, Cell]) -> dict[str, Any]:
        sessions = self.sessions[code]
        required = {number: cell for number, cell in cells.items() if sessions[number].required}
        held = {number: cell for number, cell in required.items() if sessions[number].ends <= self.now}
        credited, planned = sum(cell[1] for cell in required.values()), sum(cell[2] for cell in required.values())
        planned_held = sum(cell[2] for cell in held.values())
        return {
            "name": " ".join(filter(None, (self.people[person.key][n] for n in ("family_name", "given_name")))),
            "sessions": {
                str(number): {"status": cell[0], "minutes": cell[1], "planned": cell[2]}
                for number, cell in cells.items()
            },
            "credited_minutes": credited,
            "planned_minutes": planned,
            "share": _share(credited, planned),
            "share_so_far": _share(credited, planned_held),
            "can_reach": self._can_reach(code, person),
        }

    def _can_reach(self, code: str, person: Person) -> bool:
        """Whether all that is still to come brings 80 % of everything, in whichever agency."""
        sessions = self.sessions[code]
        required = {number: cell for number, cell in person.cells.items() if sessions[number].required}
        credited = sum(cell[1] for cell in required.values())
        to_come = sum(cell[2] for number, cell in required.items() if sessions[number].ends > self.now)
        everything = self._everything(code, person)
        return bool(everything) and (credited + to_come) * 100 >= 80 * everything

    def _everything(self, code: str, person: Person) -> int:
        """All required planned minutes of the track."""
        mine = [each for each in self.sessions[code].values() if each.required and each.track in {"", person.track}]
        return sum(each.planned for each in mine)

    def attendance_totals(self, asked: Asked = EVERYTHING) -> dict[str, Any]:
        rows = self.attendance(asked)
        return {
            "people": len({key for _code, key in rows}),
            "participations": len(rows),
            "started": sum(any(c["status"] in THERE for c in row["sessions"].values()) for row in rows.values()),
            "credited_minutes": sum(row["credited_minutes"] for row in rows.values()),
            "planned_minutes": sum(row["planned_minutes"] for row in rows.values()),
        }

    def agencies_compared(self, asked: Asked = EVERYTHING) -> dict[str, dict[str, Any]]:
        people: dict[str, list[Person]] = defaultdict(list)
        minutes: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for code, taking_part in self.taking_part.items():
            for person in taking_part.values():
                if asked.names(person.agency) and code in self._asked(asked):
                    people[person.agency].append(person)
                for number, (status, credited, planned, agency) in person.cells.items():
                    session = self.sessions[code][number]
                    counts = session.ends <= self.now and asked.covers(session.day) and asked.names(agency)
                    if counts and person.confirmed is not None:
                        sums = minutes[agency]
                        sums[0] += credited * session.required
                        sums[1] += planned * session.required
                        sums[2] += status != "not_recorded"
                        sums[3] += 1
        return {each: _compared(people[each], minutes[each]) for each in {*people, *minutes}}

    def disaggregation(self, asked: Asked = EVERYTHING) -> dict[tuple[str, str, str], int]:
        found: dict[tuple[str, str, str], int] = defaultdict(int)
        for code in self._asked(asked):
            people = self.taking_part[code].values()
            for person in [each for each in people if each.was_there and asked.names(each.agency)]:
                sex = self.people[person.key]["sex"] or "undisclosed"
                kind, region = (self.agencies[person.agency][name] for name in ("kind", "region"))
                found["sex_by_kind", sex, kind] += 1
                found["sex_by_region", sex, region] += 1
                found["kind_by_region", kind, region] += 1
        return dict(found)

    def is_provisional(self) -> bool:
        """Whether less than 95 % of the cells of held sessions are recorded."""
        cells = [
            cell[0] != "not_recorded"
            for code, people in self.taking_part.items()
            for person in people.values()
            for number, cell in person.cells.items()
            if self.sessions[code][number].ends <= self.now
        ]
        return sum(cells) < 0.95 * len(cells)

    def learning(self) -> dict[str, dict[str, Any]]:
        """Figures of matched pairs, by workshop; marks are out of 20 and 75 % passes."""
        tested = {row["workshop"] for row in self.rows["results"]}
        return {code: _learned(self.pairs(code)) for code in tested}

    def pairs(self, code: str) -> list[tuple[float, float]]:
        """Marks before and after of people who took part, the last of each phase."""
        last: dict[str, dict[str, float]] = defaultdict(dict)
        for row in self.rows["results"]:
            if row["workshop"] == code:
                last[row["person"]][row["phase"]] = float(row["mark"])
        took_part = {key for key, person in self.taking_part[code].items() if person.was_there}
        return [
            (each["pre"], each["post"]) for key, each in last.items() if key in took_part and len(each) == len("AB")
        ]


def _utc(word: str, zone: str) -> datetime:
    return datetime.fromisoformat(word).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _is_expected(person: Person, session: Session) -> bool:
    """Confirmed before the session ended, and not gone before it began; sessions of the own track."""
    if session.track not in {"", person.track} or person.confirmed is None or person.confirmed >= session.ends:
        return False
    return person.gone is None or person.gone > session.starts


def _credit(status: str, minutes: str, planned: int) -> int:
    if status == "present":
        return min(int(minutes), planned) if minutes else planned
    if status in {"late", "left_early"}:
        # 80 % of planned, to the nearest minute; a half upwards.
        return min(planned, int(minutes) + 10) if minutes else int(planned * 0.8 + 0.5)
    return 0


def _funnel(people: Iterable[Person]) -> dict[str, int]:
    people = list(people)
    started = [each for each in people if each.was_there]
    return {
        "nominated": sum(each.nominated for each in people),
        "registered": len(people),
        "confirmed": sum(each.confirmed is not None for each in people),
        "started": len(started),
        "completed": sum(each.completed for each in started),
        "certified": 0,
    }


def _compared(people: list[Person], minutes: list[int]) -> dict[str, Any]:
    funnel = _funnel(people)
    credited, planned, recorded, expected = minutes
    return {
        **{name: funnel[name] for name in ("nominated", "confirmed", "started", "completed")},
        "turn_up": _share(funnel["started"], funnel["confirmed"]),
        "attendance_rate": _share(credited, planned),
        "completion_started": _share(funnel["completed"], funnel["started"]),
        "completion_confirmed": _share(funnel["completed"], funnel["confirmed"]),
        "register_completeness": _share(recorded, expected),
        "provisional": recorded < 0.95 * expected,
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _learned(pairs: list[tuple[float, float]]) -> dict[str, Any]:
    n, highest, passes = len(pairs), 20, 15
    found: dict[str, Any] = {"n": n}
    if n < 2:
        return found
    before, after = [each[0] for each in pairs], [each[1] for each in pairs]
    mean_pre, mean_post = mean(before), mean(after)
    change = mean_post - mean_pre
    found |= {"mean_pre": mean_pre, "mean_post": mean_post, "change": change}
    spread = (stdev(before) + stdev(after)) / 2
    found["d_av"] = (1 - 3 / (4 * (n - 1) - 1)) * change / spread if spread else None
    found["gain"] = change / (highest - mean_pre) if n >= 10 and mean_pre < highest else None
    found["mastery_before"] = sum(each >= passes for each in before) / n
    found["mastery_after"] = sum(each >= passes for each in after) / n
    found["ceiling_share"] = sum(each >= 0.9 * highest for each in before) / n
    return found
