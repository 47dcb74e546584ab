import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.credentials import status

PLACES = st.sets(st.integers(0, status.LENGTH - 1), max_size=40)


@settings(max_examples=60, deadline=None)
@given(PLACES, st.integers(0, status.LENGTH - 1))
def test_bits_read_back_where_they_were_set(places, other):
    listed = status.encoded(places)

    assert all(status.is_set(listed, place) for place in places)
    assert status.is_set(listed, other) is (other in places)


def test_the_first_place_is_the_highest_bit_of_the_first_byte():
    """Section 3.1 of the standard: "the first index is located at the left-most bit"."""
    assert status.is_set(status.encoded([0]), 0)
    assert not status.is_set(status.encoded([7]), 0)


def test_the_same_list_is_written_the_same_and_is_small():
    assert status.encoded([3, 1]) == status.encoded([1, 3])
    assert len(status.encoded([])) < 100
    assert len(status.encoded(range(0, status.LENGTH, 1000))) < 1000


@pytest.mark.parametrize("place", [-1, status.LENGTH])
def test_a_place_that_is_none_is_refused(place):
    with pytest.raises(ValueError, match="another length"):
        status.is_set(status.encoded([]), place)


@pytest.mark.parametrize("text", ["", "u", "uAAAA", "no list", status.encoded([])[:40]])
def test_what_is_no_list_is_refused(text):
    with pytest.raises(ValueError, match="list"):
        status.is_set(text, 0)
