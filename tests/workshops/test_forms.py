"""What the forms refuse before anything else looks at it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from core.spreadsheets import MAX_BYTES, TOO_BIG
from workshops.forms import RosterForm, SessionForm, WorkshopForm
from workshops.forms.fields import DayField


@pytest.mark.django_db
def test_a_list_that_is_too_large_is_refused_before_it_is_read():
    file = SimpleUploadedFile("list.xlsx", b"P" * (MAX_BYTES + 1))

    form = RosterForm({}, {"file": file})

    assert form.errors == {"file": [str(TOO_BIG)]}
    assert file.tell() == 0


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_a_day_that_no_plan_reaches_is_refused(day):
    field = DayField()

    with pytest.raises(ValidationError):
        field.clean(day)
    assert field.clean("2026-03-09") == date(2026, 3, 9)


def test_a_session_and_a_workshop_are_planned_on_such_days():
    assert isinstance(SessionForm.base_fields["day"], DayField)
    assert isinstance(WorkshopForm.base_fields["starts_on"], DayField)
