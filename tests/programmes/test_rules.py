"""The rule of a programme: what counts, what is met, and what people read about it."""

import doctest
from dataclasses import replace

from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from programmes import rule_words, rules
from programmes.rules import Facts, Rule, explain, is_achievement, is_met

marks = st.lists(st.none() | st.tuples(st.integers(0, 100), st.just(100)), max_size=3).map(tuple)


@st.composite
def some_facts(draw: st.DrawFn) -> Facts:
    planned, modules = draw(st.integers(0, 1000)), draw(st.integers(0, 5))
    return Facts(
        modules_done=draw(st.integers(0, modules)),
        modules=modules,
        credited=draw(st.integers(0, planned)),
        planned=planned,
        workshops=draw(st.integers(0, 3)),
        unplanned=draw(st.integers(0, 1)),
        marks=draw(marks),
        invited=draw(st.booleans()),
    )


some_rules = st.builds(
    Rule,
    modules_needed=st.none() | st.integers(0, 5),
    threshold=st.integers(0, 100),
    test_required=st.booleans(),
    pass_mark=st.integers(1, 100),
    evaluation_invited=st.booleans(),
)


def test_the_examples_hold():
    assert doctest.testmod(rules).failed == 0


@given(some_facts(), some_rules, st.data())
def test_more_never_loses_a_certificate(facts, rule, data):
    better = replace(
        facts,
        modules_done=data.draw(st.integers(facts.modules_done, facts.modules)),
        credited=data.draw(st.integers(facts.credited, facts.planned)),
        marks=tuple((data.draw(st.integers(mark[0] if mark else 0, 100)), 100) for mark in facts.marks),
        invited=True,
    )

    if is_met(explain(facts, rule)):
        assert is_met(explain(better, rule))


@given(some_facts(), some_rules)
def test_what_people_read_agrees_with_the_answer(facts, rule):
    counted = explain(facts, rule)

    for language in ("en", "ru", "be"):
        with override(language):
            lines = rule_words.lines(counted)
            assert (bool(lines) and all(line.met for line in lines)) == is_met(counted)
            assert all(line.text and bool(line.advice) != line.met for line in lines)


def test_nothing_is_earned_before_every_workshop_is_planned():
    facts = Facts(credited=100, planned=100, workshops=2, unplanned=1)

    assert not is_met(explain(facts, Rule()))
    assert is_met(explain(replace(facts, unplanned=0), Rule()))


def test_tests_that_had_to_be_passed_make_an_achievement():
    facts = Facts(credited=100, planned=100, workshops=1, marks=((90, 100),))

    assert is_achievement(explain(facts, Rule(test_required=True)))
    assert not is_achievement(explain(facts, Rule()))
