"""Every action that the code records has words, in three languages."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from people.actions import ACTIONS, READING, actions_saying, sentence_of
from people.emails import CHANGES
from people.models import JoinRequest
from programmes.models import Component, Milestone, ProgrammePartner, ReportingPeriod, TargetAgency
from tests.architecture.rules import code
from workshops.models import AttendanceRequest, Facilitation, Registration, Workshop, WorkshopRequest

APPS = {"people", "workshops", "courses", "assessments", "certificates", "programmes", "reports", "operations"}
# Keys that a variable completes, and what it may say.
COMPLETED = {
    "people.": set(CHANGES),
    "workshops.registration_": {*Registration.State.values} - {"confirmed"},
    "workshops.request_": {*WorkshopRequest.State.values} - {"open"},
    "workshops.facilitation_": {*Facilitation.State.values} - {"invited"},
    "workshops.record_change_": {"asked"} | {*AttendanceRequest.State.values} - {"open"},
    "people.join_": {*JoinRequest.State.values} - {"waiting"},
    "workshops.test_": {"opened", "closed"},
    "workshops.": {*Workshop.Status.values} - {"draft"},
    "programmes.": {
        f"{part._meta.model_name}_{done}"
        for part in (Component, Milestone, ProgrammePartner, ReportingPeriod, TargetAgency)
        for done in ("added", "changed", "removed")
    },
}


def recorded_in(tree: ast.AST) -> Iterator[str]:
    """Yield the keys in a module that are given to `record`, or to a function that gives them on to it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _records(node):
            yield from _keys(node.args[0])
            yield from (key for argument in node.args[1:2] for key in _keys(argument))


def _records(call: ast.Call) -> bool:
    name = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
    return name in {"record", "Note", "note_standing", "note_change", "_note", "_note_reading"}


def _keys(node: ast.expr) -> Iterator[str]:
    said = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    yield from (text for text in said if text.partition(".")[0] in APPS and "." in text and " " not in text)


@cache
def all_keys() -> set[str]:
    root = Path(settings.BASE_DIR)
    found = {key for _name, tree in code(root) for key in recorded_in(tree)}
    whole = {key for key in found if key not in COMPLETED}
    return whole | {f"{start}{rest}" for start, rests in COMPLETED.items() for rest in rests}


def test_every_action_that_the_code_records_has_words():
    assert sorted(all_keys() - set(ACTIONS)) == []


def test_no_action_has_words_that_nothing_records():
    assert sorted(set(ACTIONS) - all_keys() - {"workshops.registered", "people.account_not_opened"}) == []


def test_a_key_without_words_is_found():
    tree = ast.parse("record('people.danced', obj=person)\nrecord(f'people.{what}', obj=person)\nsave('people.sang')")

    assert list(recorded_in(tree)) == ["people.danced", "people."]


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_an_action_that_is_not_known_is_named_as_it_is(language):
    with translation.override(language):
        assert sentence_of("people.danced").endswith("people.danced")


def test_what_counts_as_reading_is_known():
    assert set(READING) - set(ACTIONS) - {"people.viewed_as"} == set()


def test_actions_are_found_by_their_words_and_by_their_keys():
    assert actions_saying("REGISTER of a session was signed") == ["workshops.register_signed"]
    assert actions_saying("courses.enrolled_") == ["courses.enrolled_again"]
