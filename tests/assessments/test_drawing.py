"""Drawing questions at random from pools that overlap."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from assessments import drawing as module
from assessments.drawing import Pool, draw, missing

CODES = st.sampled_from("abcdefgh")
POOLS = st.lists(st.builds(Pool, st.integers(1, 3), st.lists(CODES, unique=True, max_size=6).map(tuple)), max_size=4)


@given(POOLS, st.lists(CODES, unique=True, max_size=3), st.text(max_size=5))
def test_nothing_is_drawn_twice_nor_from_elsewhere(pools, taken, seed) -> None:
    drawn = draw(pools, taken=taken, seed=seed)
    everything = [code for codes in drawn for code in codes]

    assert len(set(everything)) == len(everything)
    assert not set(everything) & set(taken)
    assert all(set(codes) <= set(pool.codes) for pool, codes in zip(pools, drawn, strict=True))
    assert all(short >= 0 for short in missing(pools, drawn))
    assert drawn == draw(pools, taken=taken, seed=seed)


@given(POOLS, st.text(max_size=5))
def test_as_many_are_drawn_as_can_be(pools, seed) -> None:
    """Compared with Hall's bound: of each set of pools no more than their codes together."""
    drawn = sum(len(codes) for codes in draw(pools, seed=seed))
    bounds = []
    for chosen in range(2 ** len(pools)):
        together = [pool for number, pool in enumerate(pools) if chosen >> number & 1]
        others = [pool for number, pool in enumerate(pools) if not chosen >> number & 1]
        bounds.append(len({code for pool in together for code in pool.codes}) + sum(pool.wanted for pool in others))
    assert drawn == min(bounds)


def test_a_wide_pool_leaves_a_narrow_one_what_it_needs() -> None:
    for seed in "abcdefghij":
        pools = [Pool(2, ("x", "y", "z")), Pool(1, ("x",))]
        assert missing(pools, draw(pools, seed=seed)) == [0, 0]


def test_every_question_gets_its_turn() -> None:
    seen = {draw([Pool(1, ("a", "b", "c"))], seed=str(number))[0][0] for number in range(50)}

    assert seen == {"a", "b", "c"}


def test_the_worked_examples_hold() -> None:
    assert doctest.testmod(module).failed == 0
