"""Regions in which agencies work: codes, and what people read instead. A region that is no code is its own name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REGIONS: Mapping[str, Promise] = {
    "national": _("Whole country"),
    "minsk_city": _("City of Minsk"),
    "brest": _("Brest region"),
    "vitebsk": _("Vitebsk region"),
    "gomel": _("Gomel region"),
    "grodno": _("Grodno region"),
    "minsk_region": _("Minsk region"),
    "mogilev": _("Mogilev region"),
    "": _("no region"),
}


def region_name(code: str) -> str:
    """Return the name of a region in the active language; one that is not in the list stays as it was typed.

    >>> region_name("brest"), region_name("Podlasie")
    ('Brest region', 'Podlasie')
    """
    return str(REGIONS.get(code, code))
