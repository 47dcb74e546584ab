"""An invented certificate, to show what a design looks like. Nobody has these names."""

from typing import Any

from certificates.designs import Parameters

# What an editor chooses between.
SAMPLE_NAMES = ("short", "long")

_NATIVE = {
    "short": {"en": "Hanna Kavaliova", "ru": "Ли Анна", "be": "Кавалёва Ганна"},
    # 60 letters, as long as a name may be without becoming smaller than 18 points.
    "long": {
        "en": "Maximiliana Aleksandrovna Rozhdestvenskaya-Vasilevskaya-Orda",
        "ru": "Рождественская-Василевская-Ордынская Александра Владимировна",
        "be": "Раждзественская-Васілеўская-Ёўчанка Аляксандра Уладзіміраўна",
    },
}
_LATIN = {
    "short": {"en": "Hanna Kavaliova", "ru": "Anna Li", "be": "Hanna Kavaliova"},
    "long": {
        "en": "Maximiliana Aleksandrovna Rozhdestvenskaya-Vasilevskaya-Orda",
        "ru": "Aleksandra Rozhdestvenskaya-Vasilevskaya-Ordynskaya",
        "be": "Aliaksandra Razhdzestvenskaya-Vasileuskaya-Yochanka",
    },
}
_TITLES = {
    "short": {
        "en": "Migration and health together",
        "ru": "Миграция и здоровье вместе",
        "be": "Міграцыя і здароўе разам",
    },
    "long": {
        "en": "Legal, social, economic and cultural aspects of the health of migrants and refugees",
        "ru": "Правовые, социальные, экономические и культурные аспекты здоровья мигрантов и беженцев",
        "be": "Прававыя, сацыяльныя, эканамічныя і культурныя аспекты здароўя мігрантаў і бежанцаў",
    },
}
_AGENCY = {"en": "City polyclinic No. 1", "ru": "Городская поликлиника № 1", "be": "Гарадская паліклініка № 1"}
_ISSUER = {
    "en": "Migration Health Academy",
    "ru": "Академия «Миграция и здоровье»",
    "be": "Акадэмія «Міграцыя і здароўе»",
}


def sample_payload(parameters: Parameters, language: str, name: str) -> dict[str, Any]:
    """Return the payload of an invented certificate of a workshop, without its printed words."""
    return {
        "design": {"name": "", "number": 0, "parameters": parameters.to_json()},
        "holder": {"native": _NATIVE[name][language], "latin": _LATIN[name][language]},
        "agency": _AGENCY,
        "issuer": _ISSUER,
        "subject": {"kind": "workshop", "code": "W1", "titles": _TITLES[name]},
        "minutes": 540,
        "dates": {"from": "2026-03-09", "to": "2026-03-10", "issued": "2026-03-10", "expires": "2028-03-10"},
        "result": {
            "sessions": [4, 5],
            "credited_minutes": 492,
            "planned_minutes": 600,
            "mark": 800,
            "max_mark": 1000,
        },
        "site": "academy.example.org",
        "address": "https://academy.example.org/v/0000000000000",
    }
