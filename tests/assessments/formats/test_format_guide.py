"""What the guide to formats says, and that it is what the formats do."""

import pytest

from assessments.formats.exchange import FORMATS, Format
from assessments.formats.format_guide import State, also_lost, carried, example_file, is_written
from assessments.formats.item import Item, Text
from assessments.question_types import TYPES
from core.errors import FormatError

WRITTEN = [each for each in FORMATS.values() if is_written(each)]


@pytest.mark.parametrize("form", WRITTEN, ids=lambda each: each.name)
def test_every_type_has_a_line_and_only_types_that_are_carried_arrive(form: Format) -> None:
    lines = carried(form)
    arriving = {each.type for each in lines if each.state != State.NOT}

    assert [each.type for each in lines] == list(TYPES)
    assert arriving == (set(TYPES) if form.name == "json" else form.carries)
    assert [each.type for each in lines if (each.state == State.PART) != bool(each.lost)] == []


def test_the_native_format_loses_nothing() -> None:
    assert {each.state for each in carried(FORMATS["json"])} == {State.KEPT}
    assert also_lost(FORMATS["json"]) == []


def test_what_a_plain_example_does_not_have_is_told_besides() -> None:
    form = FORMATS["gift"]
    assert form.lost is not None
    [hints] = form.lost(Item("essay", Text("Why?"), hints=(Text("Think."),)))

    assert hints in also_lost(form)
    assert [each.type for each in carried(form) if hints in each.lost] == []


def test_there_is_no_example_in_a_format_that_is_only_read() -> None:
    with pytest.raises(FormatError, match="only read"):
        example_file("qti12", "en")
