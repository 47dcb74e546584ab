"""A list of codes is ticked as boxes and holds nothing else."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from core.fields import CodeListField

COLOURS = [("red", "Red"), ("green", "Green"), ("blue", "Blue")]


@pytest.fixture
def field() -> CodeListField:
    found = CodeListField("colours", codes=COLOURS)
    found.set_attributes_from_name("colours")
    return found


def test_codes_of_the_list_are_taken(field: CodeListField) -> None:
    assert field.clean(["red", "blue"], None) == ["red", "blue"]


def test_nothing_is_taken_too(field: CodeListField) -> None:
    assert field.clean([], None) == []


@pytest.mark.parametrize("value", [["pink"], ["red", 7], "red", {"red": 1}])
def test_other_codes_and_other_shapes_are_refused(field: CodeListField, value: object) -> None:
    with pytest.raises(ValidationError):
        field.clean(value, None)


def test_the_form_shows_a_box_for_each_code(field: CodeListField) -> None:
    shown = field.formfield()

    assert isinstance(shown.widget, forms.CheckboxSelectMultiple)
    assert (shown.choices, shown.clean(["blue", "red"])) == (COLOURS, ["blue", "red"])
