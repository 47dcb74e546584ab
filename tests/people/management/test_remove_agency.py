"""The command that takes an agency away."""

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Override
from audit.models import Event
from people.models import Agency
from tests.factories.assessments import make_test
from tests.factories.people import make_account, make_agency, make_person

pytestmark = pytest.mark.django_db


def test_an_agency_that_nothing_names_goes(capsys):
    make_agency(code="mistake")

    call_command("remove_agency", "mistake")

    assert not Agency.objects.exists()
    assert "mistake: removed" in capsys.readouterr().err
    assert Event.objects.get(action="people.agency_removed").before == {"code": "mistake"}


def test_an_agency_with_people_stays_and_says_so():
    make_person(agency=make_agency(code="clinic"))

    with pytest.raises(CommandError, match=r"stays, because other records name it: memberships \(1\)"):
        call_command("remove_agency", "clinic")


def test_an_agency_that_a_record_names_without_being_asked_stays_too():
    """`related_name="+"` hides a relation from the usual list."""
    agency = make_agency(code="clinic")
    by = make_account(agency=make_agency())
    Override.objects.create(test=make_test(), agency=agency, reason="Night shifts", created_by=by)

    with pytest.raises(CommandError, match=r"stays, because other records name it: exceptions \(1\)"):
        call_command("remove_agency", "clinic")


def test_a_code_that_no_agency_has_is_told():
    with pytest.raises(CommandError, match="No agency has the code nowhere"):
        call_command("remove_agency", "nowhere")
