"""What the audit trail and own data keep as keys is read in words, in three languages."""

import ast
import doctest
from functools import cache

import pytest
from django.apps import apps
from django.utils import translation
from django.utils.text import capfirst

from people import wording
from people.holdings import holdings
from people.services import kind_called
from tests.security.test_code import trees

# What is no word: symbols, and names that are the same in every language.
_NO_WORDS = {"a", "b", "id", "json", "pdf", "sha256", "url"}
_NOTING = {"record", "Note"}
_DESCRIBING = {"_told", "_described", "_said", "_rules_of"}


def keys_in(node: ast.AST) -> set[str]:
    return {
        key.value
        for each in ast.walk(node)
        if isinstance(each, ast.Dict)
        for key in each.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def keys_noted_by(function: ast.FunctionDef) -> set[str]:
    """Keys of what a function hands to the trail, as they stand in it."""
    if function.name in _DESCRIBING:
        return keys_in(function)
    noted = [
        word.value
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in _NOTING
        for word in call.keywords
        if word.arg in {"before", "after"}
    ]
    named = {each.id for each in noted if isinstance(each, ast.Name)}
    assigned = [
        each.value
        for each in ast.walk(function)
        if isinstance(each, ast.Assign) and any(ast.unparse(target) in named for target in each.targets)
    ]
    return {key for each in [*noted, *assigned] for key in keys_in(each)}


@cache
def noted() -> set[str]:
    """Keys that services hand to the trail."""
    return {
        key
        for name, tree in trees().items()
        if "/services" in name and not name.startswith("operations/")
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for key in keys_noted_by(function)
        if key.isidentifier()
    } - _NO_WORDS


def test_the_worked_examples_hold():
    assert doctest.testmod(wording).failed == 0


@pytest.mark.parametrize("language", ["ru", "be"])
def test_every_key_that_is_noted_has_a_word(language):
    english = {key: wording.called(key) for key in noted() | set(wording.CALLED) - _NO_WORDS}
    with translation.override(language):
        missing = sorted(key for key, word in english.items() if wording.called(key) == word)

    assert missing == []
    assert len(noted()) > 100


@pytest.mark.parametrize("language", ["ru", "be"])
def test_every_table_in_which_people_stand_has_a_name(language):
    with translation.override(language):
        names = {
            each.model: (kind_called(each.model), kind_called(each.model, many=True))
            for each in holdings()
            if apps.is_installed(apps.get_model(each.model)._meta.app_config.name)
        }

    assert {model for model, both in names.items() if any(name.isascii() for name in both)} == set()
    assert kind_called("nothing.Here") == "nothing.Here"


def test_what_is_true_is_said_and_a_one_is_a_number():
    told = {"given": True, "version": 1, "purpose": "news", "agency": None, "is": {"a": ["M1", "M2"]}}

    assert wording.said(told) == (
        f"Given: yes; Version: 1; Purpose: {wording.purpose_called('news')}; Agency: –; Who it is: A: M1, M2"
    )
    assert wording.purpose_called("a later one") == "a later one"
    assert capfirst(wording.called("valid_from")) == "Valid from"
