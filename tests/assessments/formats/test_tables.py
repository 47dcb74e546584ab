"""Questions in a spreadsheet."""
import pytest
from assessments.formats import tables
from assessments.formats.table_examples import examples
from assessments.formats.table_columns import TYPES

@pytest.mark.parametrize("language", ["en", "ru", "be"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_template_reads_back(language, kind):
    reading = tables.read(tables.template(language, kind))
    assert reading.errors == []
    assert reading.items == list(examples(language))
    assert {each.type for each in reading.items} == set(TYPES)
