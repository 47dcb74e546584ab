import doctest
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.formats import shares
from assessments.formats.shares import fraction_in, percent_of
from core.errors import FormatError

SIMPLE = [Fraction(n, d) for d in range(1, 21) for n in range(-d, d + 1)]


@pytest.mark.parametrize("simple", sorted(set(SIMPLE)))
def test_a_simple_fraction_comes_back_from_its_per_cent(simple):
    assert fraction_in(percent_of(simple), whole=100) == simple


@given(st.sampled_from(SIMPLE), st.integers(min_value=3, max_value=12))
def test_a_simple_fraction_is_known_however_many_decimals_it_is_rounded_to(simple, decimals):
    written = f"{float(round(simple * 100, decimals)):.{decimals}f}"

    assert fraction_in(written, whole=100) == simple


@given(st.sampled_from([each for each in SIMPLE if each.denominator in {3, 6, 7, 9}]), st.integers(1, 2))
def test_thirds_sixths_sevenths_and_ninths_are_known_with_fewer_decimals(simple, decimals):
    written = f"{float(round(simple * 100, decimals)):.{decimals}f}"

    assert fraction_in(written, whole=100) == simple


@given(st.sampled_from(SIMPLE))
def test_a_simple_fraction_is_known_as_python_writes_it(simple):
    parts = [f"{float(simple):.17f}", f"{float(simple):.7f}"]

    assert [fraction_in(part) for part in parts] == [simple, simple]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("33.333", Fraction(1, 3)),
        ("33.33", Fraction(1, 3)),
        ("33.3", Fraction(1, 3)),
        ("66.6", Fraction(2, 3)),
        ("66.66666", Fraction(2, 3)),
        ("66.67", Fraction(2, 3)),
        ("33.3330000", Fraction(1, 3)),
        ("33.333330000000004", Fraction(1, 3)),
        ("14.28571", Fraction(1, 7)),
        ("-83.33333", Fraction(-5, 6)),
        ("33", Fraction(33, 100)),
        ("67", Fraction(67, 100)),
        ("33.4", Fraction(334, 1000)),
        ("10.5", Fraction(105, 1000)),
        ("5.5", Fraction(55, 1000)),
        ("2.5", Fraction(1, 40)),
        ("100", Fraction(1)),
        ("-100", Fraction(-1)),
        (" +50.0 ", Fraction(1, 2)),
        (".5", Fraction(1, 200)),
        ("5.", Fraction(1, 20)),
        ("-0", Fraction(0)),
    ],
)
def test_a_per_cent_is_read_exactly_or_as_the_fraction_it_stands_for(text, expected):
    assert fraction_in(text, whole=100) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "“” is not a number."),
        ("half", "“half” is not a number."),
        ("1e2", "“1e2” is not a number."),
        ("33,3", "“33,3” is not a number."),
        (".", "“.” is not a number."),
        ("٣٣", "“٣٣” is not a number."),
        ("nan", "“nan” is not a number."),
        ("9" * 5000, f"“{'9' * 40}” is not a number."),
        ("101", "An answer earns -100 to 100, not 101."),
        ("-100.1", "An answer earns -100 to 100, not -100.1."),
    ],
)
def test_what_is_no_part_of_a_question_is_refused_with_a_sentence(text, message):
    with pytest.raises(FormatError) as refused:
        fraction_in(text, whole=100)

    assert refused.value.message == message


@given(st.text())
def test_any_text_is_a_part_or_refused(text):
    try:
        part = fraction_in(text)
    except FormatError:
        return
    assert -1 <= part <= 1


@given(st.fractions(min_value=-1, max_value=1))
def test_a_per_cent_has_five_decimals_at_most(part):
    written = percent_of(part)

    assert abs(Fraction(written) / 100 - part) <= Fraction(1, 2 * 10**7)
    assert len(written.partition(".")[2]) <= 5


@pytest.mark.parametrize(
    ("part", "written"),
    [
        (Fraction(1), "100"),
        (Fraction(1, 10), "10"),
        (Fraction(-1, 4), "-25"),
        (Fraction(-1, 10**9), "0"),
        (Fraction(1, 16), "6.25"),
        (Fraction(2, 3), "66.66667"),
    ],
)
def test_a_per_cent_is_written_without_zeros_at_its_end(part, written):
    assert percent_of(part) == written


def test_worked_examples_hold():
    assert doctest.testmod(shares).failed == 0
