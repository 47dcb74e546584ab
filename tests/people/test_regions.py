"""Names of regions."""

import doctest

from django.utils.translation import override

from people import regions
from people.regions import REGIONS, region_name


def test_the_worked_example_holds():
    assert doctest.testmod(regions).failed == 0


def test_a_region_of_the_list_has_a_name_in_each_language():
    names = {}
    for language in ("en", "ru", "be"):
        with override(language):
            names[language] = region_name("vitebsk")

    assert names == {"en": "Vitebsk region", "ru": "Витебская область", "be": "Віцебская вобласць"}


def test_a_region_that_is_not_in_the_list_stays_as_it_was_typed():
    assert "Podlasie" not in REGIONS
    assert region_name("Podlasie") == "Podlasie"
