"""What people agree to and ask about their own data: a consent, a correction for the coordinator, an erasure."""

from datetime import datetime, timedelta

from operations.demo.clock import at
from operations.demo.people import World
from people.models import Agency, Person
from people.services import ask_about_data, record_consent


def load_own_data(world: World, now: datetime) -> None:
    """Two people of the coordinator's agencies ask, and the learner agrees to letters."""
    learner, coordinator = (world.accounts[name] for name in ("learner", "coordinator"))
    assert learner.person is not None  # noqa: S101 - tells the type checker
    agencies = Agency.objects.coordinated_by(coordinator)
    named = [account.person_id for account in world.accounts.values() if account.person_id is not None]
    members = Person.objects.filter(memberships__agency__in=agencies, memberships__valid_to__isnull=True)
    wrong, leaving = members.exclude(pk__in=named).order_by("sort_name", "pk").distinct()[:2]
    with at(now - timedelta(days=9)):
        record_consent(person=learner.person, purpose="news", actor=learner)
    with at(now - timedelta(days=4)):
        ask_about_data(person=wrong, kind="correction", text="В отчестве ошибка: в паспорте одна буква «н».")
    with at(now - timedelta(days=2)):
        ask_about_data(person=leaving, kind="erasure", text="С марта работаю в другой области.")
