"""Worlds of earlier years as CSV files: random, and the same for the same seed.

They hold what real ones hold: people who move, agencies that merge, tracks, optional sessions, several words about one
cell, walk-ins, people who withdraw after they came, and rows that say less than they could.
"""

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

HEADINGS = {
    "agencies.csv": "code parent kind region name_en name_ru name_be closed_on successor",
    "people.csv": "key family_name given_name patronymic name_latin sex email language",
    "memberships.csv": "person agency from to post",
    "workshops.csv": "code title_en title_ru title_be start end zone",
    "sessions.csv": "workshop number title start end required minutes track kind",
    "registrations.csv": "workshop person agency status confirmed_at withdrawn_at source track",
    "attendance.csv": "workshop session person status minutes source device_time",
    "results.csv": "workshop person phase form mark max",
}
KINDS = ("state_authority", "regional_authority", "health_institution", "ngo", "education")
REGIONS = ("minsk", "brest", "vitebsk", "gomel", "")
FAMILIES = ("Иванова", "Петровский", "Кавалёва", "Сидоренко", "Новік", "Лукашевич", "Козлов", "Жук")
GIVEN = ("Анна", "Пётр", "Алеся", "Юрий", "Наталья", "Зміцер")


@dataclass
class World:
    """Rows by file; `files` are their bytes. `chance` decides what the seed leaves open."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in HEADINGS})
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    agencies: list[str] = field(default_factory=lambda: ["MIN"])
    today: date = date.min

    def add(self, file: str, **values: Any) -> None:
        self.rows[file].append({name: _word(values.get(name, "")) for name in HEADINGS[file].split()})

    @property
    def files(self) -> dict[str, bytes]:
        return {name: _written(HEADINGS[name].split(), rows) for name, rows in self.rows.items()}


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return "" if value is None else str(value)


def _written(columns: list[str], rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def small_world(**more: Any) -> World:
    """One agency, one person, one workshop of two sessions of an hour on 3 March 2025, the person confirmed for it."""
    world = World()
    world.add(
        "agencies.csv", code="A1", kind="ngo", region="minsk", name_en="First", name_ru="Первое", name_be="Першае"
    )
    world.add("people.csv", key="p1", family_name="Иванова", given_name="Анна", sex="female", language="ru")
    world.add("memberships.csv", person="p1", agency="A1", **{"from": "2024-01-01"})
    world.add("workshops.csv", code="W1", title_en="One", start="2025-03-03", end="2025-03-03", zone="Europe/Minsk")
    for number, hour in ((1, 9), (2, 11)):
        start = datetime(2025, 3, 3, hour)  # noqa: DTZ001 – the clock on the wall
        end = start + timedelta(hours=1)
        world.add(
            "sessions.csv", workshop="W1", number=number, title="S", start=start, end=end, required=True, minutes=60
        )
    world.add(
        "registrations.csv",
        **{"workshop": "W1", "person": "p1", "agency": "A1", "status": "confirmed", "source": "nomination", **more},
    )
    return world


def random_world(seed: int, *, people: int = 60, workshops: int = 5, today: date) -> World:
    """A world with everything that happens. Workshops lie in the past; the last one is going on."""
    world = World(chance=random.Random(seed), today=today)
    _agencies(world)
    homes = _people(world, people)
    for number in range(workshops):
        running = number == workshops - 1
        first = today - timedelta(days=1) if running else date(2025, 2, 3) + timedelta(days=50 * number)
        _workshop(world, f"W{seed}-{number}", first, homes, running=running)
    return world


def _agencies(world: World) -> None:
    world.add(
        "agencies.csv", code="MIN", kind="state_authority", region="minsk", name_en="Ministry", name_ru="М", name_be="М"
    )
    for number in range(9):
        code = f"AG{number}"
        closing = {"closed_on": "2025-06-30", "successor": "AG1"} if number == 0 else {}
        world.add(
            "agencies.csv",
            **{
                "code": code,
                "parent": world.chance.choice(world.agencies),
                "kind": world.chance.choice(KINDS),
                **closing,
            },
            region=world.chance.choice(REGIONS),
            name_en=f"Agency {number}",
            name_ru=f"Ведомство {number}",
            name_be=f"Ведамства {number}",
        )
        # Nothing stands below the one that closes.
        world.agencies += [code] if number else []
    world.rows["agencies.csv"].reverse()


def _people(world: World, count: int) -> list[str]:
    keys = [f"p{number:04}" for number in range(count)]
    for key in keys:
        world.add(
            "people.csv",
            key=key,
            family_name=world.chance.choice(FAMILIES),
            given_name=world.chance.choice(GIVEN),
            sex=world.chance.choice(["female", "female", "male", "undisclosed"]),
            email=f"{key}@history.example" if world.chance.random() < 0.5 else "",
            language=world.chance.choice(["en", "ru", "be"]),
        )
        _career(world, key)
    return keys


def _career(world: World, key: str) -> None:
    since = date(2023, 1, 1) + timedelta(days=world.chance.randrange(300))
    kind = world.chance.random()
    if kind < 0.15:  # the agency is merged into another one
        world.add("memberships.csv", person=key, agency="AG0", **{"from": since, "to": "2025-06-30"})
        world.add("memberships.csv", person=key, agency="AG1", **{"from": "2025-07-01"})
    elif kind < 0.45:  # moves, often in the middle of a workshop
        first, second = world.chance.sample(world.agencies, 2)
        move = world.chance.choice(
            [date(2025, 2, 4), date(2025, 3, 26), date(2025, 5, 15), date(2025, 7, 4), world.today]
        )
        ends = world.chance.choice([move - timedelta(days=1), move - timedelta(days=1), "", move - timedelta(days=20)])
        world.add("memberships.csv", person=key, agency=first, **{"from": since, "to": ends})
        world.add("memberships.csv", person=key, agency=second, post="врач", **{"from": move})
    elif kind < 0.95:
        world.add("memberships.csv", person=key, agency=world.chance.choice(world.agencies), **{"from": since})


def _workshop(
    world: World,
    code: str,
    first: date,
    people: list[str],
    *,
    running: bool,
) -> None:
    days = 3
    tracks = world.chance.random() < 0.5
    zone = world.chance.choice(["Europe/Minsk", "Europe/Warsaw", "Asia/Tashkent"])
    world.add(
        "workshops.csv",
        code=code,
        title_en=f"Workshop {code}",
        start=f"{first}T09:00",
        end=f"{first + timedelta(days=days - 1)}T18:00",
        zone=zone,
    )
    sessions: list[dict[str, Any]] = []
    for number in range(1, days * 3 + 1):
        start = datetime.combine(first + timedelta(days=(number - 1) // 3), datetime.min.time()) + timedelta(
            hours=9 + 3 * ((number - 1) % 3)
        )
        minutes = world.chance.choice([45, 60, 85, 90])
        track = world.chance.choice(["", "legal", "social"]) if tracks else ""
        session = {"number": number, "start": start, "end": start + timedelta(minutes=minutes + 5), "minutes": minutes}
        session |= {"track": track, "required": world.chance.random() < 0.85}
        sessions.append(session)
        world.add(
            "sessions.csv",
            workshop=code,
            title=f"Session {number}",
            kind=world.chance.choice(["training", "roundtable"]),
            **session,
        )
    held = [each for each in sessions if not running or each["start"].date() < world.today]
    invited = world.chance.sample(people, k=int(len(people) * 0.6))
    for key in invited:
        _participant(world, code, key, sessions, held, tracks=tracks)
    for key in world.chance.sample([each for each in people if each not in invited], k=3):
        _stranger(world, code, key, held)


def _home(world: World, key: str) -> str:
    mine = [row["agency"] for row in world.rows["memberships.csv"] if row["person"] == key]
    return world.chance.choice(mine) if mine and world.chance.random() < 0.9 else world.chance.choice(world.agencies)


def _participant(
    world: World,
    code: str,
    key: str,
    sessions: list[dict[str, Any]],
    held: list[dict[str, Any]],
    *,
    tracks: bool,
) -> None:
    begin, end = sessions[0]["start"], sessions[-1]["end"]
    state = world.chance.choices(
        ["confirmed", "withdrawn", "nominated", "waitlisted", "rejected", "replaced", "lapsed"], [70, 8, 8, 5, 3, 3, 3]
    )[0]
    track = world.chance.choice(["legal", "social"]) if tracks else ""
    row: dict[str, Any] = {
        "status": state,
        "source": world.chance.choice(["nomination", "nomination", "self", ""]),
        "track": track,
    }
    early = begin - timedelta(days=world.chance.randrange(1, 30))
    if state == "confirmed":
        row["confirmed_at"] = world.chance.choices(
            [
                early,
                "",
                begin + timedelta(days=1),
                sessions[1]["start"] + timedelta(minutes=10),
                end + timedelta(days=2),
            ],
            [70, 10, 10, 5, 5],
        )[0]
    if state in {"withdrawn", "replaced"} and world.chance.random() < 0.7:
        row["confirmed_at"] = early
        row["withdrawn_at"] = world.chance.choice([begin - timedelta(hours=20), begin + timedelta(days=1), "", begin])
    world.add("registrations.csv", workshop=code, person=key, agency=_home(world, key), **row)
    confirmed = row.get("confirmed_at") or (begin if state == "confirmed" else None)
    gone = row.get("withdrawn_at") or (begin if state in {"withdrawn", "replaced"} else None)
    comes = world.chance.choices([0.97, 0.6, 0.0], [70, 20, 10])[0]
    if state not in {"confirmed", "withdrawn", "replaced"}:
        comes = world.chance.choice([0, 0, 0.9])
    for session in held:
        mine = session["track"] in {"", track}
        expected = confirmed is not None and confirmed < session["end"] and (gone is None or gone > session["start"])
        if mine and (expected or (comes > 0 and world.chance.random() < 0.15) or not confirmed):
            _attended(world, code, key, session, comes if expected or not confirmed else 0.5)
    _tested(world, code, key)


def _stranger(world: World, code: str, key: str, held: list[dict[str, Any]]) -> None:
    """Somebody whom no row registers; who belongs to no agency has a row that says walk-in."""
    home = [row for row in world.rows["memberships.csv"] if row["person"] == key]
    if not home:
        world.add("registrations.csv", workshop=code, person=key, agency="MIN", status="confirmed", source="walk_in")
    first = world.chance.randrange(len(held))
    for session in held[first:]:
        if session["track"] in {"", held[first]["track"]}:
            _attended(world, code, key, session, 1.0 if session is held[first] else 0.8)


def _attended(world: World, code: str, key: str, session: dict[str, Any], comes: float) -> None:
    """One word about a cell, sometimes several, sometimes none."""
    if world.chance.random() < 0.02 and comes < 1:
        return
    times = 1 if comes == 1 else world.chance.choices([1, 2, 3], [85, 10, 5])[0]
    for turn in range(times):
        if world.chance.random() < comes:
            status = world.chance.choices(["present", "late", "left_early"], [80, 10, 10])[0]
        else:
            status = world.chance.choice(["absent", "excused", "not_recorded"])
        minutes = (
            world.chance.randrange(5, 100) if status in {"late", "left_early"} and world.chance.random() < 0.6 else ""
        )
        if status == "present" and world.chance.random() < 0.1:
            minutes = world.chance.randrange(10, 120)
        # No two words about a cell have one time: which of them is later would be a matter of taste.
        told = session["start"] + timedelta(minutes=3 * turn + world.chance.randrange(3))
        world.add(
            "attendance.csv",
            workshop=code,
            session=session["number"],
            person=key,
            status=status,
            minutes=minutes,
            source=world.chance.choice(["facilitator", "qr", "code", "badge", "online", "paper", "coordinator"]),
            device_time="" if times == 1 and world.chance.random() < 0.3 else told,
        )


def _tested(world: World, code: str, key: str) -> None:
    first, second = world.chance.choice([("A", "B"), ("B", "A")])
    before = world.chance.randrange(2, 16)
    for phase, form, mark in (
        ("pre", first, before),
        ("post", second, min(20, before + world.chance.randrange(-1, 9))),
    ):
        if world.chance.random() < 0.8:
            world.add("results.csv", workshop=code, person=key, phase=phase, form=form, mark=mark, max=20)
            if world.chance.random() < 0.1:
                world.add(
                    "results.csv", workshop=code, person=key, phase=phase, form=form, mark=f"{mark - 0.5}", max=20
                )
