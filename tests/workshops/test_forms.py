"""What the forms refuse before anything else looks at it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.spreadsheets import MAX_BYTES, TOO_BIG
from workshops.forms import RosterForm


@pytest.mark.django_db
def test_a_list_that_is_too_large_is_refused_before_it_is_read():
    file = SimpleUploadedFile("list.xlsx", b"P" * (MAX_BYTES + 1))

    form = RosterForm({}, {"file": file})

    assert form.errors == {"file": [str(TOO_BIG)]}
    assert file.tell() == 0
