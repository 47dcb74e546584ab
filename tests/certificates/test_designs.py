import doctest
from dataclasses import replace

import pytest

from certificates import designs
from certificates.designs import Logo, Parameters, Signatory, contrast

TEXTS = {"en": "Ministry", "ru": "Министерство", "be": "Міністэрства"}
LOGO = Logo("a" * 64, 30, TEXTS)
TOO_PALE = "The contrast to the paper is 4.1:1; text needs 4.5:1. Choose a darker colour."
SIGNATORY = Signatory("Maria Kowalczyk", TEXTS, "b" * 64)


def test_the_worked_examples_hold():
    assert doctest.testmod(designs).failed == 0


def test_today_s_look_has_no_problem():
    assert Parameters().problems() == {}


def test_what_is_stored_is_read_again():
    full = Parameters("portrait", "be+en", "#0B5F66", 75, (LOGO, LOGO), (SIGNATORY,), result=False, extra=TEXTS)

    assert Parameters.from_json(full.to_json()) == full


def test_what_an_older_version_did_not_know_is_as_the_default_has_it():
    assert Parameters.from_json({"orientation": "portrait"}) == Parameters(orientation="portrait")


@pytest.mark.parametrize(
    ("changes", "name", "sentence"),
    [
        ({"orientation": "round"}, "orientation", "Choose landscape or portrait."),
        ({"languages": "en+ru"}, "languages", "Choose which languages stand on the page."),
        ({"pattern": 60}, "pattern", "Choose how strong the pattern is."),
        ({"accent": "#8a6820"}, "accent", "Write the colour as # and six symbols, such as #8A6820."),
        ({"accent": "#9A7427"}, "accent", TOO_PALE),
        ({"logos": (LOGO,) * 5}, "logos", "A certificate has at most 4 logos."),
        ({"logos": (replace(LOGO, sha256=""),)}, "logos", "A logo has no picture."),
        ({"logos": (replace(LOGO, width=9),)}, "logos", "A logo is between 10 and 80 mm wide."),
        ({"logos": (replace(LOGO, width=81),)}, "logos", "A logo is between 10 and 80 mm wide."),
        ({"signatories": (SIGNATORY,) * 4}, "signatories", "At most 3 people sign a certificate."),
        ({"signatories": (replace(SIGNATORY, name=" "),)}, "signatories", "Write the name of whoever signs."),
        ({"signatories": (replace(SIGNATORY, sha256="x"),)}, "signatories", "A written signature has no picture."),
        ({"extra": {"en": "x" * 161}}, "extra", "A line of the design has at most 160 letters."),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_said(changes, name, sentence):
    assert Parameters(**changes).problems() == {name: [sentence]}


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_what_is_read_aloud_is_written_in_each_language(language):
    texts = {code: text for code, text in TEXTS.items() if code != language}
    incomplete = Parameters(logos=(replace(LOGO, alternative=texts),), signatories=(replace(SIGNATORY, post=texts),))

    assert sorted(incomplete.problems()) == ["logos", "signatories"]


def test_the_most_of_everything_is_allowed():
    most = Parameters(logos=(LOGO,) * 4, signatories=(SIGNATORY,) * 3, extra={"en": "x" * 160})

    assert most.problems() == {}


def test_contrast_is_the_same_from_either_side_and_none_with_itself():
    assert contrast("#14213D", "#FFFFFF") == contrast("#FFFFFF", "#14213D")
    assert contrast("#8A6820", "#8A6820") == 1


@pytest.mark.parametrize(
    ("languages", "own", "page"),
    [("own", "be", ("be",)), ("ru+en", "be", ("ru", "en")), ("be+en", "en", ("be", "en"))],
)
def test_the_languages_of_a_page(languages, own, page):
    assert Parameters(languages=languages).languages_for(own) == page


def test_pictures_are_named_once():
    design = Parameters(logos=(LOGO, LOGO), signatories=(SIGNATORY, replace(SIGNATORY, sha256="")))

    assert design.pictures == ["a" * 64, "b" * 64]
