"""The twelve workshops of the demonstration over fourteen months: when, where, who is invited, how it went."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from operations.demo import workday


class Fate(StrEnum):
    """What has become of a workshop by today."""

    CLOSED = "closed"
    RECONCILED = "reconciled"
    ENDED = "ended"
    RUNNING = "running"
    PUBLISHED = "published"
    DRAFT = "draft"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Planned:
    """A workshop.

    `weeks` counts from this week (negative: before); `invited` people by agency, beginning with number `first` of each
    agency; `ways` are how most of those who came were noted, session after session and round again; `seats` by agency,
    "" for the open pool; `room` is the key of a room.
    """

    code: str
    weeks: int
    fate: Fate
    place: dict[str, str]
    town: dict[str, str]
    invited: dict[str, int] = field(default_factory=dict)
    first: int = 0
    ways: tuple[str, ...] = ("facilitator",)
    seats: dict[str, int] = field(default_factory=dict)
    tested: bool = False
    room: str = ""

    def starts_on(self, today: date) -> date:
        """The first day: a Tuesday, except that the running workshop is in its second day today."""
        return today - timedelta(days=1) if self.fate == Fate.RUNNING else workday(today, self.weeks)

    def way(self, number: int) -> str:
        """How most of those who come to a session are noted."""
        return self.ways[(number - 1) % len(self.ways)]

    @property
    def places(self) -> dict[str, Any]:
        """Where it is, in each language."""
        return {f"place_{language}": words for language, words in self.place.items()}

    @property
    def titles(self) -> dict[str, Any]:
        """The title in each language. A town makes each delivery recognisable."""
        return {
            "title_en": f"Migration and health: interagency workshop, {self.town['en']}",
            "title_ru": f"Миграция и здоровье: межведомственный семинар, {self.town['ru']}",
            "title_be": f"Міграцыя і здароўе: міжведамасны семінар, {self.town['be']}",
        }


def _said(en: str, ru: str, be: str) -> dict[str, str]:
    return {"en": en, "ru": ru, "be": be}


# The national series is IW, the regional one RW. Each agency sends the people whom it has.
WORKSHOPS = (
    Planned(
        "RW-01", -60, Fate.CLOSED,
        _said("Vitebsk, medical university", "Витебск, медицинский университет", "Віцебск, медыцынскі ўніверсітэт"),
        _said("Vitebsk", "Витебск", "Віцебск"),
        {"GOV-01": 6, "GOV-02-GR": 5, "HLT-07": 6, "HLT-06-MG": 4, "GOV-11-BR": 4, "HLT-01-BR-2": 4, "NGO-05": 2},
        first=4, ways=("paper",),
    ),
    Planned(
        "RW-02", -48, Fate.CLOSED,
        _said("Mogilev, regional library", "Могилёв, областная библиотека", "Магілёў, абласная бібліятэка"),
        _said("Mogilev", "Могилёв", "Магілёў"),
        {"HLT-06-MG": 6, "GOV-04": 5, "GOV-03": 8, "HLT-04-BR": 5, "HLT-01-BR-2": 3, "NGO-01": 4}, first=5,
        ways=("badge",),
    ),
    Planned(
        "RW-03", -37, Fate.CLOSED,
        _said("Gomel, house of culture", "Гомель, дом культуры", "Гомель, дом культуры"),
        _said("Gomel", "Гомель", "Гомель"),
        {
            "HLT-03-GM": 24, "GOV-11-GM": 10, "GOV-11-BR": 8, "HLT-01-BR": 6, "GOV-02": 8, "GOV-03": 16, "GOV-01": 5,
            "HLT-07": 5, "NGO-01": 3,
        },
        first=7, ways=("qr",), tested=True,
    ),
    Planned(
        "RW-04", -26, Fate.CANCELLED,
        _said(
            "Lida, district executive committee",
            "Лида, районный исполнительный комитет",
            "Ліда, раённы выканаўчы камітэт",
        ),
        _said("Lida", "Лида", "Ліда"),
        {"GOV-02-GR": 6, "GOV-04": 3, "HLT-04-BR": 2}, first=3,
    ),
    Planned(
        "RW-05", -16, Fate.RECONCILED,
        _said("Baranovichi, town library", "Барановичи, городская библиотека", "Баранавічы, гарадская бібліятэка"),
        _said("Baranovichi", "Барановичи", "Баранавічы"),
        {"GOV-11-BR": 6, "HLT-01-BR": 5, "HLT-04-BR": 6, "GOV-02": 8, "GOV-03": 8, "GOV-04": 3}, first=9,
        ways=("code",),
    ),
    Planned(
        "IW-01", -5, Fate.RECONCILED,
        _said(
            "Brest, regional executive committee",
            "Брест, областной исполнительный комитет",
            "Брэст, абласны выканаўчы камітэт",
        ),
        _said("Brest", "Брест", "Брэст"),
        {
            "GOV-11-BR": 8, "HLT-01-BR": 12, "HLT-04-BR": 7, "GOV-02": 6, "GOV-03": 8, "NGO-01": 4, "NGO-02": 2,
            "HLT-07": 5,
        },
        room="brest",
    ),
    Planned(
        "RW-06", -1, Fate.ENDED,
        _said("Online", "Онлайн", "Анлайн"),
        _said("online", "онлайн", "анлайн"),
        {"HLT-03-GM": 8, "GOV-11-GM": 4, "GOV-11-BR": 3, "HLT-01-BR": 4, "HLT-06-MG": 3, "GOV-02-GR": 3}, first=12,
        ways=("online",),
    ),
    Planned(
        "IW-02", 0, Fate.RUNNING,
        _said("Minsk, IOM training room", "Минск, учебный класс МОМ", "Мінск, вучэбны клас МАМ"),
        _said("Minsk", "Минск", "Мінск"),
        {
            "HLT-01-BR": 6, "GOV-11-BR": 3, "GOV-01": 6, "GOV-04": 6, "NGO-01": 5, "INT-01": 1, "HLT-03-GM": 9,
            "GOV-11-GM": 4,
        },
        ways=("qr", "code", "badge", "paper"), room="minsk",
    ),
    Planned(
        "RW-07", 1, Fate.POSTPONED,
        _said("Orsha, city polyclinic", "Орша, городская поликлиника", "Орша, гарадская паліклініка"),
        _said("Orsha", "Орша", "Орша"),
        {"GOV-01": 4, "HLT-07": 4, "GOV-03": 3}, first=8,
    ),
    Planned(
        "IW-03", 2, Fate.PUBLISHED,
        _said("Gomel, medical university", "Гомель, медицинский университет", "Гомель, медыцынскі ўніверсітэт"),
        _said("Gomel", "Гомель", "Гомель"),
        {"HLT-01-BR": 5, "HLT-04-BR": 2, "HLT-03-GM": 8, "GOV-03": 4},
        seats={"GOV-11-BR": 12, "GOV-11-GM": 12, "": 16}, tested=True, room="gomel",
    ),
    Planned(
        "RW-08", 6, Fate.PUBLISHED,
        _said(
            "Pinsk, city executive committee",
            "Пинск, городской исполнительный комитет",
            "Пінск, гарадскі выканаўчы камітэт",
        ),
        _said("Pinsk", "Пинск", "Пінск"),
        {"GOV-11-BR": 4, "HLT-01-BR": 3, "GOV-02": 4}, first=14, seats={"GOV-11-BR": 8, "": 4},
        room="pinsk",
    ),
    Planned("IW-04", 9, Fate.DRAFT, _said("Grodno", "Гродно", "Гродна"), _said("Grodno", "Гродно", "Гродна")),
)  # fmt: skip


def planned(code: str) -> Planned:
    """Return the workshop with a code."""
    return next(each for each in WORKSHOPS if each.code == code)
