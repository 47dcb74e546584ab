"""Which clocks people choose from: places near by in words, then the rest of the world by its names. Values only."""

from functools import lru_cache
from zoneinfo import available_timezones

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Where most people are, and those of the partners.
NEAR: dict[str, str | Promise] = {
    "Europe/Minsk": _("Minsk"),
    "Europe/Kaliningrad": _("Kaliningrad"),
    "Europe/Moscow": _("Moscow"),
    "Europe/Kyiv": _("Kyiv"),
    "Europe/Chisinau": _("Chisinau"),
    "Europe/Warsaw": _("Warsaw"),
    "Europe/Vilnius": _("Vilnius"),
    "Europe/Riga": _("Riga"),
    "Asia/Tbilisi": _("Tbilisi"),
    "Asia/Yerevan": _("Yerevan"),
    "Asia/Baku": _("Baku"),
    "Asia/Almaty": _("Almaty"),
    "Asia/Bishkek": _("Bishkek"),
    "Asia/Dushanbe": _("Dushanbe"),
    "Asia/Tashkent": _("Tashkent"),
    "Asia/Ashgabat": _("Ashgabat"),
    "Europe/Istanbul": _("Istanbul"),
    "Europe/Berlin": _("Berlin"),
    "Europe/Brussels": _("Brussels"),
    "Europe/Zurich": _("Geneva"),
    "Europe/London": _("London"),
}
_AREAS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


@lru_cache
def time_zones() -> tuple[str, ...]:
    """Return the names of all zones that are a place, and UTC.

    >>> "Europe/Minsk" in time_zones(), "posix/Europe/Minsk" in time_zones(), "Etc/GMT+5" in time_zones()
    (True, False, False)
    """
    places = (name for name in available_timezones() if name.partition("/")[0] in _AREAS)
    return (*sorted(places), "UTC")


def is_time_zone(name: str) -> bool:
    """Whether it is the name of such a zone.

    >>> is_time_zone("Asia/Tbilisi"), is_time_zone("../../etc/passwd"), is_time_zone("Europe/Nowhere")
    (True, False, False)
    """
    return name in time_zones()


def named(zone: str) -> str:
    """Return what a zone is called in the language of the page; places far away by their English names.

    >>> named("America/Argentina/Buenos_Aires")
    'Buenos Aires, Argentina'
    """
    if zone in NEAR:
        return str(NEAR[zone])
    _area, *places = zone.split("/")
    return ", ".join(place.replace("_", " ") for place in reversed(places)) or zone
