from datetime import date

import pytest

from audit.models import Event
from programmes.models import Programme
from programmes.services import ProgrammeError, create_programme
from tests.factories.workshops import make_workshop

pytestmark = pytest.mark.django_db

DAYS = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


def test_a_programme_holds_its_workshops_and_is_noted():
    workshop = make_workshop()

    programme = create_programme(code="P1", title_en="One", workshops=[workshop], **DAYS)

    assert list(programme.workshops.all()) == [workshop]
    assert Event.objects.get(action="programmes.created").after == {"code": "P1"}


@pytest.mark.parametrize(
    "wrong", [{"code": "P1"}, {"code": "P2", "starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 31)}]
)
def test_a_taken_code_or_days_in_disorder_are_refused_with_a_sentence(wrong):
    create_programme(code="P1", title_en="One", **DAYS)

    with pytest.raises(ProgrammeError):
        create_programme(**{"title_en": "Two", **DAYS, **wrong})

    assert Programme.objects.count() == 1
