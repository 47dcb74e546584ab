import doctest

import pytest

from core import files


def test_the_worked_examples_hold():
    assert doctest.testmod(files).failed == 0


@pytest.mark.parametrize("text", ["=1+1", "+375", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_a_text_that_a_spreadsheet_would_compute_is_marked_as_text(text):
    assert files.harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Кавалёва Ганна", "a=b", "1-2", "'=1"])
def test_any_other_text_stays_as_it_is(text):
    assert files.harmless(text) == text
