import doctest

from hypothesis import given
from hypothesis import strategies as st

from reports.charts import layout
from reports.charts.layout import LINES_OF_A_NAME, NARROW, width_of, wrapped


def test_the_worked_examples_hold():
    assert doctest.testmod(layout).failed == 0


@given(st.text(alphabet="абвшўі Wi-.,«»", max_size=300))
def test_every_line_fits_whatever_the_name(name):
    lines = wrapped(name)

    assert len(lines) <= LINES_OF_A_NAME
    assert all(width_of(line) <= NARROW for line in lines)


def test_what_a_no_break_space_holds_together_stays_on_one_line():
    number = "100\N{NO-BREAK SPACE}%"

    assert wrapped(f"Department {number}", width_of("Department 100")) == ["Department", number]


def test_a_name_that_fits_is_not_cut():
    assert wrapped("Clinic No. 5") == ["Clinic No. 5"]
