"""The command that takes an agency away."""

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from people.models import Agency
from tests.factories.people import make_agency, make_person

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


def test_a_code_that_no_agency_has_is_told():
    with pytest.raises(CommandError, match="No agency has the code nowhere"):
        call_command("remove_agency", "nowhere")
